import type { PictureSpan } from '../../contract/surface';
import type { ParameterBlock } from '../../objective/programs/parameter-space';
import type { Problem } from '../preparation/problem';
import type { DrawnPlane } from './planes';
import { base64Of } from './vector-text';

/** So many numbers at most are kept of the directions of all pictures of a document: 2 MiB. */
export const MOST_NUMBERS = 2 ** 18;

/** The directions of a plane, for whoever evaluates the network elsewhere at the same places. */
export function spanOf({ objective }: Problem, { directions }: DrawnPlane): PictureSpan {
  const vectors = (blocks: readonly ParameterBlock[], of: 'theta' | 'state') => ({
    tensors: blocks.map(({ name, shape }) => ({ name, shape: [...shape] })),
    directions: directions.map((direction) => base64Of(direction[of])) as [string, string],
  });
  const moves = directions.some(({ state }) => state.some((value) => value !== 0));
  return {
    ...vectors(objective.parameters.blocks, 'theta'),
    ...(moves ? { statistics: vectors(objective.state.blocks, 'state') } : {}),
  };
}

/** How many numbers that is. */
export const numbersOf = ({ directions }: DrawnPlane): number =>
  directions.reduce((sum, { theta, state }) => sum + theta.length + state.length, 0);
