/**
 * Calls of `read` may overlap and end in any order: each result is handed to `take`, unless that of a later call has
 * been handed over before it.
 */
export function inOrder<T>(read: () => Promise<T>, take: (result: T) => void): () => Promise<void> {
  let begun = 0;
  let taken = 0;
  return async () => {
    const turn = ++begun;
    const result = await read();
    if (turn < taken) return;
    taken = turn;
    take(result);
  };
}
