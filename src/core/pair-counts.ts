/** How two columns order the pairs of their rows. */
export interface PairCounts {
  /** Pairs that both columns order alike. */
  readonly concordant: number;
  /** Pairs that one column orders the other way: the counter-evidence. */
  readonly discordant: number;
  /** Pairs that differ in the first column, and in the second. */
  readonly untiedX: number;
  readonly untiedY: number;
}

/** Counts every pair of rows of two columns of equal length. */
export function pairCounts(x: readonly number[], y: readonly number[]): PairCounts {
  let [concordant, discordant, untiedX, untiedY] = [0, 0, 0, 0];
  for (let i = 1; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [Math.sign(x[i] - x[j]), Math.sign(y[i] - y[j])];
      if (dx !== 0) untiedX++;
      if (dy !== 0) untiedY++;
      if (dx * dy > 0) concordant++;
      else if (dx * dy < 0) discordant++;
    }
  }
  return { concordant, discordant, untiedX, untiedY };
}
