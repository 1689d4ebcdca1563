/** Milliseconds of repeated runs after one that is not counted: at least `least`, more while they fit in `seconds`. */
export async function timed(run: () => Promise<unknown>, seconds: number, least: number): Promise<number[]> {
  await run();
  const milliseconds: number[] = [];
  const end = performance.now() + 1000 * seconds;
  while (milliseconds.length < least || performance.now() < end) {
    const start = performance.now();
    await run();
    milliseconds.push(performance.now() - start);
  }
  return milliseconds;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}
