import { peakLiveBytes, rowBytes } from '../../autodiff/live-bytes';
import { MOST_ROWS, chunkRowsFor, cut } from './chunks';
import { lanesThatFit } from '../../lanes/lane-memory';
import type { ObjectivePrograms } from '../programs/programs';
import { vectorsAPass } from './vectors-a-pass';
import { type ProgramWork, workOfProgram } from '../programs/work';

/** Programs for chunks that fit, and what a row takes. */
export interface CutToSize {
  readonly programs: ObjectivePrograms;
  /** How many lanes have chunks and memory. */
  readonly lanes: number;
  /** Of one Hessian-vector product over a single row. */
  readonly rowWork: ProgramWork;
  /** Does a chunk in float64 take little memory? A bound of our own: what is free must not decide what is measured. */
  readonly fitsFloat64: boolean;
}

/** Live bytes of a chunk's product in float64, beyond which there is none. */
const FLOAT64_BYTES = 2 ** 30;

/**
 * How rows are cut and how many lanes share them.
 * @param chunkRows where they are given.
 * @throws UserError before memory is claimed that is not there.
 */
export function cutToSize(
  programsFor: (rows: number) => ObjectivePrograms,
  { rows, dimension, chunkRows, isDouble, isHere }: SizeFacts,
): CutToSize {
  const { program: one } = programsFor(1).products('hessian', 1);
  const needed = rowBytes(
    (count) => (count === 1 ? one : programsFor(count).products('hessian', 1).program),
    Math.min(MOST_ROWS, rows),
  );
  const convolutional = one.nodes.some(({ op }) => op === 'conv');
  const programs = programsFor(chunkRows ?? chunkRowsFor(needed.more, rows, convolutional));
  const widest = programs.products('hessian', vectorsAPass(Infinity, dimension));
  const live = Math.max(peakLiveBytes(widest.program), peakLiveBytes(programs.value().program));
  const { chunks } = cut(rows, programs.chunkRows);
  const lanes = isHere
    ? Math.min(chunks, lanesThatFit((isDouble ? 2 : 1) * live, programs.chunkRows))
    : chunks;
  const inFloat64 = 2 * (needed.one + (programs.chunkRows - 1) * needed.more);
  return { programs, lanes, rowWork: workOfProgram(one), fitsFloat64: inFloat64 <= FLOAT64_BYTES };
}

export interface SizeFacts {
  readonly rows: number;
  readonly dimension: number;
  readonly chunkRows: number | undefined;
  /** Is it computed in float64? */
  readonly isDouble: boolean;
  /** Is it computed on this machine, whose memory is known? */
  readonly isHere: boolean;
}
