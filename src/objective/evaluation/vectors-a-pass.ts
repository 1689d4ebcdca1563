import { LARGE } from '../../core/large';

/** Of how many vectors there are programs. */
const COUNTS = [4, 2, 1] as const;

/** How many of the vectors that are left share the next pass over the data. */
export const vectorsAPass = (left: number, parameters: number): number =>
  parameters > LARGE ? 1 : COUNTS.find((count) => count <= left)!;
