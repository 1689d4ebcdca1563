import type { Node } from '../../../../../autodiff/graph';
import {
  maxPool,
  mul,
  pad,
  reduceMax,
  reduceMean,
  reshape,
  sumPool,
} from '../../../../../autodiff/operations';
import { ShapeError, UnsupportedError } from '../../../../../autodiff/shape';
import { sizeOf } from '../../../../../core/size-of';
import { averagePool } from '../../../../../network/pooling';
import { adaptiveAveragePool, adaptiveMaxPool } from '../../../../../network/resampling';
import { ceilingPadding } from '../../../onnx/operators/windows';
import type { AtenCall } from '../call';
import { type AtenRow, rows } from './row';

/** A pooling of x [N, C, spatial...] over `axes` spatial axes, or of one image without its axis of rows. */
const ofRows = (axes: number, pool: (x: Node) => Node) => (x: Node) => {
  if (x.shape.length === axes + 2) return pool(x);
  if (x.shape.length !== axes + 1) throw new ShapeError(`it pools ${x.shape.length} axes, not ${axes + 2}`);
  const y = pool(reshape(x, [1, ...x.shape]));
  return reshape(y, y.shape.slice(1));
};

/** Windows that move by their own extent unless told otherwise, with the padding that rounding up adds behind. */
function windowsOf(call: AtenCall, spatial: readonly number[]) {
  const axes = spatial.length;
  const window = call.perAxis(1, axes, 1);
  const stride = call.list('stride') ?? [];
  const strides = stride.length === 0 ? window : call.perAxis('stride', axes, 1);
  const around = call.perAxis('padding', axes, 0);
  if (call.perAxis('dilation', axes, 1).some((dilation) => dilation !== 1))
    throw new UnsupportedError('dilated pooling is not supported');
  const padding = around.map((count) => [count, count] as const);
  const ceiling = call.flag('ceil_mode', false)
    ? ceilingPadding(spatial, { extents: window, strides, dilations: window.map(() => 1), padding })
    : spatial.map(() => 0);
  return { window, strides, around, ceiling };
}

const maximumPool = (axes: number) => (call: AtenCall) =>
  ofRows(axes, (x) => {
    const { window, strides, around, ceiling } = windowsOf(call, x.shape.slice(2));
    const padding = around.map((count, i) => [count, count + ceiling[i]] as const);
    return maxPool(x, { window, strides, padding });
  })(call.floats(0));

/** Zeros around count as positions unless told otherwise; what only rounds the number of windows up never does. */
const meanPool = (axes: number) => (call: AtenCall) =>
  ofRows(axes, (x) => {
    const { window, strides, around, ceiling } = windowsOf(call, x.shape.slice(2));
    const counted = call.flag('count_include_pad', true);
    const beside = [0, 0, ...around];
    const input = counted ? pad(x, beside, beside) : x;
    const padding = around.map((count, i): readonly [number, number] =>
      counted ? [0, ceiling[i]] : [count, count + ceiling[i]],
    );
    const divisor = call.argument('divisor_override');
    if (typeof divisor === 'number') return mul(1 / divisor, sumPool(input, { window, strides, padding }));
    return averagePool(input, { window, strides, padding, order: 'first' });
  })(call.floats(0));

/** The sizes asked for; an axis without one keeps its own. */
function sizesOf(call: AtenCall, axes: number): readonly number[] {
  const sizes = call.perAxis(1, axes, 1);
  if (sizes.some((size) => !(size >= 1))) throw new ShapeError('it pools to a size of nothing');
  return sizes;
}

const all = (x: Node): number[] => Array.from({ length: x.shape.length - 2 }, (_, i) => i + 2);

const adaptiveMean = (axes: number) => (call: AtenCall) =>
  ofRows(axes, (x) => {
    const sizes = sizesOf(call, axes);
    const spatial = x.shape.slice(2);
    if (sizeOf(sizes) === 1) return reshape(reduceMean(x, all(x)), [...x.shape.slice(0, 2), ...sizes]);
    const window = spatial.map((extent, i) => extent / sizes[i]);
    const even = window.every(Number.isInteger);
    return even
      ? averagePool(x, { window, strides: window, padding: window.map(() => [0, 0]), order: 'first' })
      : adaptiveAveragePool(x, sizes, 'first');
  })(call.floats(0));

const adaptiveMaximum = (axes: number) => (call: AtenCall) =>
  ofRows(axes, (x) => {
    const sizes = sizesOf(call, axes);
    return sizeOf(sizes) === 1
      ? reshape(reduceMax(x, all(x)), [...x.shape.slice(0, 2), ...sizes])
      : adaptiveMaxPool(x, sizes, 'first');
  })(call.floats(0));

export const poolingRows: readonly AtenRow[] = [1, 2, 3].flatMap((axes) => [
  ...rows([`max_pool${axes}d`, `max_pool${axes}d_with_indices`], maximumPool(axes)),
  ...rows(`avg_pool${axes}d`, meanPool(axes)),
  ...rows([`adaptive_avg_pool${axes}d`, `_adaptive_avg_pool${axes}d`], adaptiveMean(axes)),
  ...rows(`adaptive_max_pool${axes}d`, adaptiveMaximum(axes)),
]);
