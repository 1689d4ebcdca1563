import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { HandedOver, HandOverRequest } from '../../contract/hand-over';
import { dataChoicesOf } from '../../contract/settings';
import { throwIfCancelled } from '../../core/errors';
import { openWeights } from '../../formats/checkpoints/open';
import type { StoredWeight } from '../../formats/checkpoints/torch/weights/description';
import { type WrittenTensor, safetensorsParts } from '../../formats/checkpoints/write/safetensors';
import { readDataset } from '../../formats/datasets/dataset';
import type { NamedArray } from '../../formats/datasets/npy';
import type { JobContext } from '../context/context';

/** Rows of an example: what holds for one may not hold for more. */
const ROWS = 2;

/**
 * Writes what a person's own Python needs to make the network of a file of weights: all its tensors as safetensors, so that
 * no pickle is loaded there, with the hyper-parameters beside them, and two rows of the data.
 * @throws UserError when either cannot be read, or the file is no file of weights
 */
export async function handOver(
  { checkpoint, weights: set, data, choices, folder }: HandOverRequest,
  { signal }: Pick<JobContext, 'signal'>,
): Promise<HandedOver> {
  const { tensors, hyperParameters = {} } = await openWeights(checkpoint, signal, set);
  const told = {
    tensors: [...tensors].map(([name, { shape }]) => ({ name, shape })),
    hyperParameters,
  };
  if (folder === undefined) return told;
  const weights = join(folder, 'weights.safetensors');
  await write(
    weights,
    safetensorsParts(
      [...tensors].map(([name, tensor]) => ({ name, dtype: typeOf(tensor), ...tensor })),
      { hyper_parameters: JSON.stringify(hyperParameters) },
    ),
  );
  if (data === undefined) return { ...told, weights };
  throwIfCancelled(signal);
  const take = (total: number) => Int32Array.from({ length: Math.min(ROWS, total) }, (_, i) => i);
  const { train } = await readDataset(data, { ...dataChoicesOf(choices), signal, take });
  const example = join(folder, 'rows.safetensors');
  await write(example, safetensorsParts(train.inputs.map(firstRows), {}));
  return { ...told, weights, example };
}

/** The type that holds a tensor's numbers as they were read. */
function typeOf({ type, data }: StoredWeight): WrittenTensor['dtype'] {
  if (type.type === 'boolean') return 'BOOL';
  if (type.type === 'integer') return 'I64';
  return data instanceof Float64Array ? 'F64' : 'F32';
}

/** The first rows of an input under its place; of a single one twice the same. Bytes stay bytes, which are pixels. */
function firstRows({ shape: [rows, ...row], data }: NamedArray, place: number): WrittenTensor {
  const width = data.length / rows;
  const first = Array.from(data.subarray(0, Math.min(rows, ROWS) * width), Number);
  const all = rows < ROWS ? [...first, ...first] : first;
  const isFloat = data instanceof Float32Array || data instanceof Float64Array;
  return {
    name: String(place),
    dtype: isFloat ? 'F32' : data instanceof Uint8Array ? 'U8' : 'I64',
    shape: [ROWS, ...row],
    data: all,
  };
}

/** Part by part: weights may be as large as memory allows once. */
async function write(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for (const part of parts) await file.writeFile(part);
  } finally {
    await file.close();
  }
}
