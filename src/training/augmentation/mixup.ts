import type { Random } from '../../core/random';
import type { Augment } from './augment';

/**
 * Every row becomes lambda times itself and 1 - lambda times another row of the batch, labels alike; lambda is drawn
 * from Beta(alpha, alpha) once a batch (Zhang et al. 2018, section 2). Labels must be one-hot or targets.
 */
export function mixup(alpha: number, inputWidth: number, labelWidth: number): Augment {
  return ({ inputs, labels, rows }, random) => {
    if (labels instanceof Int32Array) throw new Error('mixup mixes labels, which class indices cannot be');
    const lambda = beta(alpha, random);
    const partner = permutation(rows, random);
    for (const [values, width] of [
      [inputs, inputWidth],
      [labels, labelWidth],
    ] as const) {
      const before = values.slice(0, rows * width);
      for (let row = 0; row < rows; row++)
        for (let i = 0; i < width; i++)
          values[row * width + i] =
            lambda * before[row * width + i] + (1 - lambda) * before[partner[row] * width + i];
    }
  };
}

/** 0 to count - 1 in random order (Fisher & Yates). */
export function permutation(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** A draw from Beta(alpha, alpha), by two gamma draws. */
export function beta(alpha: number, random: Random): number {
  const [a, b] = [gamma(alpha, random), gamma(alpha, random)];
  // Both underflow for a tiny alpha, where the distribution is a fair coin.
  return a + b > 0 ? a / (a + b) : Math.round(random.uniform());
}

/** A draw from Gamma(shape, 1) (Marsaglia & Tsang 2000). */
function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * random.uniform() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(random.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
