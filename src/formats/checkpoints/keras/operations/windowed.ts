import type { Node } from '../../../../autodiff/graph';
import { matmul, mul, transpose } from '../../../../autodiff/operations';
import { normalizeAxes } from '../../../../autodiff/shape';
import { attentionWeights } from '../../../../network/attention';
import {
  convolution,
  depthwiseConvolution,
  separableConvolution,
  transposedConvolution,
} from '../../../../network/convolution';
import { batchNorm, layerNorm, rmsNorm } from '../../../../network/normalization';
import { averagePool, maxPool } from '../../../../network/pooling';
import { adaptiveAveragePool, adaptiveMaxPool, resize } from '../../../../network/resampling';
import { UserError } from '../../../../core/errors';
import type { LayerConfig } from '../layers/config';
import type { Argument, LayerRow, LayerUse } from '../layers/row';
import { interpolationOf } from '../layers/shaping';
import { type Operand, operandsOf, operationRow, tensorsOf } from './operands';

const spatialRank = ({ shape }: Node) => shape.length - 2;

const pooling = (config: LayerConfig, x: Node) => {
  const window = config.perAxis('pool_size', spatialRank(x), 2);
  const strides = config.perAxis('strides', spatialRank(x), window);
  return { window, strides, padding: config.padding(), order: config.order() };
};

const sliding = (config: LayerConfig, x: Node) => ({
  strides: config.perAxis('strides', spatialRank(x), 1),
  dilations: config.perAxis('dilation_rate', spatialRank(x), 1),
  padding: config.padding(),
  order: config.order(),
});

/** A tensor that is the same for all rows: of the file. */
function fixed(operand: Operand | undefined, { graph }: Node): Node {
  if (operand?.kind !== 'constant')
    throw new UserError('takes weights from the data, which is not supported: they must be constants');
  return graph.constant(operand.values, operand.shape);
}

/** An operand given by keyword or by position, if at all. */
function given(
  { arguments: positional, keywords, options }: LayerUse,
  name: string,
  position: number,
): Operand | undefined {
  const keyword: Argument = keywords.has(name)
    ? { kind: 'tensor', value: keywords.get(name)![0] }
    : { kind: 'value', value: options[name] };
  const [found] = operandsOf(keyword);
  return found ?? (positional[position] ? operandsOf(positional[position])[0] : undefined);
}

const optional = (use: LayerUse, name: string, position: number, x: Node): Node | undefined => {
  const operand = given(use, name, position);
  return operand && fixed(operand, x);
};

/** Of one tensor and constants; the names of those that may come by keyword. */
const on = (
  name: string,
  run: (x: Node, config: LayerConfig, use: LayerUse) => Node,
  keywords?: readonly string[],
): LayerRow =>
  operationRow(name, ([first], config, use) => run(tensorsOf([first])[0], config, use), keywords);

/** Attention by heads without projections: [rows, positions, heads, width] each (Vaswani et al. 2017). */
function dotProductAttention(use: LayerUse, config: LayerConfig): Node {
  if (config.optional('attn_logits_soft_cap') !== undefined)
    throw new UserError('sets attn_logits_soft_cap, which is not supported');
  const [query, key, value] = ['query', 'key', 'value'].map((name, i) => given(use, name, i));
  const [q, k, v] = tensorsOf([query, key, value].flatMap((operand) => operand ?? [])).map((x) =>
    transpose(x, [0, 2, 1, 3]),
  );
  if (['bias', 'mask'].some((name, i) => given(use, name, i + 3)))
    throw new UserError('takes a bias or a mask, which is not supported');
  const scale = given(use, 'scale', 5);
  const factor = scale?.kind === 'constant' ? scale.values[0] : 1 / Math.sqrt(q.shape[3]);
  const scores = matmul(mul(q, factor), k, false, true);
  const weights = attentionWeights(scores, { causal: config.flag('is_causal', false) });
  return transpose(matmul(weights, v), [0, 2, 1, 3]);
}

