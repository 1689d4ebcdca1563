import type { Node } from '../../../../../autodiff/graph';
import { div, maximum, mul, reduceSum, spread, sqrt, square } from '../../../../../autodiff/operations';
import { batchNorm, groupNorm, layerNorm, rmsNorm } from '../../../../../network/normalization';
import { normalizeBatch } from '../../../../../network/stochastic';
import type { AtenCall } from '../call';
import { type AtenRow, type WeightUse, rows } from './row';

const affineWeights = (weight: number, bias: number) => (): WeightUse[] => [
  { argument: weight, role: 'norm' },
  { argument: bias, role: 'norm' },
];

const batchNormWeights = (): WeightUse[] => [
  ...affineWeights(1, 2)(),
  { argument: 3, role: 'statistic' },
  { argument: 4, role: 'statistic' },
];

/** gamma and beta, where there are any. */
function affine(call: AtenCall, weight: number | string, bias: number | string) {
  const [gamma, beta] = [call.optional(weight), call.optional(bias)];
  return { ...(gamma ? { gamma } : {}), ...(beta ? { beta } : {}) };
}

/**
 * Batch norm by its running statistics, whatever mode the program was exported in; by the batch where it has none, or in a
 * pass of training.
 */
function batch(call: AtenCall): Node {
  const x = call.floats(0);
  const epsilon = call.number('eps');
  const weights = affine(call, 1, 2);
  const { training, update } = call.context;
  if (!call.has(3) || !call.has(4)) return normalizeBatch(x, 1, epsilon, weights).normalized;
  const [mean, variance] = [call.floats(3), call.floats(4)];
  if (!training) return batchNorm(x, { ...weights, mean, variance }, 1, epsilon);
  const found = normalizeBatch(x, 1, epsilon, weights);
  update?.(mean, found.mean);
  update?.(variance, found.variance);
  return found.normalized;
}

/** The last axes, as many as the normalized shape has. */
function trailing(call: AtenCall, rank: number): number[] {
  const count = call.list(1)?.length ?? 1;
  return Array.from({ length: count }, (_, i) => rank - count + i);
}

const layer = (call: AtenCall): Node => {
  const x = call.floats(0);
  return layerNorm(x, trailing(call, x.shape.length), call.number('eps', 1e-5), affine(call, 2, 3));
};

/** Epsilon left out is that of float32, in which networks are exported. */
const FLOAT32_EPSILON = 2 ** -23;

const rootMeanSquare = (call: AtenCall): Node => {
  const x = call.floats(0);
  const epsilon = call.number('eps', FLOAT32_EPSILON);
  return rmsNorm(x, trailing(call, x.shape.length), epsilon, call.optional(2));
};

/** Each channel of each row by itself. */
function instance(call: AtenCall): Node {
  if (!call.flag('use_input_stats', true)) return batch(call);
  const x = call.floats(0);
  return groupNorm(
    x,
    { axis: 1, groups: x.shape[1], epsilon: call.number('eps') },
    affine(call, 'weight', 'bias'),
  );
}

/** g v / |v|, the length over all axes but `dim` (Salimans & Kingma 2016, equation 2). */
function weightNorm(call: AtenCall): Node {
  const [v, g] = [call.floats(0), call.floats(1)];
  const dim = call.number('dim', 0);
  const axes = v.shape.flatMap((_, axis) => (axis === dim ? [] : [axis]));
  const length = spread(sqrt(reduceSum(square(v), axes)), v, axes);
  return div(mul(v, g), length);
}

/** a.b / (max(|a|, eps) max(|b|, eps)) along an axis. */
function cosineSimilarity(call: AtenCall): Node {
  const [a, b] = [call.floats(0), call.floats(1)];
  const axis = call.axis('dim', a.shape.length, 1);
  const length = (x: Node) => sqrt(maximum(reduceSum(square(x), [axis]), call.number('eps', 1e-8) ** 2));
  return div(reduceSum(mul(a, b), [axis]), mul(length(a), length(b)));
}

export const normalizationRows: readonly AtenRow[] = [
  ...rows(
    [
      'batch_norm',
      'native_batch_norm',
      '_native_batch_norm_legit',
      '_native_batch_norm_legit_functional',
      '_native_batch_norm_legit_no_training',
      'cudnn_batch_norm',
    ],
    batch,
    batchNormWeights,
  ),
  ...rows(
    '_native_batch_norm_legit.no_stats',
    (call) => normalizeBatch(call.floats(0), 1, call.number('eps'), affine(call, 1, 2)).normalized,
    affineWeights(1, 2),
  ),
  ...rows(['layer_norm', 'native_layer_norm'], layer, affineWeights(2, 3)),
  ...rows(['rms_norm', '_fused_rms_norm'], rootMeanSquare, () => [{ argument: 2, role: 'norm' }]),
  ...rows(
    'group_norm',
    (call) =>
      groupNorm(
        call.floats(0),
        { axis: 1, groups: call.number(1), epsilon: call.number('eps', 1e-5) },
        affine(call, 2, 3),
      ),
    affineWeights(2, 3),
  ),
  ...rows(
    'native_group_norm',
    (call) =>
      groupNorm(
        call.floats(0),
        { axis: 1, groups: call.number('group'), epsilon: call.number('eps') },
        affine(call, 1, 2),
      ),
    affineWeights(1, 2),
  ),
  ...rows('instance_norm', instance, batchNormWeights),
  ...rows(['_weight_norm', '_weight_norm_interface'], weightNorm, () => [
    { argument: 0, role: 'kernel', filterAxis: 0 },
    { argument: 1, role: 'norm' },
  ]),
  ...rows('cosine_similarity', cosineSimilarity),
];
