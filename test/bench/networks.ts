import type { Node } from '../../src/autodiff/graph';
import { add, conv, reduceMean, relu, reshape, sigmoid, tanh } from '../../src/autodiff/operations';
import { gelu } from '../../src/network/activations';
import { attend, fromHeads, toHeads } from '../../src/network/attention';
import { dense } from '../../src/network/dense';
import { batchNorm, layerNorm } from '../../src/network/normalization';
import { globalAveragePool } from '../../src/network/pooling';
import { lstmCell, recur } from '../../src/network/recurrent';
import { blobs, waves } from './data';
import { type BenchNetwork, type Tensors, type Write, modelOf } from './network';
import { largeResidual } from './scale-networks';

const CLASSES = 10;
const EPSILON = 1e-5;

/** x times a kernel drawn so that the output is about `gain` as wide as x, plus a bias. */
function layer(tensors: Tensors, name: string, x: Node, width: number, gain = 1): Node {
  const inputs = x.shape[x.shape.length - 1];
  const kernel = tensors.weight(`${name}/kernel`, [inputs, width], { scale: gain / Math.sqrt(inputs) });
  return dense(x, kernel, tensors.weight(`${name}/bias`, [width]));
}

const multilayerPerceptron =
  (widths: readonly number[]): Write =>
  (tensors, x) =>
    widths.reduce((y, width, i) => {
      const last = i === widths.length - 1;
      const product = layer(tensors, `dense_${i}`, y, width, last ? 1 : Math.SQRT2);
      return last ? product : relu(product);
    }, x);

/** The ResNet of He et al. 2015 for small images: three stages of `blocks` blocks, batch norm in inference mode. */
const residualNetwork =
  (widths: readonly number[], blocks: number): Write =>
  (tensors, images) => {
    const unit = (name: string, x: Node, outputs: number, window: number, stride: number, gain = 1): Node => {
      const inputs = x.shape[1];
      const scale = Math.sqrt(2 / (window * window * inputs));
      const kernel = tensors.weight(`${name}/kernel`, [outputs, inputs, window, window], { scale });
      const edge = (window - 1) / 2;
      const y = conv(x, kernel, {
        strides: [stride, stride],
        padding: [
          [edge, edge],
          [edge, edge],
        ],
        dilations: [1, 1],
        groups: 1,
      });
      const affine = {
        gamma: tensors.weight(`${name}/gamma`, [outputs], { scale: 0.05, centre: gain }),
        beta: tensors.weight(`${name}/beta`, [outputs]),
      };
      const statistics = {
        mean: tensors.statistic(`${name}/mean`, [outputs], { scale: 0.1 }),
        variance: tensors.statistic(`${name}/variance`, [outputs], { scale: 0.1, centre: 1.5 }),
      };
      return batchNorm(y, { ...statistics, ...affine }, 1, EPSILON);
    };
    let x = relu(unit('stem', images, widths[0], 3, 1));
    widths.forEach((width, stage) => {
      for (let block = 0; block < blocks; block++) {
        const name = `block_${stage}_${block}`;
        const stride = stage > 0 && block === 0 ? 2 : 1;
        const first = relu(unit(`${name}/first`, x, width, 3, stride));
        const second = unit(`${name}/second`, first, width, 3, 1, 0.5);
        x = relu(add(second, stride === 2 ? unit(`${name}/shortcut`, x, width, 1, 2) : x));
      }
    });
    return layer(tensors, 'logits', globalAveragePool(x, 'first'), CLASSES);
  };

/** A pre-norm encoder with learned positions; the classes are read from the mean over positions. */
const transformer =
  (layers: number, width: number, heads: number): Write =>
  (tensors, sequence) => {
    const norm = (name: string, y: Node): Node =>
      layerNorm(y, [2], EPSILON, {
        gamma: tensors.weight(`${name}/gamma`, [width], { scale: 0.05, centre: 1 }),
        beta: tensors.weight(`${name}/beta`, [width]),
      });
    const projection = (name: string, shape: readonly number[]) => ({
      kernel: reshape(
        tensors.weight(`${name}/kernel`, [width, width], { scale: 1 / Math.sqrt(width) }),
        shape,
      ),
      bias: tensors.weight(`${name}/bias`, [width]),
    });
    const attention = (name: string, y: Node): Node => {
      const part = (which: string) => {
        const { kernel, bias } = projection(`${name}/${which}`, [width, heads, width / heads]);
        return toHeads(y, { kernel, bias: reshape(bias, [heads, width / heads]) });
      };
      const [q, k, v] = [part('query'), part('key'), part('value')];
      const attended = attend({ q, k, v }, Math.sqrt(heads / width));
      return fromHeads(attended, projection(`${name}/output`, [heads, width / heads, width]));
    };
    const [, length] = sequence.shape;
    let x = add(
      layer(tensors, 'embedding', sequence, width),
      tensors.weight('positions', [length, width], { scale: 0.2 }),
    );
    for (let i = 0; i < layers; i++) {
      const name = `layer_${i}`;
      x = add(x, attention(name, norm(`${name}/norm_1`, x)));
      const hidden = gelu(layer(tensors, `${name}/up`, norm(`${name}/norm_2`, x), 4 * width));
      x = add(x, layer(tensors, `${name}/down`, hidden, width));
    }
    return layer(tensors, 'logits', reduceMean(norm('norm', x), [1]), CLASSES);
  };

