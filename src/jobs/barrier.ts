import type { OpenedModel } from '../formats/model';
import { checkSameArchitecture } from '../objective/same-architecture';
import type { Barrier } from '../shared/comparison';
import { UserError } from '../shared/errors';
import { barrierAlong } from '../shared/interpretation-line';
import { between, pointOf } from './between';
import { evenly } from './line-scan';
import { type Problem, measurePoint } from './problem';

export interface BarrierOptions {
  /** Points from one end to the other, both included. */
  readonly points: number;
}

/**
 * The loss barrier between the checkpoint of a problem and another of its architecture: the maximum over t in [0, 1] of
 * L(t) - ((1 - t) L(0) + t L(1)) on the training rows (Frankle et al. 2020), running statistics interpolated as they are.
 * Points at which the loss is not finite are left out.
 *
 * @throws UserError when the architectures differ; CancelledError.
 */
export async function measureBarrier(
  problem: Problem,
  other: OpenedModel,
  { points }: BarrierOptions,
  signal: AbortSignal,
): Promise<Omit<Barrier, 'a' | 'b'>> {
  checkSameArchitecture(problem.opened.model, 'The first checkpoint', other.model, 'the second');
  const [from, to] = [problem.objective.origin, pointOf(other)];
  const coordinates: number[] = [];
  const raw: number[] = [];
  for (const t of evenly(0, 1, points)) {
    const { loss } = await measurePoint(problem, 'train', between(from, to, t), signal);
    if (!Number.isFinite(loss.value)) continue;
    coordinates.push(t);
    raw.push(loss.value);
  }
  const barrier = barrierAlong(coordinates, raw);
  if (barrier === undefined) throw new UserError('the loss of one of its ends is not finite.');
  return {
    raw: { value: barrier.height, at: barrier.t },
    points,
    coordinates,
    loss: { raw },
    ...(coordinates.length < points
      ? {
          note: `The loss is not finite at ${points - coordinates.length} of ${points} points, which were left out.`,
        }
      : {}),
  };
}
