import type { Curve } from '../../contract/curve';
import { UserError } from '../../core/errors';
import type { OpenedModel } from '../../formats/model';
import { BatchStatistics, takesStatistics } from '../../objective/evaluation/batch-statistics';
import type { Problem } from '../preparation/problem';

/** Does a network normalize by statistics over batches? */
const hasBatchNorm = ({ layers }: OpenedModel['model']): boolean =>
  layers.some(({ className }) => className.startsWith('BatchNorm'));

/** Why barriers of a network with batch norm are without the re-estimated ones, in a sentence; undefined where they are not. */
export function withoutStatistics(model: OpenedModel['model']): string | undefined {
  if (!hasBatchNorm(model)) return undefined;
  const kept = (why: string) =>
    `Batch norm's statistics are interpolated as saved, not measured anew: ${why}`;
  try {
    return takesStatistics(model) ? undefined : kept('the network does not say how batches change them.');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return kept(error.message);
  }
}

/** What batch norm's statistics are away from a checkpoint. */
export interface StatisticsAnew {
  /** Undefined where they are not measured anew. Dispose of it. */
  readonly statistics: BatchStatistics | undefined;
  readonly kind: Curve['batchNorm'];
  /** As {@link withoutStatistics}. */
  readonly why: string | undefined;
}

/** Gets ready to measure batch norm's statistics anew, where a network has them and says how batches change them. @throws CancelledError */
export async function statisticsAnew(
  { objective, opened }: Problem,
  seed: number,
  signal: AbortSignal,
): Promise<StatisticsAnew> {
  const why = withoutStatistics(opened.model);
  const statistics =
    why === undefined ? await BatchStatistics.open({ ...objective.options, seed, signal }) : undefined;
  const kind = statistics ? 're-estimated' : hasBatchNorm(opened.model) ? 'saved' : 'none';
  return { statistics, kind, why };
}