/** One layer of long short-term memory; the classes are read from the last step. */
const longShortTermMemory =
  (width: number): Write =>
  (tensors, sequence) => {
    const inputs = sequence.shape[2];
    const cell = lstmCell(
      {
        kernel: tensors.weight('lstm/kernel', [inputs, 4 * width], { scale: 1 / Math.sqrt(inputs) }),
        recurrent: tensors.weight('lstm/recurrent', [width, 4 * width], { scale: 1 / Math.sqrt(width) }),
        bias: tensors.weight('lstm/bias', [4 * width]),
      },
      tanh,
      sigmoid,
    );
    return layer(tensors, 'logits', recur(sequence, cell).last[0], CLASSES);
  };

function residual(
  name: string,
  title: string,
  widths: readonly number[],
  blocks: number,
  rows: number,
): BenchNetwork {
  return {
    name,
    title: `${title} on gratings, 32x32x3, ${rows} rows`,
    model: modelOf(name, [3, 32, 32], residualNetwork(widths, blocks)),
    data: blobs(rows, 3 * 32 * 32, CLASSES),
    stored: `${name}-gratings`,
    peer: { kind: 'resnet', config: { blocks } },
  };
}

function perceptron(name: string, width: number, rows: number): BenchNetwork {
  return {
    name,
    title: `MLP 784-${width}-${width}-10, ${rows} rows`,
    model: modelOf('mlp', [784], multilayerPerceptron([width, width, CLASSES])),
    data: blobs(rows, 784, CLASSES),
    peer: { kind: 'mlp', config: { layers: 3 } },
  };
}

/** Dense layers one after the other, each with its activation: three nodes a layer, narrow so that these are what counts. */
function chain(name: string, layers: number, rows: number): BenchNetwork {
  const width = 8;
  return {
    name,
    title: `${layers} dense layers of width ${width}, ${rows} rows`,
    model: modelOf(
      name,
      [width],
      multilayerPerceptron([...new Array<number>(layers - 1).fill(width), CLASSES]),
    ),
    data: blobs(rows, width, CLASSES),
    peer: { kind: 'mlp', config: { layers } },
  };
}

const makers: Readonly<Record<string, (scale: number) => BenchNetwork>> = {
  mlp: (scale) => perceptron('mlp', 512, Math.ceil(1000 * scale)),
  resnet8: (scale) => residual('resnet8', 'ResNet-8', [8, 16, 24], 1, Math.ceil(128 * scale)),
  resnet20: (scale) => residual('resnet20', 'ResNet-20', [16, 32, 64], 3, Math.ceil(128 * scale)),
  transformer: (scale) => {
    const rows = Math.ceil(32 * scale);
    return {
      name: 'transformer',
      title: `Transformer, 4 layers, width 128, 8 heads, length 64, ${rows} rows`,
      model: modelOf('transformer', [64, 16], transformer(4, 128, 8)),
      data: waves(rows, 64, 16, CLASSES),
      peer: { kind: 'transformer', config: { layers: 4, heads: 8 } },
    };
  },
  lstm: (scale) => {
    const rows = Math.ceil(64 * scale);
    return {
      name: 'lstm',
      title: `LSTM, width 128, length 64, ${rows} rows`,
      model: modelOf('lstm', [64, 16], longShortTermMemory(128)),
      data: waves(rows, 64, 16, CLASSES),
      peer: { kind: 'lstm', config: {} },
    };
  },
};

export const networkNames: readonly string[] = Object.keys(makers);

/**
 * The network of this name with `scale` times its usual rows; the same tensors and data every time. Besides those of the
 * tables there are `resnet50`, `mlp-WIDTH` of any width and `chain-LAYERS` of any depth.
 */
export function networkNamed(name: string, scale: number): BenchNetwork {
  if (name === 'resnet50') return largeResidual(Math.ceil(32 * scale));
  const layers = /^chain-(\d+)$/.exec(name)?.[1];
  if (layers) return chain(name, Number(layers), Math.ceil(16 * scale));
  const width = /^mlp-(\d+)$/.exec(name)?.[1];
  return width ? perceptron(name, Number(width), Math.ceil(1000 * scale)) : makers[name](scale);
}
