import { rowShapes } from '../../formats/datasets/dataset';
import { openModel } from '../../formats/model';
import { checkMemory } from '../../machine/memory';
import { checkSameArchitecture } from '../../symmetries/same-architecture';
import type { Point } from '../../objective/evaluation/objective';
import { epochOf } from '../compare/members';
import { pointOf } from '../interpolate/interpolated-point';
import type { Problem } from '../preparation/problem';

/**
 * The checkpoints along the path of a run, in the order of their epochs. Files beside them that name no epoch (the best, the
 * average) lie on no path: they are left out where enough others do.
 */
export function alongRun(paths: readonly string[]): string[] {
  const known = paths.map((path) => ({ path, epoch: epochOf(path) }));
  const numbered = known.filter((each): each is { path: string; epoch: number } => each.epoch !== undefined);
  if (numbered.length < 3) return [...paths];
  return numbered.sort((a, b) => a.epoch - b.epoch).map(({ path }) => path);
}

/** A checkpoint with its place in parameter space. */
export interface PlacedCheckpoint {
  readonly path: string;
  readonly point: Required<Point>;
}

/** Bytes of a number. */
const DOUBLE = 8;

/**
 * Opens checkpoints of the architecture of a problem, in the order given; the problem's own is not read again.
 * @throws UserError where another cannot be read or has another architecture, or where all do not fit into memory.
 */
export async function placeCheckpoints(
  paths: readonly string[],
  own: string,
  { opened, objective, dataset, choices }: Problem,
  signal: AbortSignal,
): Promise<PlacedCheckpoint[]> {
  const each = (objective.parameters.dimension + objective.state.dimension) * DOUBLE;
  checkMemory(each * paths.length, `Holding ${paths.length} checkpoints`);
  const placed: PlacedCheckpoint[] = [];
  for (const path of paths) {
    if (path === own) {
      placed.push({ path, point: objective.origin as Required<Point> });
      continue;
    }
    const other = await openModel(path, signal, rowShapes(dataset), choices);
    checkSameArchitecture(opened.model, own, other.model, path);
    placed.push({ path, point: pointOf(other) });
  }
  return placed;
}
