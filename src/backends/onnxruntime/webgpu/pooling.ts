import type { WindowAttributes } from '../../../autodiff/graph';
import type { Shape } from '../../../autodiff/shape';
import type { EmitTable } from '../emission';
import { type Tensor, elementwise, scalar } from '../tensor';

/** Below every activation, and a number: minus infinity is none to a shader. */
const LOWEST = -3.4e38;

/** The places in a window, row-major. */
const offsetsIn = (window: readonly number[]): number[][] =>
  window.reduce<number[][]>(
    (places, extent) =>
      places.flatMap((place) => Array.from({ length: extent }, (_, step) => [...place, step])),
    [[]],
  );

/** For each place in a window: what lies there under all windows, in the shape of the pooled. */
function underWindows(x: Tensor, attributes: WindowAttributes, pooled: Shape, outside: number): Tensor[] {
  const { window, strides, padding } = attributes;
  const [low, high] = [0, 1].map((end) => [0, 0, ...padding.map((counts) => counts[end])]);
  const whole = x.pad(low, high, outside);
  const [n, c, ...out] = pooled;
  return offsetsIn(window).map((offset) =>
    whole.slice(
      [0, 0, ...offset],
      [n, c, ...out.map((extent, i) => offset[i] + (extent - 1) * strides[i] + 1)],
      [1, 1, ...strides],
    ),
  );
}

/** For each place in a window, a condition: is the maximum there, the first one among equals? */
function winners(x: Tensor, attributes: WindowAttributes, pooled: Shape): Tensor[] {
  const { model } = x;
  const [first, ...rest] = underWindows(x, attributes, pooled, LOWEST);
  let best = first;
  let place = scalar(model, 0).expand(pooled);
  rest.forEach((value, i) => {
    place = elementwise('Where', [elementwise('Greater', [value, best]), scalar(model, i + 1), place]);
    best = elementwise('Max', [best, value]);
  });
  return [first, ...rest].map((_, i) => elementwise('Equal', [place, scalar(model, i)]));
}

/** Where the maxima are, place by place: the provider's pooling does not tell their positions. */
export const poolingOps: Pick<EmitTable, 'maxPool' | 'maxPoolGather' | 'maxPoolScatter'> = {
  maxPool: (node, emission) => {
    const [first, ...rest] = underWindows(emission.whole(node, 0), node.attributes, node.shape, LOWEST);
    return rest.reduce((best, value) => elementwise('Max', [best, value]), first);
  },
  maxPoolGather: (node, emission) => {
    const isThere = winners(emission.whole(node, 0), node.attributes, node.shape);
    const [first, ...rest] = underWindows(emission.whole(node, 1), node.attributes, node.shape, 0);
    return rest.reduce((picked, value, i) => elementwise('Where', [isThere[i + 1], value, picked]), first);
  },
  maxPoolScatter: (node, emission) => {
    const { attributes, shape } = node;
    const { window, strides, padding } = attributes;
    const cotangent = emission.whole(node, 1);
    const isThere = winners(emission.whole(node, 0), attributes, cotangent.shape);
    const zero = scalar(emission.model, 0);
    const gaps = [0, 0, ...strides.map((stride) => stride - 1)];
    return offsetsIn(window)
      .map((offset, place) => {
        const low = offset.map((step, i) => step - padding[i][0]);
        const high = low.map(
          (before, i) => shape[i + 2] - before - ((cotangent.shape[i + 2] - 1) * strides[i] + 1),
        );
        return elementwise('Where', [isThere[place], cotangent, zero]).insertZeros(
          [0, 0, ...low],
          [0, 0, ...high],
          gaps,
        );
      })
      .reduce((sum, part) => elementwise('Add', [sum, part]));
  },
};
