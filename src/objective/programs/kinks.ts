import type { Op } from '../../autodiff/graph';
import type { Program } from '../../autodiff/program';

/** Primitives with a kink or a jump. */
const KINKED: ReadonlySet<Op> = new Set<Op>([
  'relu',
  'abs',
  'sign',
  'maximum',
  'minimum',
  'greater',
  'maxPool',
  'maxPoolScatter',
]);

/** Are there places where the value has no second derivative? */
export const hasKinks = ({ nodes }: Program): boolean => nodes.some(({ op }) => KINKED.has(op));
