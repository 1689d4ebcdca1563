import type { DataRequest } from '../../formats/datasets/choices';
import type { Dataset } from '../../formats/datasets/dataset';
import { openModel } from '../../formats/model';
import { type RowSelection, selectAmong, selectRows } from '../../objective/data/samples';
import { formatCount } from '../../wording/format-number';
import { type AnalyzeRequest, dataChoicesOf } from '../../contract/settings';
import { atMost } from '../../core/asked-rows';

/**
 * How a request reads its data: only the rows that it measures, where the format finds rows one by one. Labels that a run
 * drew need all of them.
 */
export function dataRequestOf(request: AnalyzeRequest, signal: AbortSignal): DataRequest {
  const { sampleWeights, trained } = request;
  return {
    ...dataChoicesOf(request),
    sampleWeights,
    signal,
    modelInput: async () => {
      const { model } = await openModel(request.checkpoint, signal, undefined, request);
      return model.inputs[0]?.shape.map((extent) => (extent > 0 ? extent : null));
    },
    ...(trained ? {} : { take: (total, split) => rowsToRead(request, total, split) }),
  };
}

/** The same rows as {@link selectionOf} has; of a test whose rows take long to read as many, if it has them. */
function rowsToRead(
  { samples, seed, defaultRows }: AnalyzeRequest,
  total: number,
  split: 'train' | 'test',
): Int32Array | undefined {
  if (samples === undefined && (defaultRows === undefined || total <= defaultRows)) return undefined;
  if (split === 'train') return selectRows(total, samples, seed, defaultRows).rows;
  return selectRows(total, atMost(samples ?? defaultRows ?? total, total), seed).rows;
}

/** The first row alone, where only what a row looks like is asked for. */
export const firstRowOf = (request: AnalyzeRequest, signal: AbortSignal): DataRequest => ({
  ...dataRequestOf(request, signal),
  take: (total) => Int32Array.of(0).subarray(0, total),
});

/** The rows that are measured among those that were read, said of all that there are. */
export function selectionOf(
  { samples, seed, defaultRows }: AnalyzeRequest,
  { total, train }: Dataset,
  trained: Int32Array | undefined,
): RowSelection {
  if (trained) return selectAmong(trained, samples, seed, defaultRows);
  if (!total || total.train === train.rows) return selectRows(train.rows, samples, seed, defaultRows);
  const { description } = selectRows(total.train, samples, seed, defaultRows);
  return { rows: Int32Array.from({ length: train.rows }, (_, i) => i), total: total.train, description };
}

/** A note where not all test rows were read. */
export function someTestRows({ test, total }: Dataset): string[] {
  if (!test || !total || test.rows === total.test) return [];
  return [
    `Of the ${formatCount(total.test)} test rows ${formatCount(test.rows)} were read, as many as of the training rows were asked for.`,
  ];
}
