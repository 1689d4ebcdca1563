import { throwIfCancelled } from '../../core/errors';
import type { Random } from '../../core/random';
import { scale } from '../../core/vectors';
import { Adam } from './adam';
import { type Bezier, pointOnBezier } from './bezier';

export interface CurveSearch {
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly steps: number;
  /** Of Adam: whole over the first half, then down to a hundredth of it at nine tenths of the way. */
  readonly rate: number;
  /** Where along the curve each step looks. */
  readonly draws: Random;
  /** The gradient of the loss, or of a batch's, at a point. */
  gradientAt(point: Float64Array): Promise<Float64Array>;
  readonly signal?: AbortSignal | undefined;
  onStep?(done: number): void;
}

/**
 * The quadratic Bézier curve between two points along which the loss at uniform t is least in expectation (Garipov et al.
 * 2018, section 3.2 with equation 2): each step draws t and moves the bend, from the middle of the straight line, against
 * 2 t (1 - t) times the gradient at that point. The ends stay where they are.
 *
 * @throws CancelledError
 */
export async function minimumEnergyCurve(search: CurveSearch): Promise<Bezier> {
  const { a, b, steps, rate, draws, signal } = search;
  const bend = a.map((value, i) => (value + b[i]) / 2);
  const curve = { a, bend, b };
  const adam = new Adam(bend);
  for (let step = 0; step < steps; step++) {
    throwIfCancelled(signal);
    const t = draws.uniform();
    const gradient = (await search.gradientAt(pointOnBezier(curve, t))).slice();
    scale(gradient, 2 * t * (1 - t));
    adam.step(gradient, rate * share(step / steps));
    search.onStep?.(step + 1);
  }
  return curve;
}

/** Of the rate at a share of the way, as the paper's own code has it. */
function share(way: number): number {
  if (way <= 0.5) return 1;
  return way < 0.9 ? 1 - ((way - 0.5) / 0.4) * 0.99 : 0.01;
}
