import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sizeOf } from '../../src/core/size-of';
import type { ModelTensor } from '../../src/network/model';
import { parametersOf } from '../../src/objective/programs/parameter-space';
import { random } from '../../src/core/random';
import type { BenchNetwork } from './network';

/** PyTorch's layout: dense kernels transposed, all else as it is. */
const permutationOf = ({ name, shape }: ModelTensor): number[] =>
  shape.length === 2 && (name.endsWith('/kernel') || name.endsWith('/recurrent'))
    ? [1, 0]
    : shape.map((_, axis) => axis);

export const bytesOf = (values: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** A vector of length 1 in the parameters' space, as the products of both sides are compared along. */
export function unitVector(dimension: number, stream = 0): Float64Array {
  const source = random(21, stream);
  const vector = Float64Array.from({ length: dimension }, () => source.normal());
  const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
  return vector.map((x) => x / length);
}

/** Writes tensors, rows and a vector where the other side reads them. */
export function writeExchange(folder: string, { model, data, peer }: BenchNetwork): void {
  mkdirSync(folder, { recursive: true });
  const [inputs] = data.inputs;
  const tensors = model.tensors.map((tensor) => ({
    name: tensor.name,
    trainable: tensor.trainable,
    view: tensor.shape,
    permutation: permutationOf(tensor),
  }));
  const header = { ...peer, rows: data.rows, inputShape: inputs.shape, tensors };
  writeFileSync(join(folder, 'network.json'), JSON.stringify(header));
  const values = new Float32Array(model.tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  let at = 0;
  for (const tensor of model.tensors) {
    values.set(tensor.data, at);
    at += tensor.data.length;
  }
  const vector = unitVector(parametersOf(model).dimension);
  writeFileSync(join(folder, 'values.bin'), bytesOf(values));
  writeFileSync(join(folder, 'inputs.bin'), bytesOf(Float32Array.from(inputs.data)));
  writeFileSync(join(folder, 'labels.bin'), bytesOf(Int32Array.from(data.labels.data)));
  writeFileSync(join(folder, 'vector.bin'), bytesOf(Float32Array.from(vector)));
}

/** Floats from the bytes of a file, which may lie anywhere in a larger buffer. */
export const floatsOf = (bytes: Uint8Array): Float32Array =>
  new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));

/** The product that the other side left, in our order and layout. */
export const readProduct = (folder: string): Float32Array =>
  floatsOf(readFileSync(join(folder, 'product.bin')));
