import type { Node } from '../../../../autodiff/graph';
import { ShapeError, UnsupportedError } from '../../../../autodiff/shape';
import { resampleAxis } from '../../../../network/resampling';
import { type OperatorCall, axesInOrder } from '../call';
import { type OperatorRow, row } from './row';

/** Where a new position lies on the old axis, by the name of the rule. */
const coordinates: Readonly<
  Record<string, (i: number, scale: number, size: number, extent: number) => number>
> = {
  half_pixel: (i, scale) => (i + 0.5) / scale - 0.5,
  pytorch_half_pixel: (i, scale, size) => (size > 1 ? (i + 0.5) / scale - 0.5 : 0),
  align_corners: (i, _, size, extent) => (size > 1 ? (i * (extent - 1)) / (size - 1) : 0),
  asymmetric: (i, scale) => i / scale,
};

const nearest: Readonly<Record<string, (at: number) => number>> = {
  round_prefer_floor: (at) => Math.ceil(at - 0.5),
  round_prefer_ceil: (at) => Math.floor(at + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Keys' cubic by distance, with the coefficient given. */
const cubic = (a: number) => (x: number) => {
  if (x >= 2) return 0;
  return x < 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
};

const named = <T>(table: Readonly<Record<string, T>>, name: string, what: string): T => {
  if (!Object.hasOwn(table, name)) throw new UnsupportedError(`its ${what} "${name}" is not supported`);
  return table[name];
};

interface Rule {
  readonly alignsCorners: boolean;
  coordinate(i: number, scale: number, size: number, extent: number): number;
  /** Weights of the positions about a place of the old axis; beyond its ends stands what stands at them. */
  weights(at: number): readonly (readonly [position: number, weight: number])[];
}

function ruleOf(call: OperatorCall, coordinate: string, rounding: string): Rule {
  const mode = call.text('mode', 'nearest');
  const round = named(nearest, call.text('nearest_mode', rounding), 'nearest_mode');
  const about = (at: number, reach: number, kernel: (distance: number) => number) => {
    const first = Math.floor(at) - reach + 1;
    return Array.from(
      { length: 2 * reach },
      (_, k) => [first + k, kernel(Math.abs(at - first - k))] as const,
    );
  };
  const weights = {
    nearest: (at: number) => [[round(at), 1] as const],
    linear: (at: number) => about(at, 1, (distance) => 1 - distance),
    cubic: (at: number) => about(at, 2, cubic(call.number('cubic_coeff_a', -0.75))),
  };
  const unsupported = ['antialias', 'exclude_outside'].find((name) => call.number(name, 0));
  if (unsupported) throw new UnsupportedError(`its ${unsupported} is not supported`);
  if (call.text('keep_aspect_ratio_policy', 'stretch') !== 'stretch')
    throw new ShapeError('it keeps an aspect ratio');
  const transformation = call.text('coordinate_transformation_mode', coordinate);
  return {
    alignsCorners: transformation === 'align_corners',
    coordinate: named(coordinates, transformation, 'coordinate transformation'),
    weights: named<Rule['weights']>(weights, mode, 'mode'),
  };
}

/** Each axis that a scale or a size other than its own is given for. */
function resized(call: OperatorCall, rule: Rule, scalesAt: number): Node {
  const x = call.floats(0);
  const given = (input: number) => (call.has(input) ? call.integers(input) : []);
  const scales = call.list('scales') ?? given(scalesAt);
  const sizes = scales.length > 0 ? [] : given(3);
  const axes = axesInOrder(call.list('axes') ?? x.shape.map((_, axis) => axis), x.shape.length);
  if ((scales.length > 0 ? scales : sizes).length !== axes.length)
    throw new ShapeError('its scales or sizes do not fit its axes');
  return axes.reduce((y, axis, i) => {
    const extent = y.shape[axis];
    const scale = scales.length > 0 ? scales[i] : sizes[i] / extent;
    // In float32, as ONNX Runtime has it: 6 times 7/3, stored as 2.3333333, is 14.
    const size = scales.length > 0 ? Math.floor(Math.fround(extent * scale)) : sizes[i];
    // By ONNX the last position is then that of the unrounded extent, by ONNX Runtime and PyTorch that of the rounded one.
    if (rule.alignsCorners && scales.length > 0 && Math.abs(extent * scale - size) > 1e-5 * size)
      throw new ShapeError(
        `it aligns the corners of an axis of ${extent} scaled by ${scale}, which is no whole extent`,
      );
    if (size === extent) return y;
    return resampleAxis(y, axis, size, (position) => {
      const weights = new Array<number>(extent).fill(0);
      for (const [at, weight] of rule.weights(rule.coordinate(position, scale, size, extent)))
        weights[Math.min(Math.max(at, 0), extent - 1)] += weight;
      return weights;
    });
  }, x);
}

export const resizeRows: readonly OperatorRow[] = [
  row('Resize', (call) =>
    call.opset < 11
      ? resized(call, ruleOf(call, 'asymmetric', 'floor'), 1)
      : resized(call, ruleOf(call, 'half_pixel', 'round_prefer_floor'), 2),
  ),
  row('Upsample', (call) => resized(call, ruleOf(call, 'asymmetric', 'floor'), 1)),
];
