import { random } from '../core/random';
import { streams } from '../core/random-streams';

/** Rows to attack: what is known of a network is the gradient of each row's loss in the row's inputs. */
export interface AttackTarget {
  /** The rows' own inputs as the network takes them, one after the other. */
  readonly inputs: Float64Array;
  /** The range that inputs may take. */
  readonly low: number;
  readonly high: number;
  /** Of every row: the gradient of its loss, in the order of `inputs`. */
  gradient(inputs: Float64Array): Promise<Float64Array>;
}

/** Steps together reach 2.5 times as far as the ball's edge, so that they can come from any start (Madry et al. 2018). */
const REACH = 2.5;

/** Moved by `step` along the sign of the gradient, then back into the ball of `radius` (max norm) and the range. */
function moved(
  { inputs, low, high }: AttackTarget,
  from: Float64Array,
  {
    gradient,
    step,
    radius,
  }: { readonly gradient: Float64Array; readonly step: number; readonly radius: number },
): Float64Array {
  return from.map((value, i) => {
    const at = value + step * Math.sign(gradient[i]);
    const near = Math.min(inputs[i] + radius, Math.max(inputs[i] - radius, at));
    return Math.min(high, Math.max(low, near));
  });
}

/** Fast gradient sign method: x + r sign(dL/dx), cut to the range (Goodfellow et al. 2015, section 4). */
export async function fgsm(target: AttackTarget, radius: number): Promise<Float64Array> {
  const { inputs } = target;
  return moved(target, inputs, { gradient: await target.gradient(inputs), step: radius, radius });
}

/**
 * Projected gradient ascent in the max norm from one seeded random start in the ball, ending at its last point
 * (Madry et al. 2018, section 2.1); steps of 2.5 r / steps.
 */
export async function pgd(
  target: AttackTarget,
  radius: number,
  { steps, seed, onStep }: { steps: number; seed: number; onStep?: () => void },
): Promise<Float64Array> {
  const stream = random(seed, streams.attackStarts);
  const start = target.inputs.map((value) => value + radius * (2 * stream.uniform() - 1));
  let at = moved(target, start, { gradient: new Float64Array(start.length), step: 0, radius });
  for (let i = 0; i < steps; i++) {
    at = moved(target, at, { gradient: await target.gradient(at), step: (REACH * radius) / steps, radius });
    onStep?.();
  }
  return at;
}
