import type { Node } from '../../../../autodiff/graph';
import * as shaping from '../../../../network/shaping';
import { type ChannelOrder, spatialAxes } from '../../../../network/channels';
import { padValue } from '../../../../network/padding';
import { INTERPOLATIONS, type Interpolation, resize } from '../../../../network/resampling';
import { UserError } from '../../../../core/errors';
import type { LayerConfig } from './config';
import { type LayerRow, row, rowsByRank } from './row';

const ranks = [1, 2, 3];

const numberOrList = (key: string, value: unknown, fallback: number): number | number[] => {
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'number') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'number')) return value;
  throw new UserError(`has ${key} = ${JSON.stringify(value)}, where numbers are expected`);
};

export const shapingRows: readonly LayerRow[] = [
  row('Flatten', ({ config }) => {
    const order = config.order();
    return (x) => shaping.flatten(x, order);
  }),
  row('Reshape', ({ config }) => {
    const target = config.axes('target_shape', -1);
    return (x) => shaping.reshapeRows(x, target);
  }),
  row('Permute', ({ config }) => {
    const order = config.axes('dims', 1);
    return (x) => shaping.permuteRows(x, order);
  }),
  row('RepeatVector', ({ config }) => {
    const count = config.integer('n');
    return (x) => shaping.repeatVector(x, count);
  }),
  row(
    'Rescaling',
    ({ config }) => {
      const scale = numberOrList('scale', config.raw.scale, 1);
      const offset = numberOrList('offset', config.raw.offset, 0);
      return (x) => shaping.rescale(x, scale, offset);
    },
    'kept',
  ),
  ...rowsByRank(
    ranks,
    (rank) => `ZeroPadding${rank}D`,
    ({ config }, rank) => {
      const amounts = config.pairs('padding', rank, 1);
      return (x) => shaping.zeroPadding(x, amounts, config.order());
    },
  ),
  ...rowsByRank(
    ranks,
    (rank) => `Cropping${rank}D`,
    ({ config }, rank) => {
      const amounts = config.pairs('cropping', rank, 1);
      return (x) => shaping.cropping(x, amounts, config.order());
    },
  ),
  ...rowsByRank(
    ranks,
    (rank) => `UpSampling${rank}D`,
    ({ config }, rank) => {
      const interpolation = interpolationOf(config);
      const factors = config.perAxis('size', rank, 2);
      const order = config.order();
      return (x) => {
        if (interpolation === 'nearest') return shaping.upsampleNearest(x, factors, order);
        const sizes = spatialAxes(x.shape.length, order).map((axis, i) => x.shape[axis] * factors[i]);
        return resize(x, sizes, { interpolation, order });
      };
    },
  ),
  row('Resizing', ({ config }) => {
    const sizes = [config.integer('height'), config.integer('width')];
    const interpolation = interpolationOf(config, 'bilinear');
    const antialias = config.flag('antialias', false);
    const order = config.order();
    const kept = config.flag('crop_to_aspect_ratio', false)
      ? cropToAspect
      : config.flag('pad_to_aspect_ratio', false)
        ? padToAspect(config.number('fill_value', 0))
        : (x: Node) => x;
    return (x) => resize(kept(x, sizes, order), sizes, { interpolation, order, antialias });
  }),
  row('CenterCrop', ({ config }) => {
    const sizes = [config.integer('height'), config.integer('width')];
    const order = config.order();
    return (x) => {
      const amounts = spatialAxes(x.shape.length, order).map((axis, i): [number, number] => {
        const rest = x.shape[axis] - sizes[i];
        if (rest < 0) throw new UserError('crops images smaller than its size, which is not supported');
        return [Math.floor(rest / 2), Math.ceil(rest / 2)];
      });
      return shaping.cropping(x, amounts, order);
    };
  }),
];

/** The extents of an image, and those that the other axis asks for at the aspect ratio of the sizes. */
function aspect(x: Node, [height, width]: readonly number[], order: ChannelOrder) {
  const extents = spatialAxes(x.shape.length, order).map((axis) => x.shape[axis]);
  return {
    extents,
    wanted: [Math.trunc((extents[1] * height) / width), Math.trunc((extents[0] * width) / height)],
  };
}

/** The middle of an image, as large as it can be at the aspect ratio of the sizes. */
function cropToAspect(x: Node, sizes: readonly number[], order: ChannelOrder): Node {
  const { extents, wanted } = aspect(x, sizes, order);
  const amounts = extents.map((extent, i): [number, number] => {
    const rest = extent - Math.max(Math.min(extent, wanted[i]), 1);
    return [Math.floor(rest / 2), Math.ceil(rest / 2)];
  });
  return shaping.cropping(x, amounts, order);
}

/** An image in the middle of a larger one at the aspect ratio of the sizes, which is filled with one value. */
const padToAspect =
  (value: number) =>
  (x: Node, sizes: readonly number[], order: ChannelOrder): Node => {
    const { extents, wanted } = aspect(x, sizes, order);
    const amounts = extents.map((extent, i) => Math.trunc(Math.max(wanted[i] - extent, 0) / 2));
    const around = order === 'first' ? [0, 0, ...amounts] : [0, ...amounts, 0];
    return padValue(x, around, around, value);
  };

/** The interpolation that the settings name. */
export function interpolationOf(config: LayerConfig, fallback: Interpolation = 'nearest'): Interpolation {
  const stored = config.raw.interpolation ?? fallback;
  const found = INTERPOLATIONS.find((name) => name === stored);
  if (!found)
    throw new UserError(
      `interpolates by ${JSON.stringify(stored)}, which is not supported; supported are ${INTERPOLATIONS.join(', ')}`,
    );
  return found;
}
