/** Numbers of an array that are looked at. */
export const SAMPLE = 100_000;

/** Are these whole numbers from 0 up to 255, as pictures are stored, and not those of a few classes? */
export function areBytes({ data }: { readonly data: ArrayLike<number> }): boolean {
  let largest = 0;
  for (let i = 0; i < Math.min(data.length, SAMPLE); i++) {
    if (!Number.isInteger(data[i]) || data[i] < 0) return false;
    largest = Math.max(largest, data[i]);
  }
  return largest > 100 && largest <= 255;
}
