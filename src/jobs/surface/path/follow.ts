import type { Path } from '../../../contract/path';
import type { AnalyzeRequest } from '../../../contract/settings';
import type { SurfaceChoices } from '../../../contract/surface';
import type { Point } from '../../../objective/evaluation/objective';
import { type StatisticsAnew, statisticsAnew } from '../../compare/statistics-anew';
import type { Problem } from '../../preparation/problem';
import type { PlacedCheckpoint } from '../checkpoints';
import type { DrawnPlane } from '../planes';
import { averageOf, usualAverages } from './averages';
import { PLACES, betweenEnds, pairsOf } from './between-runs';
import { cutIntoRuns, pathBySteps } from './by-steps';
import { figuresAt } from './figures';

export interface Followed {
  readonly problem: Problem;
  readonly placed: readonly PlacedCheckpoint[];
  readonly plane: DrawnPlane;
  readonly request: AnalyzeRequest;
  readonly choices: SurfaceChoices;
  readonly signal: AbortSignal;
  /** As far as it is known, after each figure, with the share that is done. */
  onStep(path: Path, share: number): void;
}

/**
 * What is measured along a path besides its losses: figures at each checkpoint, means of the last ones, and between runs the
 * barrier from end to end. Networks with batch norm have its statistics measured anew at the means and along the barrier,
 * where they say how batches change them: no checkpoint has those of a mean.
 *
 * @throws UserError, CancelledError
 */
export async function followPath(followed: Followed): Promise<Path> {
  const { problem, request, signal } = followed;
  const anew = await statisticsAnew(problem, request.seed, signal);
  try {
    return await follow(followed, anew);
  } finally {
    anew.statistics?.dispose();
  }
}

async function follow(
  { problem, placed, plane, request, choices, signal, onStep }: Followed,
  { statistics, kind: batchNorm }: StatisticsAnew,
): Promise<Path> {
  const path = pathBySteps(placed);
  const runs = cutIntoRuns(placed).map((run) => run.map(({ point }) => point));
  const counts = runs.map(({ length }) => choices.averages ?? usualAverages(length));
  const pairs = pairsOf(runs.length);
  const work = placed.length + counts.flat().length + pairs.length * PLACES;
  let done = 0;
  const step = () => onStep(path, ++done / work);
  const settled = (point: Point) => statistics?.at(point, signal) ?? Promise.resolve(point);
  for (const [i, { point }] of placed.entries()) {
    // As the losses of the checkpoints are measured.
    const at = choices.batchNorm === 're-estimated' ? await settled(point) : point;
    const figures = await figuresAt(problem, at, { request, along: choices.along, signal });
    path.along[i] = { ...path.along[i], ...figures };
    step();
  }
  for (const [i, points] of runs.entries()) {
    const averaged = { points, ...(runs.length > 1 ? { run: i } : {}) };
    const mean = (last: number) => averageOf(problem, averaged, last, { plane, settled, batchNorm, signal });
    const possible = counts[i].filter((each) => each <= points.length);
    if (possible.length > 0) path.ends.push(await mean(1));
    for (const last of possible) {
      path.averages.push(await mean(last));
      step();
    }
  }
  for (const [a, b] of pairs) {
    const ends = [a, b].map((run) => runs[run][runs[run].length - 1]) as [Required<Point>, Required<Point>];
    path.between.push(await betweenEnds(problem, { a, b, ends, batchNorm, settled }, signal, step));
  }
  return path;
}
