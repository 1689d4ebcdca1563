import { basename } from 'node:path';
import type { EigenPair } from '../../analysis/spectrum/eigenpair';
import type { ReportPicture } from '../../contract/picture';
import type { Report } from '../../contract/report';
import { type SurfaceChoices, surfaceChoicesSchema } from '../../contract/surface';
import type { Point } from '../../objective/evaluation/objective';
import type { Problem } from '../preparation/problem';
import { Drawing } from '../surface/drawing';
import { KeptPlaces } from '../surface/kept-places';
import { finiteLosses, levelsOf } from '../surface/levels-of';
import { type PictureSubject, pictureOf, quadraticAt } from '../surface/picture';
import { planeOfEigenvectors } from '../surface/planes';
import { PlaceMeter } from '../surface/samples';
import { reachOf } from './slices';

/** Of a small picture: few nodes, and no limit of time, so that it repeats to the last digit. */
const CHOICES: SurfaceChoices = surfaceChoicesSchema.parse({ refinements: 2, points: 240 });

/** About how many places it takes: its nodes, and those that it is tried at. */
export const PICTURE_PLACES = 240;

/** What a small picture is of, and whom it is shown to. */
export interface SmallPicture {
  readonly problem: Problem;
  readonly origin: Point;
  /** The leading eigenvectors, largest first. */
  readonly pairs: readonly EigenPair[];
  /** What was measured at the origin. */
  readonly centre: NonNullable<Report['loss']>;
  readonly checkpoint: Report['checkpoint'];
  readonly seed: number;
  readonly signal: AbortSignal;
  /** After so many more places. */
  onSamples(count: number): void;
  /** After the first look, and at the end. */
  onPicture(picture: ReportPicture): void;
}

/**
 * Draws the loss in the plane of the two leading eigenvectors on the training rows of a report: 81 places, then
 * some between them.
 * Nothing where there is no plane. @throws CancelledError
 */
export async function drawPicture(of: SmallPicture): Promise<void> {
  const { problem, origin, pairs, centre, checkpoint, seed, signal } = of;
  const [first, second] = pairs;
  if (second === undefined) return;
  const { theta, state = new Float64Array(0) } = origin;
  const reach = reachOf(problem, origin, first.value, centre.train.loss.value);
  const plane = planeOfEigenvectors({ theta, state }, [first, second], reach);
  const drawing = new Drawing(plane, {
    ...{ choices: CHOICES, seed, remaining: () => Infinity },
    onSamples: (count) => of.onSamples(count),
  });
  const kept = KeptPlaces.ofNone();
  const meter = new PlaceMeter({ problem, plane, statistics: undefined, kept, splits: 'train', signal });
  await drawing.begin(meter);
  // The loss is finite in the middle, which is one of the first nodes.
  const levels = levelsOf(finiteLosses(drawing), CHOICES.scale);
  const loss = centre.train.loss.value;
  const label = basename(checkpoint.path);
  const subject: PictureSubject = {
    ...{ label, checkpoint, centre, quadratic: await quadraticAt(problem, plane, signal) },
    marks: [{ label, path: checkpoint.path, at: [0, 0], distance: 0, loss, lossOnPlane: loss }],
  };
  const show = () => of.onPicture({ picture: pictureOf(subject, drawing, levels), levels });
  show();
  await drawing.refine(meter, levels);
  show();
}
