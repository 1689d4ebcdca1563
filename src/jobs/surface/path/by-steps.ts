import { dirname } from 'node:path';
import { pathSteps } from '../../../analysis/surface/path-steps';
import { difference } from '../../../analysis/surface/plane';
import type { Path } from '../../../contract/path';
import { norm } from '../../../core/vectors';
import { labelsOf } from '../../compare/members';
import type { PlacedCheckpoint } from '../checkpoints';
import { runsOf } from './runs';

/** Two starts this near, as a share of how far their runs go, are one. */
const ONE_START = 1e-6;

/** What is known of a path by where its checkpoints lie, without an evaluation. */
export function pathBySteps(placed: readonly PlacedCheckpoint[]): Path {
  const runs = cutIntoRuns(placed);
  const points = runs.map((run) => run.map(({ point }) => point.theta));
  const apart = (a: Float64Array, b: Float64Array) => norm(difference(a, b));
  const reach = Math.max(...points.map((run) => apart(run[0], run[run.length - 1])));
  const labels = runs.length > 1 ? labelsOf(runs.map(([{ path }]) => dirname(path))) : [''];
  return {
    runs: runs.map((run, i) => ({ label: labels[i], count: run.length })),
    oneStart: points.every(([start]) => apart(start, points[0][0]) <= ONE_START * reach),
    along: points.flatMap(pathSteps),
    averages: [],
    ends: [],
    between: [],
  };
}

/** The checkpoints of each run, where they lie run after run. */
export function cutIntoRuns(placed: readonly PlacedCheckpoint[]): (readonly PlacedCheckpoint[])[] {
  let from = 0;
  return runsOf(placed.map(({ path }) => path)).map(({ length }) => {
    from += length;
    return placed.slice(from - length, from);
  });
}
