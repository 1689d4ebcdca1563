import { throwIfCancelled } from '../../core/errors';
import { addScaled, dot } from '../../core/vectors';
import type { ValueAndGradient } from './apgd';
import { type Box, clip, projectedGradientSize } from './box';
import { cauchyPoint } from './cauchy-point';
import { CompactHessian } from './compact-hessian';
import { moreThuente } from './more-thuente';
import { subspaceMinimum } from './subspace-minimum';

export interface MinimizeOptions {
  readonly iterations: number;
  /** Pairs kept of steps and gradient changes. Default 10. */
  readonly memory?: number;
  readonly signal?: AbortSignal;
  readonly onIteration?: (iteration: number) => void;
}

export interface Minimum extends ValueAndGradient {
  readonly point: Float64Array;
  readonly iterations: number;
  readonly evaluations: number;
}

/**
 * Minimizes a function in a box, every variable bounded on both sides, by L-BFGS-B (Byrd, Lu, Nocedal and Zhu 1995,
 * with the subspace step of Morales and Nocedal 2011): the steps of version 3.0 that SciPy carries, with both of its
 * tolerances 0, so that it takes all its iterations unless the projected gradient vanishes or the search fails.
 * Memory: 2 x `memory` vectors.
 *
 * ```ts
 * import { minimizeInBox } from '../../src/analysis/optimization/l-bfgs-b';
 * const box = { lower: Float64Array.of(-1, 2), upper: Float64Array.of(1, 3) };
 * const bowl = async (x: Float64Array) => ({ value: x[0] ** 2 + x[1] ** 2, gradient: x.map((xi) => 2 * xi) });
 * const { point } = await minimizeInBox(bowl, Float64Array.of(1, 3), box, { iterations: 10 });
 * Array.from(point, (xi) => Math.abs(Math.round(xi * 1e6) / 1e6)); // => [0, 2]
 * ```
 */
export async function minimizeInBox(
  evaluate: (point: Float64Array) => Promise<ValueAndGradient>,
  start: Float64Array,
  box: Box,
  { iterations, memory = 10, signal, onIteration }: MinimizeOptions,
): Promise<Minimum> {
  let point = clip(start, box);
  let found = await evaluate(point);
  let evaluations = 1;
  let hessian = new CompactHessian(memory);
  let iteration = 0;
  while (iteration < iterations && projectedGradientSize(point, found.gradient, box) > 0) {
    throwIfCancelled(signal);
    const cauchy = cauchyPoint(point, found.gradient, box, hessian);
    const target = subspaceMinimum({ x: point, gradient: found.gradient }, box, hessian, cauchy);
    const direction = target.slice();
    addScaled(direction, -1, point);
    const slope = dot(direction, found.gradient);
    let next: { point: Float64Array; found: ValueAndGradient } | undefined;
    let accepted = false;
    let step = 0;
    let slopeThere = 0;
    if (slope < 0) {
      const origin = point;
      const outcome = await moreThuente(
        async (length) => {
          throwIfCancelled(signal);
          const there = length === 1 ? target : shifted(origin, direction, length, box);
          const value = await evaluate(there);
          evaluations++;
          next = { point: there, found: value };
          return { value: value.value, slope: dot(direction, value.gradient) };
        },
        { value: found.value, slope },
        1,
        iteration === 0 ? 1 : longest(point, direction, box),
      );
      accepted = outcome.accepted;
      step = outcome.trial.step;
      slopeThere = outcome.trial.slope;
    }
    if (!accepted || !next) {
      // The search failed: forget the curvature and try once more downhill; without any there is nothing to forget.
      if (hessian.size === 0) break;
      hessian = new CompactHessian(memory);
      continue;
    }
    const change = next.found.gradient.map((value, i) => value - found.gradient[i]);
    const curvature = (slopeThere - slope) * step;
    if (curvature > Number.EPSILON * -slope * step) {
      for (let i = 0; i < direction.length; i++) direction[i] *= step;
      hessian.add(direction, change, curvature);
    }
    ({ point, found } = next);
    iteration++;
    onIteration?.(iteration);
  }
  return { ...found, point, iterations: iteration, evaluations };
}

/** A step along the direction; rounding must not carry it out of the box. */
const shifted = (point: Float64Array, direction: Float64Array, length: number, box: Box): Float64Array =>
  clip(
    point.map((value, i) => value + length * direction[i]),
    box,
  );

/** The longest step that stays in the box. */
function longest(point: Float64Array, direction: Float64Array, { lower, upper }: Box): number {
  let most = 1e10;
  for (let i = 0; i < point.length; i++) {
    const bound = direction[i] < 0 ? lower[i] : upper[i];
    if (direction[i] !== 0) most = Math.min(most, (bound - point[i]) / direction[i]);
  }
  return Math.max(0, most);
}
