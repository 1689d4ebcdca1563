import type { RunFile, TrainRequest } from '../../contract/run-file';
import type { LaneChoice } from '../../lanes/open';
import { Objective } from '../../objective/evaluation/objective';
import { parametersOf, stateOf } from '../../objective/programs/parameter-space';
import type { BatchPlan } from '../../training/batches';
import { type Tracker, createTracker } from '../../training/curvature/create';
import { oneHotHead } from '../../training/descended-head';
import { createOptimizer } from '../../training/optimizers/create';
import type { StepFacts } from '../../training/step-program';
import { Trainer } from '../../training/trainer';
import type { OpenedRun } from './open-run';

/** Where the parts of a run compute; in this process for tests. */
export type TrainPlace = Pick<LaneChoice, 'local' | 'frugal'>;

/** What the parts of a run are made of. */
export interface RunParts {
  readonly run: RunFile;
  readonly opened: OpenedRun;
  readonly facts: StepFacts;
  readonly plan: BatchPlan;
  readonly lanes: LaneChoice;
  readonly signal: AbortSignal;
}

/** Everything that a run's parts are made of, by its request and the files that it names. */
export function partsOf(
  { run, tensorflowPath }: TrainRequest,
  opened: OpenedRun,
  place: TrainPlace,
  signal: AbortSignal,
): RunParts {
  const facts: StepFacts = {
    model: opened.model,
    head: opened.head,
    parameters: parametersOf(opened.model).blocks,
    statistics: stateOf(opened.model).blocks,
    optimizer: createOptimizer(run.optimizer),
    settings: run.optimizer,
    regularization: run.regularization,
  };
  const lanes = { backend: run.backend, ...(tensorflowPath ? { tensorflowPath } : {}), ...place };
  return { run, opened, facts, plan: planOf(run, opened.rows.length), lanes, signal };
}

function planOf({ batchSize, accumulate }: RunFile, rows: number): BatchPlan {
  return { rows, batchSize: batchSize === 'full' ? rows : Math.min(batchSize, rows), accumulate };
}

/** The lane that takes the steps. */
export function openTrainer({ run, opened, facts, plan, lanes, signal }: RunParts): Promise<Trainer> {
  const { model, data, rows, scaling, head } = opened;
  const classes = model.outputShape[model.outputShape.length - 1];
  const mixes = run.augmentation?.mixup !== undefined && head.labelDtype === 'int32';
  return Trainer.create({
    facts: mixes ? { ...facts, head: oneHotHead(head, model.outputShape) } : facts,
    train: data.train,
    rows,
    scaling,
    rearrangement: data.rearrangement,
    ...(mixes ? { oneHot: classes } : {}),
    ...(run.augmentation && Object.keys(run.augmentation).length > 0
      ? { augmentation: run.augmentation }
      : {}),
    plan,
    seed: run.seed,
    ...lanes,
    signal,
  });
}

/** In inference mode, over the rows trained on and those set aside. */
export function evaluationObjective({ opened, lanes, signal }: RunParts): Promise<Objective> {
  const { model, loss, data, selected, scaling } = opened;
  return Objective.create({
    model,
    head: loss.head,
    train: data.train,
    trainRows: selected,
    ...(data.test ? { test: data.test } : {}),
    scaling,
    rearrangement: data.rearrangement,
    ...lanes,
    signal,
  });
}

/** What is measured along the way. */
export function openTracker({ run, opened, facts, plan, lanes, signal }: RunParts): Promise<Tracker> {
  const { model, head, data, rows, scaling } = opened;
  return createTracker({
    model,
    head,
    train: data.train,
    rows,
    scaling,
    rearrangement: data.rearrangement,
    ...lanes,
    run,
    optimizer: facts.optimizer,
    // What one step sees.
    batchSize: Math.min(rows.length, plan.batchSize * plan.accumulate),
    signal,
  });
}
