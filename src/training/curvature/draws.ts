import { random } from '../../core/random';
import { streams } from '../../core/random-streams';

/**
 * Rows in a random order, by the seed and the step: the first `count` of them, all different (Fisher and Yates).
 * `part` separates draws at one step.
 */
export function shuffled(
  rows: Int32Array,
  count: number,
  { seed, step, part = 0 }: { seed: number; step: number; part?: number },
): Int32Array {
  const source = random(seed ^ Math.imul(part, 0x27d4eb2f), streams.curvatureRows + step);
  const order = rows.slice();
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(source.uniform() * (order.length - i));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order.subarray(0, count);
}
