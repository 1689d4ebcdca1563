import type { Dataset } from '../../formats/datasets/dataset';
import type { OpenedModel } from '../../formats/model';
import type { Scaling } from '../../lanes/columns';
import type { AnalyzeRequest } from '../../contract/settings';
import type { Suggestion } from '../../contract/suggestions';
import type { FittedData } from '../../objective/data/fit-data';
import type { RowSelection } from '../../objective/data/samples';
import type { Objective } from '../../objective/evaluation/objective';
import type { ChosenLoss } from '../../objective/loss/choose-loss';

/** A checkpoint on its data: everything a job works with. Dispose of the objective when done. */
export interface Problem {
  readonly opened: OpenedModel;
  /** What a person said of the checkpoint that its file does not say. */
  readonly choices: Pick<AnalyzeRequest, 'output' | 'fixed' | 'variant' | 'model' | 'weights'>;
  readonly dataset: Dataset;
  readonly data: FittedData;
  readonly loss: ChosenLoss;
  /** How the losses of rows become one, in words. */
  readonly lossScaling: string;
  /** What these are weighted by, where they are. */
  readonly weightedBy: readonly string[] | undefined;
  readonly selection: RowSelection;
  readonly scaling: Scaling;
  readonly objective: Objective;
  /** The graphics processor by its name, where one computes. */
  readonly device?: string | undefined;
  readonly notes: readonly string[];
  readonly suggestions: readonly Suggestion[];
}
