import type { PlannedRun } from '../../analysis/experiments/expand';
import type { ExperimentRun } from '../../contract/experiment';
import type { History } from '../../contract/history';

/** A run on its way: what was planned, its line in the report, and those of its rescaled ends. */
export interface SweepRun {
  readonly planned: PlannedRun;
  readonly folder: string;
  readonly shown: ExperimentRun;
  readonly rescaled: readonly { readonly factor: number; readonly shown: ExperimentRun }[];
  history?: History;
}
