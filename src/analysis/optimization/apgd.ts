import { addScaled, norm, scale } from '../../core/vectors';

/** A function's value and gradient at a point. */
export interface ValueAndGradient {
  readonly value: number;
  readonly gradient: Float64Array;
}

export interface AscentOptions {
  readonly dimension: number;
  /** Of the Euclidean ball around 0 in which the maximum is sought. */
  readonly radius: number;
  readonly iterations: number;
}

const MOMENTUM = 0.75;
/** A window in which fewer steps than this share went up halves the step. */
const RISING = 0.75;

/**
 * The best point that Auto-PGD visits in a ball, from its centre: projected gradient ascent with momentum .75 and a
 * step of twice the radius, halved at checkpoints when progress stalls, then going on from the best point (Croce and
 * Hein 2020, algorithm 1, conditions 1 and 2). The centre is evaluated as iteration 0. Where a value is not finite it
 * goes back to the best point at half the step.
 */
export async function ascend(
  evaluate: (point: Float64Array, iteration: number) => Promise<ValueAndGradient>,
  { dimension, radius, iterations }: AscentOptions,
): Promise<Float64Array> {
  const windows = checkpointsOf(iterations);
  let step = 2 * radius;
  let previous = new Float64Array(dimension);
  let current = previous;
  let here = await evaluate(current, 0);
  let best = { point: current, ...here };
  let rises = 0;
  let stepBefore = step;
  let bestBefore = best.value;
  let windowBegin = 0;
  for (let iteration = 1; iteration <= iterations; iteration++) {
    const length = norm(here.gradient);
    if (length === 0) break;
    const next = current.slice();
    addScaled(next, step / length, here.gradient);
    project(next, radius);
    if (iteration > 1) {
      for (let i = 0; i < dimension; i++)
        next[i] =
          current[i] + MOMENTUM * (next[i] - current[i]) + (1 - MOMENTUM) * (current[i] - previous[i]);
      project(next, radius);
    }
    previous = current;
    current = next;
    const before = here.value;
    here = await evaluate(current, iteration);
    if (!Number.isFinite(here.value)) {
      step /= 2;
      previous = current = best.point;
      here = best;
    } else if (here.value > before) rises++;
    if (here.value > best.value) best = { point: current, ...here };
    if (!windows.has(iteration)) continue;
    const stalled = rises < RISING * (iteration - windowBegin);
    const unchanged = stepBefore === step && bestBefore === best.value;
    stepBefore = step;
    bestBefore = best.value;
    if (stalled || unchanged) {
      step /= 2;
      previous = current = best.point;
      here = best;
    }
    rises = 0;
    windowBegin = iteration;
  }
  return best.point;
}

function project(point: Float64Array, radius: number): void {
  const length = norm(point);
  if (length > radius) scale(point, radius / length);
}

/** p_0 = 0, p_1 = .22, p_{j+1} = p_j + max(p_j - p_{j-1} - .03, .06), as counts of iterations (section 3.2 there). */
function checkpointsOf(iterations: number): ReadonlySet<number> {
  const checkpoints = new Set<number>();
  let [before, now] = [0, 0.22];
  while (now <= 1) {
    checkpoints.add(Math.ceil(now * iterations));
    [before, now] = [now, now + Math.max(now - before - 0.03, 0.06)];
  }
  return checkpoints;
}
