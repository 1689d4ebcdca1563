import type { Accuracy } from '../../network/losses';
import type { Column } from '../../lanes/columns';
import type { Model } from '../../network/model';
import type { RowValues } from '../evaluation/row-values';
import { sizeOf } from '../../core/size-of';

/** How many numbers each prediction of a model has, along its last axis: its classes, where it tells them apart. */
export const classCount = ({ outputShape }: Pick<Model, 'outputShape'>): number =>
  outputShape[outputShape.length - 1] ?? 1;

/**
 * Share of right predictions of each row (0 or 1 where a row holds one prediction), among those that count: NaN for a row
 * where none does, which {@link judged} leaves out. Weights of rows play no part.
 *
 * ```ts
 * import { correctness } from '../../src/objective/loss/accuracy';
 * const outputs = Float64Array.of(0.1, 0.9, 0.8, 0.2);
 * const labels = { shape: [], data: [1, 1] };
 * correctness({ kind: 'argmax' }, { outputs }, { labels, rows: [0, 1] }, 2); // => [1, 0]
 * ```
 *
 * @param values the model's output, row after row, and which predictions count.
 * @param rows which row of the labels each belongs to.
 */
export function correctness(
  accuracy: Accuracy,
  { outputs, counted }: Pick<RowValues<Float32Array | Float64Array>, 'outputs' | 'counted'>,
  { labels, rows }: { readonly labels: Column; readonly rows: ArrayLike<number> },
  classes: number,
): Float64Array {
  const width = outputs.length / rows.length;
  const labelWidth = sizeOf(labels.shape);
  const size = accuracy.kind === 'argmax' ? classes : 1;
  const predictions = width / size;
  const perClass = accuracy.kind === 'argmax' && labelWidth === width;
  return Float64Array.from(rows, (row, i) => {
    let [right, count] = [0, 0];
    for (let p = 0; p < predictions; p++) {
      if (counted?.[i * predictions + p] === 0) continue;
      count++;
      const at = i * width + p * size;
      if (accuracy.kind === 'binary')
        right +=
          (outputs[at] > accuracy.threshold ? 1 : 0) === (labels.data[row * labelWidth + p] > 0.5 ? 1 : 0)
            ? 1
            : 0;
      else {
        const from = row * labelWidth + (perClass ? p * size : p);
        const label = perClass ? largestOf(labels.data, from, size) : labels.data[from];
        right += largestOf(outputs, at, size) === label ? 1 : 0;
      }
    }
    return right / count;
  });
}

/** The rows of {@link correctness} that hold a prediction that counts. */
export const judged = (shares: Float64Array): Float64Array => shares.filter((share) => !Number.isNaN(share));

/** Position of the largest of `size` values from `from`, the first among equals. */
function largestOf(values: ArrayLike<number>, from: number, size: number): number {
  let best = 0;
  for (let i = 1; i < size; i++) if (values[from + i] > values[from + best]) best = i;
  return best;
}
