import type { StoredWeight } from '../../src/formats/checkpoints/torch/weights/description';

/** The bytes of a safetensors file with these weights, as float32. */
export function safetensorsOf({
  tensors,
}: {
  readonly tensors: ReadonlyMap<string, Pick<StoredWeight, 'shape' | 'data'>>;
}): Uint8Array {
  let at = 0;
  const parts: Uint8Array[] = [];
  const header = Object.fromEntries(
    [...tensors].map(([name, { shape, data }]) => {
      const bytes = new Uint8Array(Float32Array.from(data).buffer);
      parts.push(bytes);
      const begin = at;
      at += bytes.length;
      return [name, { dtype: 'F32', shape, data_offsets: [begin, at] }];
    }),
  );
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(text.length), true);
  return Buffer.concat([length, text, ...parts]);
}
