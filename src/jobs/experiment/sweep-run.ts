import type { PlannedRun } from '../../analysis/experiments/expand';
import type { ExperimentRun } from '../../contract/experiment';
import { checkpointsOf } from './run-folder';
import type { Predicted } from '../../objective/loss/predicted';
import type { History } from '../../contract/history';

/** A run on its way: what was planned, its line in the report, and those of its rescaled ends. */
export interface SweepRun {
  readonly planned: PlannedRun;
  readonly folder: string;
  readonly shown: ExperimentRun;
  readonly rescaled: readonly { readonly factor: number; readonly shown: ExperimentRun }[];
  history?: History;
  /** What its end says of the test rows. */
  predicted?: Predicted;
}

/** Epochs or steps, for telling how long runs take in proportion to each other. */
export const lengthOf = ({ planned: { run } }: SweepRun): number => run.epochs ?? run.steps ?? 1;

/** The checkpoint that a run ended with. */
export function endOf({ folder, history }: SweepRun): string {
  const last = history && checkpointsOf(folder, history).at(-1);
  if (!last) throw new Error(`the run in ${folder} has no checkpoint`);
  return last.path;
}