/** Operations that are layers whose weights, where they have some, are constants of the file. */
export const windowedOperations: readonly LayerRow[] = [
  on('MaxPool', (x, config) => maxPool(x, pooling(config, x))),
  on('AveragePool', (x, config) => averagePool(x, pooling(config, x))),
  on('AdaptiveMaxPool', (x, config) =>
    adaptiveMaxPool(x, config.perAxis('output_size', spatialRank(x), 1), config.order()),
  ),
  on('AdaptiveAveragePool', (x, config) =>
    adaptiveAveragePool(x, config.perAxis('output_size', spatialRank(x), 1), config.order()),
  ),
  on('Resize', (x, config) => {
    if (['crop_to_aspect_ratio', 'pad_to_aspect_ratio'].some((key) => config.flag(key, false)))
      throw new UserError('keeps the aspect ratio, which is supported as a layer only');
    const interpolation = interpolationOf(config, 'bilinear');
    return resize(x, config.axes('size', 1), {
      interpolation,
      order: config.order(),
      antialias: config.flag('antialias', false),
    });
  }),
  on(
    'Conv',
    (x, config, use) => convolution(x, fixed(given(use, 'kernel', 1), x), undefined, sliding(config, x)),
    ['kernel'],
  ),
  on(
    'DepthwiseConv',
    (x, config, use) =>
      depthwiseConvolution(x, fixed(given(use, 'kernel', 1), x), undefined, sliding(config, x)),
    ['kernel'],
  ),
  on(
    'SeparableConv',
    (x, config, use) =>
      separableConvolution(
        x,
        {
          depthwise: fixed(given(use, 'depthwise_kernel', 1), x),
          pointwise: fixed(given(use, 'pointwise_kernel', 2), x),
          bias: undefined,
        },
        sliding(config, x),
      ),
    ['depthwise_kernel', 'pointwise_kernel'],
  ),
  on(
    'ConvTranspose',
    (x, config, use) => {
      const padded = (config.raw.output_padding ?? null) !== null;
      const outputPadding = padded ? config.perAxis('output_padding', spatialRank(x), 0) : undefined;
      const kernel = fixed(given(use, 'kernel', 1), x);
      return transposedConvolution(x, kernel, undefined, { ...sliding(config, x), outputPadding });
    },
    ['kernel'],
  ),
  on(
    'LayerNorm',
    (x, config, use) => {
      if (config.flag('rms_scaling', false)) throw new UserError('sets rms_scaling, which is not supported');
      const weights = { gamma: optional(use, 'gamma', 1, x), beta: optional(use, 'beta', 2, x) };
      return layerNorm(
        x,
        normalizeAxes(config.axes('axis', -1), x.shape.length),
        config.number('epsilon', 1e-7),
        weights,
      );
    },
    ['gamma', 'beta'],
  ),
  on(
    'RMSNorm',
    (x, config, use) =>
      rmsNorm(
        x,
        normalizeAxes(config.axes('axis', -1), x.shape.length),
        config.number('epsilon', 1e-7),
        optional(use, 'scale', 1, x),
      ),
    ['scale'],
  ),
  on(
    'BatchNorm',
    (x, config, use) => {
      const [mean, variance] = ['mean', 'variance'].map((name, i) => fixed(given(use, name, i + 1), x));
      const weights = {
        mean,
        variance,
        beta: optional(use, 'offset', 3, x),
        gamma: optional(use, 'scale', 4, x),
      };
      return batchNorm(
        x,
        weights,
        normalizeAxes(config.axes('axis', -1), x.shape.length)[0],
        config.number('epsilon', 1e-3),
      );
    },
    ['mean', 'variance', 'offset', 'scale'],
  ),
  operationRow('DotProductAttention', (_, config, use) => dotProductAttention(use, config), [
    'query',
    'key',
    'value',
    'scale',
  ]),
];
