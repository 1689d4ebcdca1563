import type { Node } from '../../src/autodiff/graph';
import { add, conv, maxPool, relu } from '../../src/autodiff/operations';
import { dense } from '../../src/network/dense';
import { batchNorm } from '../../src/network/normalization';
import { globalAveragePool } from '../../src/network/pooling';
import { blobs } from './data';
import { type BenchNetwork, type Write, modelOf } from './network';

const CLASSES = 1000;
const EPSILON = 1e-5;
/** Blocks and width of each stage of the ResNet-50 of He et al. 2015 (table 1). */
const STAGES = [
  [3, 64],
  [4, 128],
  [6, 256],
  [3, 512],
] as const;
const EXPANSION = 4;

const edges = (size: number): [[number, number], [number, number]] => [
  [size, size],
  [size, size],
];

const resnet50: Write = (tensors, images) => {
  const unit = (name: string, x: Node, outputs: number, window: number, stride: number): Node => {
    const inputs = x.shape[1];
    const scale = Math.sqrt(2 / (window * window * inputs));
    const kernel = tensors.weight(`${name}/kernel`, [outputs, inputs, window, window], { scale });
    const padding = edges((window - 1) / 2);
    const y = conv(x, kernel, { strides: [stride, stride], padding, dilations: [1, 1], groups: 1 });
    const affine = {
      gamma: tensors.weight(`${name}/gamma`, [outputs], { scale: 0.05, centre: 0.5 }),
      beta: tensors.weight(`${name}/beta`, [outputs]),
    };
    const statistics = {
      mean: tensors.statistic(`${name}/mean`, [outputs], { scale: 0.1 }),
      variance: tensors.statistic(`${name}/variance`, [outputs], { scale: 0.1, centre: 1.5 }),
    };
    return batchNorm(y, { ...statistics, ...affine }, 1, EPSILON);
  };
  let x = relu(unit('stem', images, 64, 7, 2));
  x = maxPool(x, { window: [3, 3], strides: [2, 2], padding: edges(1) });
  STAGES.forEach(([blocks, width], stage) => {
    for (let block = 0; block < blocks; block++) {
      const name = `block_${stage}_${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const reduced = relu(unit(`${name}/first`, x, width, 1, 1));
      const middle = relu(unit(`${name}/second`, reduced, width, 3, stride));
      const last = unit(`${name}/third`, middle, EXPANSION * width, 1, 1);
      x = relu(add(last, block === 0 ? unit(`${name}/shortcut`, x, EXPANSION * width, 1, stride) : x));
    }
  });
  const features = globalAveragePool(x, 'first');
  const scale = 1 / Math.sqrt(features.shape[1]);
  const kernel = tensors.weight('logits/kernel', [features.shape[1], CLASSES], { scale });
  return dense(features, kernel, tensors.weight('logits/bias', [CLASSES]));
};

/** 25.6 million parameters on images of 96 x 96 pixels. */
export function largeResidual(rows: number): BenchNetwork {
  const shape = [3, 96, 96];
  const flat = blobs(rows, 3 * 96 * 96, 10);
  return {
    name: 'resnet50',
    title: `ResNet-50, 96x96x3, ${rows} rows`,
    model: modelOf('resnet50', shape, resnet50),
    data: { ...flat, inputs: [{ shape, data: flat.inputs[0].data }] },
    peer: { kind: 'resnet50', config: {} },
  };
}
