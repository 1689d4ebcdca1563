import { addScaled, dot } from '../../core/vectors';

/** A quadratic Bézier curve from `a` (t = 0) to `b` (t = 1), drawn towards `bend`. */
export interface Bezier {
  readonly a: Float64Array;
  readonly bend: Float64Array;
  readonly b: Float64Array;
}

/** The point (1 - t)² a + 2 t (1 - t) bend + t² b of a curve (Garipov et al. 2018, section 3.3); the ends are exact. */
export function pointOnBezier({ a, bend, b }: Bezier, t: number): Float64Array {
  const weights = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2];
  return a.map((value, i) => weights[0] * value + weights[1] * bend[i] + weights[2] * b[i]);
}

/** Even pieces of Simpson's rule. */
const PIECES = 64;

/** The length of a curve: the integral of |B'(t)| = 2 |(1 - t) (bend - a) + t (b - bend)| by Simpson's rule. */
export function lengthOfBezier({ a, bend, b }: Bezier): number {
  const [first, second] = [bend.slice(), b.slice()];
  addScaled(first, -1, a);
  addScaled(second, -1, bend);
  // |(1 - t) u + t w|² needs no vector but through three products.
  const [uu, uw, ww] = [dot(first, first), dot(first, second), dot(second, second)];
  const speed = (t: number) =>
    2 * Math.sqrt(Math.max(0, (1 - t) ** 2 * uu + 2 * t * (1 - t) * uw + t ** 2 * ww));
  let sum = speed(0) + speed(1);
  for (let i = 1; i < PIECES; i++) sum += (i % 2 === 1 ? 4 : 2) * speed(i / PIECES);
  return sum / (3 * PIECES);
}
