import type { Node } from '../../../../../autodiff/graph';
import { ShapeError } from '../../../../../autodiff/shape';
import { resampleAxis, resize } from '../../../../../network/resampling';
import type { AtenCall } from '../call';
import { type AtenRow, rows } from './row';

/** The weight of each old position in a new one. */
type Weights = (position: number, at: Axis) => readonly (readonly [place: number, weight: number])[];

/** One axis: old and new extent, the step between new positions on the old axis, and whether corners stay corners. */
interface Axis {
  readonly extent: number;
  readonly size: number;
  readonly step: number;
  readonly corners: boolean;
}

const nearest: Weights = (i, { step }) => [[Math.floor(i * step), 1]];
const nearestExact: Weights = (i, { step }) => [[Math.floor((i + 0.5) * step), 1]];

/** Where a new position lies on the old axis. */
const place = (i: number, { extent, size, step, corners }: Axis): number => {
  if (!corners) return (i + 0.5) * step - 0.5;
  return size > 1 ? (i * (extent - 1)) / (size - 1) : 0;
};

const linear: Weights = (i, axis) => {
  const at = Math.max(0, place(i, axis));
  const low = Math.floor(at);
  return [
    [low, 1 - (at - low)],
    [low + 1, at - low],
  ];
};

/** Keys' cubic with a = -3/4. */
const cubic: Weights = (i, axis) => {
  const at = place(i, axis);
  const low = Math.floor(at);
  return [-1, 0, 1, 2].map((offset) => [low + offset, keys(Math.abs(at - low - offset))] as const);
};

const A = -0.75;
function keys(x: number): number {
  if (x >= 2) return 0;
  return x < 1 ? ((A + 2) * x - (A + 3)) * x * x + 1 : ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
}

/** Extents asked for, or from factors; a factor that is given is the step, rounding of the extent aside. */
function axesOf(call: AtenCall, spatial: readonly number[]): Axis[] {
  const sizes = call.list('output_size');
  const factors = call.list('scale_factors') ?? scales(call, spatial.length);
  const corners = call.flag('align_corners', false);
  return spatial.map((extent, i) => {
    const size = sizes?.[i] ?? Math.floor(extent * (factors?.[i] ?? NaN));
    if (!(size >= 1)) throw new ShapeError('it has neither sizes nor factors');
    const factor = factors?.[i];
    return { extent, size, step: factor ? 1 / factor : extent / size, corners };
  });
}

/** The factors of the overloads that name them one by one. */
function scales(call: AtenCall, axes: number): (number | undefined)[] | undefined {
  const names = axes === 1 ? ['scales'] : ['scales_d', 'scales_h', 'scales_w'].slice(3 - axes);
  const found = names.map((name) => {
    const given = call.argument(name);
    return typeof given === 'number' ? given : undefined;
  });
  return found.some((factor) => factor !== undefined) ? found : undefined;
}

const resampled = (weights: Weights) => (call: AtenCall) => {
  const x = call.floats(0);
  return axesOf(call, x.shape.slice(2)).reduce<Node>((y, axis, i) => {
    const isSame = axis.size === axis.extent && axis.step === 1;
    return isSame
      ? y
      : resampleAxis(y, i + 2, axis.size, (position) => rowOf(weights(position, axis), axis.extent));
  }, x);
};

/** What lies beyond the ends is what stands at them. */
function rowOf(weights: ReturnType<Weights>, extent: number): number[] {
  const row = new Array<number>(extent).fill(0);
  for (const [at, weight] of weights) row[Math.min(Math.max(at, 0), extent - 1)] += weight;
  return row;
}

const antialiased = (interpolation: 'bilinear' | 'bicubic') => (call: AtenCall) => {
  const x = call.floats(0);
  const axes = axesOf(call, x.shape.slice(2));
  if (axes.some(({ corners }) => corners)) throw new ShapeError('it aligns corners and smooths');
  return resize(
    x,
    axes.map(({ size }) => size),
    { interpolation, order: 'first', antialias: true },
  );
};

const both = (name: string): string[] => [name, `${name}.vec`];

export const resamplingRows: readonly AtenRow[] = [
  ...rows(
    [1, 2, 3].flatMap((n) => both(`upsample_nearest${n}d`)),
    resampled(nearest),
  ),
  ...rows(
    [1, 2, 3].flatMap((n) => both(`_upsample_nearest_exact${n}d`)),
    resampled(nearestExact),
  ),
  ...rows(
    ['upsample_linear1d', 'upsample_bilinear2d', 'upsample_trilinear3d'].flatMap(both),
    resampled(linear),
  ),
  ...rows(both('upsample_bicubic2d'), resampled(cubic)),
  ...rows(both('_upsample_bilinear2d_aa'), antialiased('bilinear')),
  ...rows(both('_upsample_bicubic2d_aa'), antialiased('bicubic')),
];
