/**
 * Holm's step-down adjustment (1979): the p of each statement that keeps the chance of deciding any one wrongly, among all
 * of them, at the level it is held against. Statements without a p are counted as ones that can never be decided.
 */
export function holm(chances: readonly (number | null)[]): (number | null)[] {
  const order = chances
    .map((p, place) => ({ p: p ?? 1, place }))
    .sort((a, b) => a.p - b.p || a.place - b.place);
  const adjusted = new Array<number>(chances.length);
  let most = 0;
  order.forEach(({ p, place }, rank) => {
    most = Math.max(most, Math.min(1, p * (chances.length - rank)));
    adjusted[place] = most;
  });
  return chances.map((p, place) => (p === null ? null : adjusted[place]));
}
