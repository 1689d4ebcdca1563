import type { Node } from '../../../../autodiff/graph';
import { add, div, maximum, mul, reshape, sqrt, sub } from '../../../../autodiff/operations';
import { type Shape, normalizeAxes } from '../../../../autodiff/shape';
import type { ModelTensor } from '../../../../network/model';
import {
  batchNorm,
  deviationNorm,
  groupNorm,
  layerNorm,
  rmsNorm,
  unitNorm,
} from '../../../../network/normalization';
import { UserError } from '../../../../core/errors';
import { normalizeBatch } from '../../../../network/stochastic';
import { type LayerRow, type LayerSource, type LayerUse, row, shaped, trainingRow } from './row';

const EPSILON = 1e-3;

const axisOf = (x: Node, axis: number) => normalizeAxes([axis], x.shape.length)[0];

/** The learned factor and offset, where the settings ask for them. */
function affineOf(
  layer: LayerSource,
): (read: LayerUse['read'], shape: Shape) => { gamma?: Node; beta?: Node } {
  const gamma = layer.config.flag('scale', true) ? layer.weight('gamma', 'norm') : undefined;
  const beta = layer.config.flag('center', true) ? layer.weight('beta', 'norm') : undefined;
  return (read, shape) => ({
    gamma: gamma && shaped(read, gamma, shape),
    beta: beta && shaped(read, beta, shape),
  });
}

/** The extents along axes as they are listed: the shape of weights that stand for them. */
const along = (x: Node, axes: readonly number[]): Shape => axes.map((axis) => x.shape[axisOf(x, axis)]);

export const normalizationRows: readonly LayerRow[] = [
  trainingRow(
    ['BatchNormalization', 'SyncBatchNormalization'],
    (layer) => {
      const [axis, ...more] = layer.config.axes('axis', -1);
      if (layer.config.flag('renorm', false)) throw new UserError('uses renorm, which is not supported');
      const affine = affineOf(layer);
      const mean = layer.weight('moving_mean', 'statistic');
      const variance = layer.weight('moving_variance', 'statistic');
      const epsilon = layer.config.number('epsilon', EPSILON);
      const momentum = layer.config.number('momentum', 0.99);
      return (x, read, training, { masks }) => {
        // Over several axes Keras 2 keeps the weights as they broadcast.
        const several = [axis, ...more].map((each) => axisOf(x, each));
        const shape =
          more.length > 0
            ? x.shape.map((extent, each) => (several.includes(each) ? extent : 1))
            : along(x, [axis]);
        // Keras holds a frozen layer in inference mode.
        if (training && !layer.frozen) {
          if (more.length > 0 || masks[0])
            throw new UserError(
              `normalizes ${masks[0] ? 'masked steps' : 'over several axes'}, which cannot be trained here`,
            );
          const batch = normalizeBatch(x, axisOf(x, axis), epsilon, affine(read, shape));
          const moved = (old: ModelTensor, value: Node) =>
            training.update(old, add(mul(read(old), momentum), mul(value, 1 - momentum)));
          moved(mean, batch.mean);
          moved(variance, batch.variance);
          return batch.normalized;
        }
        return batchNorm(
          x,
          {
            ...affine(read, shape),
            mean: shaped(read, mean, shape),
            variance: shaped(read, variance, shape),
          },
          more.length > 0 ? undefined : axisOf(x, axis),
          epsilon,
        );
      };
    },
    'kept',
  ),
  row(
    'LayerNormalization',
    (layer) => {
      const axes = layer.config.axes('axis', -1);
      const epsilon = layer.config.number('epsilon', EPSILON);
      if (layer.config.flag('rms_scaling', false)) {
        const gamma = layer.weight('gamma', 'norm');
        return (x, read) =>
          deviationNorm(x, normalizeAxes(axes, x.shape.length), epsilon, shaped(read, gamma, along(x, axes)));
      }
      const affine = affineOf(layer);
      return (x, read) =>
        layerNorm(x, normalizeAxes(axes, x.shape.length), epsilon, affine(read, along(x, axes)));
    },
    'kept',
  ),
  row(
    'GroupNormalization',
    (layer) => {
      const groups = layer.config.integer('groups', 32);
      const axis = layer.config.integer('axis', -1);
      const epsilon = layer.config.number('epsilon', EPSILON);
      const affine = affineOf(layer);
      return (x, read) => {
        const channels = axisOf(x, axis);
        const count = groups === -1 ? x.shape[channels] : groups;
        return groupNorm(x, { axis: channels, groups: count, epsilon }, affine(read, along(x, [axis])));
      };
    },
    'kept',
  ),
  row('RMSNormalization', (layer) => {
    const axes = layer.config.axes('axis', -1);
    const epsilon = layer.config.number('epsilon', 1e-6);
    const scale = layer.weight('scale', 'norm');
    return (x, read) =>
      rmsNorm(x, normalizeAxes(axes, x.shape.length), epsilon, shaped(read, scale, along(x, axes)));
  }),
  row(
    'UnitNormalization',
    ({ config }) => {
      const axes = config.axes('axis', -1);
      return (x) => unitNorm(x, normalizeAxes(axes, x.shape.length));
    },
    'kept',
  ),
  row('Normalization', standardization, 'kept'),
  // Of Keras' own ConvNeXt (Liu et al. 2022; CaiT's, Touvron et al. 2021, equation 4).
  row('LayerScale', (layer) => {
    // Keras gives it no name.
    const gamma = layer.weight(['variable', 'gamma'], 'norm');
    return (x, read) => mul(x, shaped(read, gamma, along(x, [-1])));
  }),
];

/** Keras' preprocessing by a fixed mean and variance, given in the settings or learned from data and stored. */
function standardization(layer: LayerSource): (x: Node, read: LayerUse['read']) => Node {
  const { raw } = layer.config;
  const stored = layer.hasWeight('mean');
  const axes = raw.axis === null ? [] : layer.config.axes('axis', -1);
  const source = (name: 'mean' | 'variance'): ModelTensor | number | number[] => {
    if (stored) return layer.weight(name, 'statistic');
    const value = raw[name];
    const given: unknown = Array.isArray(value) ? value.flat(Infinity) : value;
    if (typeof given === 'number') return given;
    if (Array.isArray(given) && given.every((value) => typeof value === 'number')) return given;
    throw new UserError(`has no ${name}: adapt it before saving`);
  };
  const mean = source('mean');
  const variance = source('variance');
  const invert = layer.config.flag('invert', false);
  return (x, read) => {
    const kept = normalizeAxes(axes, x.shape.length);
    const aligned = x.shape.map((extent, axis) => (kept.includes(axis) ? extent : 1));
    const node = (value: ModelTensor | number | number[]): Node => {
      if (typeof value === 'number') return x.graph.fill(value, aligned);
      if (Array.isArray(value)) return x.graph.constant(Float64Array.from(value), aligned);
      return reshape(read(value), aligned);
    };
    const deviation = maximum(sqrt(node(variance)), 1e-7);
    return invert ? add(node(mean), mul(x, deviation)) : div(sub(x, node(mean)), deviation);
  };
}
