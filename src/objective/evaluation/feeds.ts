import { sizeOf } from '../../core/size-of';
import type { TensorData } from '../../backends/backend';
import type { Model } from '../../network/model';
import { NO_SCALING, type Split, settledInput, cutLabels, cutWeights } from '../data/split';
import { type Rearrangement, type Scaling, cutInputs } from '../../lanes/columns';
import type { ByteInput, ChunkValues } from '../../lanes/protocol';
import { ROW_PORTS, inputPort } from '../../lanes/ports';
import type { LossHead } from '../programs/programs';

/** How rows of the data become what a program takes. */
export interface Feeding {
  readonly model: Model;
  readonly head: LossHead;
  /** Of the input that {@link settledInput} finds; the others go in as they are. */
  readonly scaling: Scaling;
  readonly rearrangement: Rearrangement;
}

/** The scaling and the arrangement of one input. */
function treatment({ model, scaling, rearrangement }: Omit<Feeding, 'head'>, index: number) {
  const settled = index === settledInput(model.inputs);
  return settled ? { scaling, rearrangement } : { scaling: NO_SCALING, rearrangement: undefined };
}

/**
 * One input of some rows as the model takes it: whole numbers where it reads indices, else floats, with the `input`
 * settings where they mean this one. Rows past the list repeat its first.
 */
export function cutInput(
  feeding: Omit<Feeding, 'head'>,
  split: Split,
  index: number,
  { rows, count }: { readonly rows: ArrayLike<number>; readonly count: number },
): Float64Array | Int32Array {
  const column = split.inputs[index];
  if (feeding.model.inputs[index].dtype === 'int32')
    return cutLabels(column, rows, count, { dtype: 'int32' });
  const { scaling, rearrangement } = treatment(feeding, index);
  return cutInputs<Float64Array>(column, rows, count, { scaling, rearrangement });
}

/**
 * Inputs, labels and weights of some rows as a chunk feeds them; rows past the list have weight zero. Inputs that the
 * data keep as bytes stay bytes until they are fed: a quarter of the memory on the way and in the lane.
 */
export function chunkValues(
  feeding: Feeding,
  split: Split,
  taken: Int32Array,
  chunkRows: number,
): ChunkValues {
  const { head, model } = feeding;
  const values: Record<string, TensorData> = {
    [ROW_PORTS.labels]: cutLabels(split.labels, taken, chunkRows, {
      dtype: head.labelDtype,
      ignored: head.ignored,
    }),
    [ROW_PORTS.shares]: Float64Array.from({ length: chunkRows }, (_, row) => (row < taken.length ? 1 : 0)),
    ...(head.weighted ? { [ROW_PORTS.weights]: cutWeights(split, taken, chunkRows, head.stepShape) } : {}),
  };
  const bytes: Record<string, ByteInput> = {};
  split.inputs.forEach(({ shape, data }, k) => {
    if (data instanceof Uint8Array && model.inputs[k].dtype === 'float')
      bytes[inputPort(k)] = {
        shape,
        data: cutBytes(data, sizeOf(shape), taken, chunkRows),
        ...treatment(feeding, k),
      };
    else values[inputPort(k)] = cutInput(feeding, split, k, { rows: taken, count: chunkRows });
  });
  return { values, bytes };
}

function cutBytes(data: Uint8Array, width: number, rows: Int32Array, count: number): Uint8Array {
  const out = new Uint8Array(count * width);
  for (let row = 0; row < count; row++) {
    const from = rows[row < rows.length ? row : 0] * width;
    out.set(data.subarray(from, from + width), row * width);
  }
  return out;
}
