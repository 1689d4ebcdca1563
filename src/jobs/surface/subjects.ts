import type { SurfaceRequest } from '../../contract/surface';
import { UserError } from '../../core/errors';
import { runsOf } from './path/runs';

const MOST_PICTURES = 12;

/** The checkpoints of each picture. @throws UserError where there are too few or too many for the plane. */
export function subjectsOf(
  checkpoints: readonly string[],
  plane: SurfaceRequest['choices']['plane'],
): readonly (readonly string[])[] {
  const count = checkpoints.length;
  if (plane === 'checkpoints') {
    if (count !== 3) throw new UserError(`A plane goes through three checkpoints, not ${count}: name three.`);
    return [checkpoints];
  }
  if (plane === 'path') {
    if (count < 3)
      throw new UserError(
        `The path of a run takes at least three checkpoints, not ${count}: keep more of them, one an epoch for example.`,
      );
    return [runsOf(checkpoints).flat()];
  }
  if (count > MOST_PICTURES)
    throw new UserError(`${count} pictures are too many to see side by side: name at most ${MOST_PICTURES}.`);
  return checkpoints.map((checkpoint) => [checkpoint]);
}

/** How far the one reaches, on either side of the middle, that reaches furthest. */
export const furthest = (reaches: readonly (readonly [number, number])[]): [number, number] => [
  Math.max(...reaches.map(([along]) => along)),
  Math.max(...reaches.map(([, across]) => across)),
];
