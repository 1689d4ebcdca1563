import type { Node } from '../../../../autodiff/graph';
import { add } from '../../../../autodiff/operations';
import type { Shape } from '../../../../autodiff/shape';
import {
  convolution,
  depthwiseConvolution,
  separableConvolution,
  transposedConvolution,
} from '../../../../network/convolution';
import { dense } from '../../../../network/dense';
import { einsum } from '../../../../network/einsum';
import { UserError } from '../../../../core/errors';
import { activationOf } from './activation';
import { weightWithLora } from './adapted';
import { type LayerRow, type LayerSource, type LayerUse, row, rowsByRank, shaped } from './row';

const biasOf = (layer: LayerSource) =>
  layer.config.flag('use_bias', true) ? layer.weight('bias', 'bias') : undefined;

/** What the layers that convolve have in common. */
export const convolutionOptions = ({ config }: LayerSource, rank: number) => ({
  strides: config.perAxis('strides', rank, 1),
  dilations: config.perAxis('dilation_rate', rank, 1),
  padding: config.padding(),
  order: config.order(),
});

const endOf = ({ config, legacy }: LayerSource) => activationOf(config.raw.activation, legacy);

/** A product in Einstein's notation with a kernel; the bias has the axes that the settings name, in the output's order. */
function einsumDense(layer: LayerSource): (x: Node, read: LayerUse['read']) => Node {
  const { equation, bias_axes: biasAxes } = layer.config.raw;
  if (typeof equation !== 'string') throw new UserError('has no equation');
  const kernel = weightWithLora(layer, 'kernel', 'kernel', neuronAxis(equation));
  const bias = typeof biasAxes === 'string' ? layer.weight('bias', 'bias') : undefined;
  const end = endOf(layer);
  return (x, read) => {
    const y = einsum(equation, [x, kernel(read)]);
    return end(
      bias ? add(y, shaped(read, bias, biasShape(equation, String(biasAxes), y.shape, bias.shape))) : y,
    );
  };
}

/** The shape of an EinsumDense's bias: from its first axis on, 1 for the axes that it does not have. */
function biasShape(equation: string, axes: string, y: Shape, stored: Shape): Shape {
  const [, output = ''] = equation.replace(/\s/g, '').split('->');
  // Axes that the equation leaves open stand before all others, or the file is taken at its word.
  const labels = output.replace(/^\.\.\./, '');
  if (labels.includes('.')) return stored;
  const extents = y.slice(y.length - labels.length);
  const first = Math.min(...[...axes].map((label) => labels.indexOf(label)).filter((at) => at >= 0));
  return [...labels].map((label, i) => (axes.includes(label) ? extents[i] : 1)).slice(first);
}

/** The axis of an EinsumDense's kernel that counts its neurons: the last one that the output keeps. */
function neuronAxis(equation: string): number {
  const [, kernel = '', output = ''] = equation.replace(/[\s.]/g, '').split(/,|->/);
  return [...kernel].reduce(
    (found, label, axis) => (output.includes(label) ? axis : found),
    kernel.length - 1,
  );
}

/** Spectral normalization keeps the normalized kernel itself; dividing by the norm is a step of training. */
const spectralNormalization: LayerRow = {
  classNames: ['SpectralNormalization'],
  masks: 'kept',
  build(layer) {
    // The wrapper lists its layer's kernel as its own.
    for (const name of ['kernel', 'embeddings']) if (layer.hasWeight(name)) layer.skip(name);
    return layer.wrapped('layer').run;
  },
};

export const convolutionRows: readonly LayerRow[] = [
  row('EinsumDense', einsumDense),
  spectralNormalization,
  row(
    'Dense',
    (layer) => {
      const kernel = weightWithLora(layer, 'kernel', 'kernel', 1);
      const bias = biasOf(layer);
      const end = endOf(layer);
      return (x, read) => {
        const weight = kernel(read);
        return end(dense(x, weight, bias && shaped(read, bias, [weight.shape[1]])));
      };
    },
    'kept',
  ),
  ...rowsByRank(
    [1, 2, 3],
    (rank) => `Conv${rank}D`,
    (layer, rank) => {
      const kernel = weightWithLora(layer, 'kernel', 'kernel', rank + 1);
      const bias = biasOf(layer);
      const options = convolutionOptions(layer, rank);
      const end = endOf(layer);
      const groups = layer.config.integer('groups', 1);
      return (x, read) => {
        const channels = x.shape[options.order === 'first' ? 1 : rank + 1] / groups;
        const { shape } = kernel(read);
        const filters = shape[shape.length - 1];
        const weight = kernel(read, [...shape.slice(0, rank), channels, filters]);
        return end(convolution(x, weight, bias && shaped(read, bias, [filters]), options));
      };
    },
  ),
  ...rowsByRank(
    [1, 2, 3],
    (rank) => `Conv${rank}DTranspose`,
    (layer, rank) => {
      const kernel = layer.weight('kernel', 'kernel', rank);
      const bias = biasOf(layer);
      const { raw } = layer.config;
      const outputPadding =
        (raw.output_padding ?? null) === null ? undefined : layer.config.perAxis('output_padding', rank, 0);
      const options = { ...convolutionOptions(layer, rank), outputPadding };
      const end = endOf(layer);
      return (x, read) =>
        end(
          transposedConvolution(x, read(kernel), bias && shaped(read, bias, [kernel.shape[rank]]), options),
        );
    },
  ),
  ...rowsByRank(
    [1, 2],
    (rank) => `DepthwiseConv${rank}D`,
    (layer, rank) => {
      const kernel = layer.weight(['kernel', 'depthwise_kernel'], 'kernel', rank);
      const bias = biasOf(layer);
      const options = convolutionOptions(layer, rank);
      const end = endOf(layer);
      const count = kernel.shape[rank] * kernel.shape[rank + 1];
      return (x, read) =>
        end(depthwiseConvolution(x, read(kernel), bias && shaped(read, bias, [count]), options));
    },
  ),
  ...rowsByRank(
    [1, 2],
    (rank) => `SeparableConv${rank}D`,
    (layer, rank) => {
      const depthwise = layer.weight('depthwise_kernel', 'kernel', rank);
      const pointwise = layer.weight('pointwise_kernel', 'kernel', rank + 1);
      const bias = biasOf(layer);
      const options = convolutionOptions(layer, rank);
      const end = endOf(layer);
      return (x, read) =>
        end(
          separableConvolution(
            x,
            {
              depthwise: read(depthwise),
              pointwise: read(pointwise),
              bias: bias && shaped(read, bias, [pointwise.shape[rank + 1]]),
            },
            options,
          ),
        );
    },
  ),
];
