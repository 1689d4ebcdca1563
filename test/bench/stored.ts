import { join } from 'node:path';
import { readDataset } from '../../src/formats/datasets/dataset';
import { openModel } from '../../src/formats/model';
import type { ModelTensor } from '../../src/network/model';
import type { BenchNetwork } from './network';

const CORPUS = join(import.meta.dirname, '../corpus');

/** The network with the weights of a checkpoint of the corpus, tensor by tensor in their order, on the first images of its data. */
export async function asStored(network: BenchNetwork, checkpoint: string): Promise<BenchNetwork> {
  const { model, data } = network;
  const stored = (await openModel(join(CORPUS, `onnx/${checkpoint}.onnx`))).model.tensors;
  const kept = {
    true: stored.filter(({ trainable }) => trainable),
    false: stored.filter(({ trainable }) => !trainable),
  };
  const next = { true: 0, false: 0 };
  const tensors = model.tensors.map((tensor): ModelTensor => {
    const kind = `${tensor.trainable}` as const;
    const source = kept[kind][next[kind]++];
    if (source.data.length !== tensor.data.length)
      throw new Error(`${checkpoint}: ${source.name} does not fit ${tensor.name}`);
    return { ...tensor, data: laidOut(source, tensor) };
  });
  const { train } = await readDataset(join(CORPUS, 'data/gratings.npz'));
  const images = train.inputs[0];
  const [height, width, channels] = images.shape.slice(-3);
  const size = height * width;
  const inputs = new Float32Array(data.rows * size * channels);
  for (let row = 0; row < data.rows; row++)
    for (let at = 0; at < size; at++)
      for (let c = 0; c < channels; c++)
        inputs[(row * channels + c) * size + at] =
          Number(images.data[(row * size + at) * channels + c]) / 255;
  const labels = Int32Array.from({ length: data.rows }, (_, row) => Number(train.labels.data[row]));
  return {
    ...network,
    model: { ...model, tensors },
    data: {
      ...data,
      inputs: [{ shape: [channels, height, width], data: inputs }],
      labels: { shape: [], data: labels },
    },
  };
}

/** The values in the bench's own layout: PyTorch stores dense kernels the other way round. */
function laidOut(source: ModelTensor, { shape }: ModelTensor): Float32Array {
  const [rows, columns] = source.shape;
  if (source.shape.length !== 2 || rows !== shape[1]) return Float32Array.from(source.data);
  return Float32Array.from(source.data, (_, i) => source.data[(i % rows) * columns + Math.floor(i / rows)]);
}
