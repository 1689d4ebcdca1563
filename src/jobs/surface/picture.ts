import { mergeTree } from '../../analysis/surface/merge-tree';
import { LevelScale } from '../../core/level-scale';
import type { Picture, PictureMark, Surface } from '../../contract/surface';
import { dot } from '../../core/vectors';
import type { Problem } from '../preparation/problem';
import type { Drawing } from './drawing';
import type { DrawnPlane } from './planes';
import type { Sample } from './samples';

/** What a picture is of, apart from its fields. */
export interface PictureSubject extends Pick<
  Picture,
  'label' | 'checkpoint' | 'centre' | 'quadratic' | 'path' | 'sharpness'
> {
  readonly marks: readonly Omit<PictureMark, 'off'>[];
}

/** The loss near the origin of a plane by its derivatives there (one gradient, two products). */
export async function quadraticAt(
  { objective }: Pick<Problem, 'objective'>,
  { origin, directions }: DrawnPlane,
  signal: AbortSignal,
): Promise<Picture['quadratic']> {
  const [first, second] = directions.map(({ theta }) => theta);
  const { gradient, loss } = await objective.gradient(origin, signal);
  const [alongFirst, alongSecond] = await objective.hvp(origin, [first, second], signal);
  return {
    loss,
    slopes: [dot(gradient, first), dot(gradient, second)],
    curvatures: [dot(alongFirst, first), dot(alongFirst, second), dot(alongSecond, second)],
  };
}

/** The picture as far as it is drawn. */
export function pictureOf(subject: PictureSubject, drawing: Drawing, levels: Surface['levels']): Picture {
  const { lattice, plane, samples } = drawing;
  const scale = new LevelScale(levels);
  const heights = drawing.heights(levels);
  const heightField = lattice.field(heights);
  const errors = lattice.errors(heights);
  const bound = drawing.bound(levels);
  const losses = (of: (sample: Sample) => number) => {
    const made = samples.map((sample) => scale.height(of(sample)));
    // Cubics overshoot; what is lower than all that was measured has not been seen.
    const lowest = made.reduce((a, b) => Math.min(a, b), Infinity);
    return rounded(lattice.field(made).map((height) => scale.loss(Math.max(lowest, height))));
  };
  const shares = (of: (sample: Sample) => number) =>
    rounded(lattice.field(samples.map(of)).map((share) => Math.min(1, Math.max(0, share))));
  const hasTest = samples.every(({ test }) => test !== undefined);
  const hasAccuracy = samples.every(({ train }) => train.accuracy !== undefined);
  const split = (
    made: (of: (sample: Sample) => number) => (number | null)[],
    figure: 'loss' | 'accuracy',
  ) => ({
    train: made(({ train }) => train[figure]?.value ?? NaN),
    ...(hasTest ? { test: made(({ test }) => test?.[figure]?.value ?? NaN) } : {}),
  });
  const { quadratic, marks } = subject;
  const trusted = trustedTo(quadratic, drawing, heightField, scale);
  return {
    ...subject,
    quadratic: { ...quadratic, ...(trusted === undefined ? {} : { trusted }) },
    marks: marks.map((mark) => ({ ...mark, off: offPlane(mark, scale) })),
    axes: [...plane.axes],
    cosine: plane.cosine,
    side: lattice.side,
    loss: split(losses, 'loss'),
    ...(hasAccuracy ? { accuracy: split(shares, 'accuracy') } : {}),
    measured: [...drawing.measured],
    unresolved: Array.from(errors.keys()).filter((node) => errors[node] > drawing.tolerance),
    error: { bound, seen: drawing.seen.off, places: drawing.seen.places },
    basins: basinsOf(drawing, heightField, bound, scale),
  };
}

/** The distance to the nearest node at which the quadratic model is off by more than a step between levels. */
function trustedTo(
  { loss, slopes, curvatures: [xx, xy, yy] }: Picture['quadratic'],
  drawing: Drawing,
  field: Float64Array,
  scale: LevelScale,
): number | undefined {
  let nearest = Infinity;
  field.forEach((height, node) => {
    const [x, y] = drawing.coordinates(node);
    const model = loss + slopes[0] * x + slopes[1] * y + (xx * x * x + 2 * xy * x * y + yy * y * y) / 2;
    if (Math.abs(scale.height(model) - height) > 1) nearest = Math.min(nearest, Math.hypot(x, y));
  });
  return Number.isFinite(nearest) ? nearest : undefined;
}

const offPlane = ({ loss, lossOnPlane }: Omit<PictureMark, 'off'>, scale: LevelScale): number | null =>
  loss === null || lossOnPlane === null ? null : Math.abs(scale.height(loss) - scale.height(lossOnPlane));

/** Basins that are deeper than the picture's error is large. */
function basinsOf(
  drawing: Drawing,
  field: Float64Array,
  bound: number,
  scale: LevelScale,
): Picture['basins'] {
  const { side } = drawing.lattice;
  return mergeTree(field, side, Math.max(bound, LEAST_DEPTH)).map(({ minimum, low, saddle, high, into }) => ({
    at: drawing.coordinates(minimum),
    low: scale.loss(low),
    ...(saddle === undefined
      ? {}
      : { saddle: drawing.coordinates(saddle), high: scale.loss(high!), into: into! }),
  }));
}

/** Basins that are less deep than this many steps between levels are not worth a name. */
const LEAST_DEPTH = 0.5;

/** To seven digits, as float32 computes; null where the loss is off every scale. */
const rounded = (values: Float64Array): (number | null)[] =>
  Array.from(values, (value) => (Number.isFinite(value) ? Number(value.toPrecision(7)) : null));
