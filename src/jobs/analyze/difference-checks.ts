import { type LongVector, eachStretch, released } from '../../core/long-vector';
import { distance, dot, norm } from '../../core/vectors';
import type { Objective, Point } from '../../objective/evaluation/objective';

/** What the checks ask of an objective. */
export type Checked = Pick<Objective, 'gradient' | 'losses' | 'resting'>;

/** a + factor b. */
export function combine(a: LongVector, factor: number, b: LongVector): Float64Array {
  const sum = new Float64Array(a.length);
  eachStretch([a, b], ([x, y], begin) => {
    for (let i = 0; i < x.length; i++) sum[begin + i] = x[i] + factor * y[i];
  });
  return sum;
}

/** |a - b| over the larger of |b| and a scale below which all is rounding. */
export const apart = (a: LongVector, b: LongVector, scale = 0): number =>
  distance(a, b) / (Math.max(norm(b), scale) || 1);

/** How finely losses and gradients are differenced: steps as shares of the parameters' norm, and what an error may be. */
export interface Fineness {
  readonly steps: readonly number[];
  readonly allowed: number;
}

/** A direction along which the gradient is questioned, of length 1, and the slope that its error is measured by. */
export interface Question {
  readonly direction: Float64Array;
  readonly scale: number;
}

/**
 * The largest error of slopes by the gradient against central differences of the loss, each at its best step: kinks
 * want short steps, rounding long ones. Where signals are so small that no step that can be seen stays between kinks,
 * both are taken a little aside.
 */
export async function gradientError(
  {
    objective,
    point,
    gradient,
  }: { readonly objective: Checked; readonly point: Point; readonly gradient: LongVector },
  questions: Iterable<Question>,
  fineness: Fineness,
  signal?: AbortSignal,
): Promise<number> {
  const errors: number[] = [];
  for (const question of questions)
    errors.push(await slopeError({ objective, point, gradient }, question, fineness, signal));
  // Not a number is the largest of all.
  return errors.reduce((worst, error) => (error > worst || Number.isNaN(error) ? error : worst), 0);
}

async function slopeError(
  {
    objective,
    point,
    gradient,
  }: { readonly objective: Checked; readonly point: Point; readonly gradient: LongVector },
  { direction, scale }: Question,
  { steps, allowed }: Fineness,
  signal?: AbortSignal,
): Promise<number> {
  // A gradient of zero has nothing to be compared with; one that is not a number is not right.
  if (!(scale > 0)) return scale;
  const at = (t: number): Point => ({ ...point, theta: combine(point.theta, t, direction) });
  const loss = async (t: number) => {
    const losses = await objective.losses('train', at(t), signal);
    // The point may be a gigabyte: it is given back before the next one is made.
    objective.resting.tidy(direction.length);
    return losses.reduce((sum, value) => sum + value, 0) / losses.length;
  };
  let best = Infinity;
  for (const aside of [0, 3])
    for (const share of steps) {
      const h = share * (norm(point.theta) || 1);
      const centre = aside * h;
      const there = aside === 0 ? gradient : (await objective.gradient(at(centre), signal)).gradient;
      const slope = ((await loss(centre + h)) - (await loss(centre - h))) / (2 * h);
      best = Math.min(best, Math.abs(slope - dot(there, direction)) / scale);
      if (best < allowed / 4) return best;
    }
  return best;
}

/** Central difference of gradients along a unit vector u against Hu, relative, at the best step. */
export async function productError(
  {
    objective,
    point,
    hu,
    u,
  }: {
    readonly objective: Checked;
    readonly point: Point;
    readonly hu: LongVector;
    readonly u: LongVector;
  },
  { steps, allowed }: Fineness,
  signal?: AbortSignal,
): Promise<number> {
  let best = Infinity;
  for (const share of steps) {
    const h = share * (norm(point.theta) || 1);
    const at = async (t: number) =>
      (await objective.gradient({ ...point, theta: combine(point.theta, t, u) }, signal)).gradient;
    const ahead = objective.resting.put(await at(h));
    const behind = await at(-h);
    let squares = 0;
    eachStretch([ahead, behind, hu], ([a, b, product]) => {
      for (let i = 0; i < a.length; i++) squares += ((a[i] - b[i]) / (2 * h) - product[i]) ** 2;
    });
    released(ahead);
    best = Math.min(best, Math.sqrt(squares) / (norm(hu) || 1));
    if (best < allowed / 4) break;
  }
  return best;
}
