import type { Picture } from '../contract/surface';

/** Of each mark of a picture, the run that it belongs to, by its number; all are of one where there is no path. */
export const runsOfMarks = ({ marks, path }: Pick<Picture, 'marks' | 'path'>): number[] =>
  path ? path.runs.flatMap(({ count }, run) => Array.from({ length: count }, () => run)) : marks.map(() => 0);

/** A point that averages the last checkpoints of a run. */
export const meanName = (last: number): string => `mean of last ${last}`;

/** The colours of runs that are drawn over one ground; it has the first colour itself, and the Hessian's ellipses the next. */
const COLOURS = ['c', 'd', 'e', 'f', 'b'] as const;

/** The colour of a run among several; the colour of words where it is alone. */
export const colourOfRun = (run: number, runs: number): string =>
  runs > 1 ? COLOURS[run % COLOURS.length] : '';
