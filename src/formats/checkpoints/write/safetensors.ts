import { UserError } from '../../../core/errors';
import type { Model } from '../../../network/model';
import { ByteRun } from './bytes';
import type { TensorValues } from './keras';

/** A tensor to be written, row-major. */
export interface WrittenTensor {
  readonly name: string;
  readonly dtype: 'F64' | 'F32' | 'I64' | 'U8' | 'BOOL';
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

const WIDTHS = { F64: 8, I64: 8, F32: 4, U8: 1, BOOL: 1 } as const;

/** The bytes of a tensor; its own memory where that has them already. */
function bytesOf({ dtype, data }: WrittenTensor): Uint8Array {
  const typed = ((): Float32Array | Float64Array | BigInt64Array | Uint8Array => {
    if (dtype === 'F32') return data instanceof Float32Array ? data : Float32Array.from(data);
    if (dtype === 'F64') return data instanceof Float64Array ? data : Float64Array.from(data);
    if (dtype === 'I64') return BigInt64Array.from(Array.from(data, BigInt));
    return Uint8Array.from(data);
  })();
  return new Uint8Array(typed.buffer, typed.byteOffset, typed.byteLength);
}

/**
 * A `.safetensors` file in parts that follow one another: the length of the header (8 bytes, little-endian), the header as
 * JSON padded with spaces to whole 8 bytes, then the data without gaps, the widest numbers first so that all are aligned.
 * @param metadata what is said beside the tensors, as text.
 */
export function safetensorsParts(
  tensors: readonly WrittenTensor[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array[] {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const tensor of [...tensors].sort((a, b) => WIDTHS[b.dtype] - WIDTHS[a.dtype])) {
    const { name, dtype, shape } = tensor;
    if (name === '__metadata__')
      throw new UserError(
        'A tensor is called "__metadata__", which safetensors keeps for itself: rename it.',
      );
    const bytes = bytesOf(tensor);
    parts.push(bytes);
    header[name] = { dtype, shape, data_offsets: [at, (at += bytes.length)] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const padding = (8 - (text.length % 8)) % 8;
  const head = new ByteRun()
    .int(text.length + padding, 8)
    .bytes(text)
    .bytes(new Uint8Array(padding).fill(0x20));
  return [head.toBytes(), ...parts];
}

/**
 * A `.safetensors` file of all tensors of a model in float32, under their `ModelTensor.name`. A tensor without a new value
 * keeps the model's.
 */
export function safetensorsBytes(model: Model, values: TensorValues): Uint8Array {
  const tensors = model.tensors.map((tensor): WrittenTensor => {
    const value = values.get(tensor.name) ?? tensor.data;
    if (value.length !== tensor.data.length)
      throw new Error(`${tensor.name} was given ${value.length} numbers where it has ${tensor.data.length}`);
    return { name: tensor.name, dtype: 'F32', shape: tensor.shape, data: value };
  });
  const run = new ByteRun();
  for (const part of safetensorsParts(tensors, { format: 'pt' })) run.bytes(part);
  return run.toBytes();
}
