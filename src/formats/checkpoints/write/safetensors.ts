import type { Model } from '../../../network/model';
import { ByteRun } from './bytes';
import type { TensorValues } from './keras';

/**
 * A `.safetensors` file of all tensors of a model in float32, under their `ModelTensor.name`: the length of the header (8
 * bytes, little-endian), the header as JSON padded with spaces to whole 8 bytes, then the data without gaps. A tensor
 * without a new value keeps the model's.
 */
export function safetensorsBytes(model: Model, values: TensorValues): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const data = new ByteRun();
  for (const tensor of model.tensors) {
    const value = values.get(tensor.name) ?? tensor.data;
    if (value.length !== tensor.data.length)
      throw new Error(`${tensor.name} was given ${value.length} numbers where it has ${tensor.data.length}`);
    const single = value instanceof Float32Array ? value : Float32Array.from(value);
    const start = data.length;
    data.bytes(new Uint8Array(single.buffer, single.byteOffset, single.byteLength));
    header[tensor.name] = { dtype: 'F32', shape: tensor.shape, data_offsets: [start, data.length] };
  }
  const text = JSON.stringify(header);
  const bytes = new TextEncoder().encode(text);
  const padding = (8 - (bytes.length % 8)) % 8;
  return new ByteRun()
    .int(bytes.length + padding, 8)
    .bytes(bytes)
    .bytes(new Uint8Array(padding).fill(0x20))
    .bytes(data.toBytes())
    .toBytes();
}
