import type { Node } from '../../../../autodiff/graph';
import { ShapeError } from '../../../../autodiff/shape';
import { batchNorm, groupNorm, layerNorm, rmsNorm, unitNorm } from '../../../../network/normalization';
import { normalizeBatch } from '../../../../network/stochastic';
import type { OperatorCall } from '../call';
import { type OperatorRow, type WeightUse, row } from './row';

const affineWeights = (): WeightUse[] => [
  { input: 1, role: 'norm' },
  { input: 2, role: 'norm' },
];

const affine = (call: OperatorCall) => ({ gamma: call.optional(1), beta: call.optional(2) });

/** The axes from the attribute's on. */
const trailing = (call: OperatorCall, rank: number): number[] => {
  const first = call.axis(rank, -1);
  return Array.from({ length: rank - first }, (_, i) => first + i);
};

function groups(call: OperatorCall): Node {
  const x = call.floats(0);
  if (call.value(1).shape[0] !== x.shape[1])
    throw new ShapeError('scale and bias have an entry for each group, which version 21 of the set replaced');
  return groupNorm(
    x,
    { axis: 1, groups: call.number('num_groups', 1), epsilon: call.number('epsilon', 1e-5) },
    affine(call),
  );
}

function unit(call: OperatorCall): Node {
  if (call.number('p', 2) !== 2) throw new ShapeError('only the Euclidean length is supported');
  const x = call.floats(0);
  return unitNorm(x, [call.axis(x.shape.length, -1)]);
}

export const normalizationRows: readonly OperatorRow[] = [
  {
    name: 'BatchNormalization',
    build: (call) => {
      if (!call.number('spatial', 1)) throw new ShapeError('it has statistics for each position');
      const x = call.floats(0);
      const epsilon = call.number('epsilon', 1e-5);
      const weights = { gamma: call.floats(1), beta: call.floats(2) };
      const [mean, variance] = [call.floats(3), call.floats(4)];
      const { update } = call.context;
      if (!update) return batchNorm(x, { ...weights, mean, variance }, 1, epsilon);
      const batch = normalizeBatch(x, 1, epsilon, weights);
      update(mean, batch.mean);
      update(variance, batch.variance);
      return batch.normalized;
    },
    weights: () => [...affineWeights(), { input: 3, role: 'statistic' }, { input: 4, role: 'statistic' }],
  },
  {
    name: 'LayerNormalization',
    build: (call) => {
      const x = call.floats(0);
      return layerNorm(x, trailing(call, x.shape.length), call.number('epsilon', 1e-5), affine(call));
    },
    weights: affineWeights,
  },
  {
    name: 'RMSNormalization',
    build: (call) => {
      const x = call.floats(0);
      return rmsNorm(x, trailing(call, x.shape.length), call.number('epsilon', 1e-5), call.optional(1));
    },
    weights: () => [{ input: 1, role: 'norm' }],
  },
  {
    name: 'InstanceNormalization',
    build: (call) => {
      const x = call.floats(0);
      return groupNorm(
        x,
        { axis: 1, groups: x.shape[1], epsilon: call.number('epsilon', 1e-5) },
        affine(call),
      );
    },
    weights: affineWeights,
  },
  { name: 'GroupNormalization', build: groups, weights: affineWeights },
  row('LpNormalization', unit),
];
