import { z } from 'zod';
import { UserError } from '../../../core/errors';
import { widenFloat16 } from '../../widened-numbers';
import type { ByteSource } from '../../containers/source';
import type { StoredTensor } from '../keras/description';
import { sizeOf } from '../../../core/size-of';

/** One tensor of a weights manifest; with `quantization` its bytes are small integers, or halves. */
export const weightSpec = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.string(),
  quantization: z
    .object({
      dtype: z.enum(['uint8', 'uint16', 'float16']),
      min: z.number().optional(),
      scale: z.number().optional(),
    })
    .optional(),
});

export type WeightSpec = z.infer<typeof weightSpec>;

const BYTES: ReadonlyMap<string, number> = new Map([
  ['float32', 4],
  ['int32', 4],
  ['float16', 2],
  ['uint16', 2],
  ['uint8', 1],
  ['bool', 1],
]);

/**
 * Cuts one group's shards, taken as one run of bytes, into tensors.
 * @throws UserError when the bytes are too few, too many, or of a type without numbers.
 */
export function readWeights(
  specs: readonly WeightSpec[],
  shards: readonly ByteSource[],
  file: string,
): StoredTensor[] {
  const available = shards.reduce((total, shard) => total + shard.size, 0);
  const sizes = specs.map((spec) => {
    const size = BYTES.get(spec.quantization?.dtype ?? spec.dtype);
    if (size === undefined) {
      throw new UserError(`${file}: weight ${spec.name} has type ${spec.dtype}, which is not a number.`);
    }
    return size * sizeOf(spec.shape);
  });
  const needed = sizes.reduce((total, size) => total + size, 0);
  if (needed !== available) {
    throw new UserError(
      `${file} describes ${needed} bytes of weights, but its weight files (${shards.map(({ name }) => name).join(', ')}) have ${available}: copy all files of the model again.`,
    );
  }
  let position = 0;
  return specs.map((spec, index) => {
    const bytes = readAcross(shards, position, sizes[index]);
    position += sizes[index];
    return { name: spec.name, shape: spec.shape, data: decode(spec, bytes.buffer) };
  });
}

function readAcross(
  shards: readonly ByteSource[],
  position: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  let start = 0;
  for (const shard of shards) {
    const from = Math.max(position, start);
    const to = Math.min(position + length, start + shard.size);
    if (to > from) out.set(shard.read(from - start, to - from), from - position);
    start += shard.size;
  }
  return out;
}

function decode({ dtype, quantization }: WeightSpec, buffer: ArrayBuffer): Float32Array {
  switch (quantization?.dtype ?? dtype) {
    case 'float32':
      return new Float32Array(buffer);
    case 'int32':
      return Float32Array.from(new Int32Array(buffer));
    case 'float16':
      return widenFloat16(new Uint16Array(buffer));
    default: {
      const codes =
        (quantization?.dtype ?? dtype) === 'uint16' ? new Uint16Array(buffer) : new Uint8Array(buffer);
      const { scale = 1, min = 0 } = quantization ?? {};
      return Float32Array.from(codes, (code) => code * scale + min);
    }
  }
}
