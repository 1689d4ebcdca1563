import { CancelledError } from '../../core/errors';
import { formatCount } from '../../wording/format-number';
import type { History } from '../../contract/history';
import { type RunFile, type TrainRequest, nameOf } from '../../contract/run-file';
import { VERSION } from '../../core/version';
import type { LaneChoice } from '../../lanes/open';
import { Objective } from '../../objective/evaluation/objective';
import { parametersOf, stateOf } from '../../objective/programs/parameter-space';
import { type BatchPlan, stepsPerEpoch } from '../../training/batches';
import { type Tracker, createTracker } from '../../training/curvature/create';
import { oneHotHead } from '../../training/descended-head';
import { Evaluator } from '../../training/evaluate';
import { type LoopHost, TrainingLoop } from '../../training/loop';
import { createOptimizer } from '../../training/optimizers/create';
import { createSchedule } from '../../training/schedules/create';
import { type RunState, StateMistake } from '../../training/run-state';
import { checkFits } from '../../training/state-fits';
import type { StepFacts } from '../../training/step-program';
import { Trainer } from '../../training/trainer';
import type { JobContext } from '../context/context';
import { type OpenedRun, openRun } from './open-run';
import { writeRunSettings } from './run-settings';
import { RunFolder, type Written, fingerprintOf } from './run-folder';
import { classCount } from '../../objective/loss/accuracy';

/** Where the parts of a run compute; in this process for tests. */
export type TrainPlace = Pick<LaneChoice, 'local' | 'frugal'>;

/**
 * Trains by a run file into a folder: checkpoints, `history.json`, and the state from which a run that was stopped goes
 * on. A folder with the same run goes on, and gives the history at once when that has ended.
 * @throws UserError, CancelledError
 */
export async function train(
  request: TrainRequest,
  context: JobContext<History>,
  place: TrainPlace = {},
): Promise<History> {
  const { run, out } = request;
  const opened = await openRun(request, context.signal);
  const folder = new RunFolder(out, nameOf(request));
  const fingerprint = fingerprintOf(run, opened.dataset.sha256, opened.modelSha256);
  const release = await folder.hold();
  try {
    return await trainInto(folder, fingerprint, opened, request, context, place);
  } finally {
    await release();
  }
}

async function trainInto(
  folder: RunFolder,
  fingerprint: string,
  opened: OpenedRun,
  request: TrainRequest,
  context: JobContext<History>,
  place: TrainPlace,
): Promise<History> {
  const { run, out } = request;
  const { signal } = context;
  const optimizer = createOptimizer(run.optimizer);
  const resumed = await folder.open(fingerprint, request.resume);
  if (resumed?.ended) return resumed.progress.history;
  await writeRunSettings(out, run);
  const plan = planOf(run, opened.rows.length);
  const facts: StepFacts = {
    model: opened.model,
    head: opened.head,
    parameters: parametersOf(opened.model).blocks,
    statistics: stateOf(opened.model).blocks,
    optimizer,
    settings: run.optimizer,
    regularization: run.regularization,
  };
  const closing: { dispose(): void }[] = [];
  let history: History | undefined;
  const open = async <T extends { dispose(): void }>(made: Promise<T>): Promise<T> => {
    const thing = await made;
    closing.push(thing);
    return thing;
  };
  try {
    const lanes = {
      backend: run.backend,
      ...(request.tensorflowPath ? { tensorflowPath: request.tensorflowPath } : {}),
      ...place,
    };
    const trainer = await open(Trainer.create(trainerOptions(run, opened, facts, plan, lanes, signal)));
    const objective = await open(evaluationObjective(opened, lanes, signal));
    const tracker = run.track && (await open(trackerOf(run, opened, facts, plan, lanes, signal)));
    const fresh = newHistory(request, opened, trainer, plan, tracker);
    if (resumed) goesOn(resumed, run, fresh, trainer, folder);
    history = resumed?.progress.history ?? fresh;
    const written: Written = {
      checkpoint: opened.checkpoint,
      model: opened.model,
      blocks: { theta: facts.parameters, state: facts.statistics },
      precision: trainer.opened.precision,
      formats: run.checkpoints?.formats ?? ['keras'],
    };
    const evaluator = new Evaluator({
      objective,
      rows: opened.selected,
      validation: new Set(opened.validation),
      trainLabels: opened.data.train.labels,
      testLabels: opened.data.test?.labels,
      accuracy: opened.loss.accuracy,
      classes: classCount(opened.model),
    });
    const host: LoopHost = {
      evaluate: (point, cancel) => evaluator.evaluate(point, cancel),
      writeCheckpoint: (file, point) => folder.writeCheckpoint(file, point, written),
      writeState: async (progress, vectors) => {
        progress.history.notes.push(...(await folder.takeLosses(progress.history)));
        await folder.writeState({ fingerprint, ended: false, progress, vectors });
      },
      check: () => folder.checkHeld(),
      progress: (progress) => context.progress(progress),
      partial: (sofar) => context.partial(sofar),
    };
    const loop = new TrainingLoop({
      run,
      facts,
      trainer,
      schedule: createSchedule(run.schedule, {
        learningRate: run.optimizer.learningRate ?? optimizer.defaultLearningRate,
        stepsPerEpoch: trainer.stepsPerEpoch,
        totalSteps: history.totalSteps,
        warmupSteps: run.warmupSteps,
      }),
      ...(tracker ? { tracker } : {}),
      totalSteps: history.totalSteps,
      history,
      host,
      signal,
      ...(resumed ? { resumed } : {}),
    });
    const ended = await loop.run();
    ended.notes.push(...(await folder.takeLosses(ended)));
    await folder.writeState({ fingerprint, ended: true, progress: loop.progress, vectors: {} }, ended.status);
    return ended;
  } catch (error) {
    if (!signal.aborted) throw error;
    if (history?.status === 'running') {
      const stopped: History = { ...history, status: 'cancelled' };
      await folder.writeHistory(stopped);
      context.partial(stopped);
    }
    throw new CancelledError();
  } finally {
    for (const thing of closing) thing.dispose();
  }
}

/** @throws UserError where a state is none that this run has ever been in. */
function goesOn(
  state: RunState,
  run: RunFile,
  { totalSteps, stepsPerEpoch }: History,
  trainer: Trainer,
  folder: RunFolder,
): void {
  const lengths = new Map(Object.entries(trainer.start()).map(([name, { length }]) => [name, length]));
  try {
    checkFits(state, { run, totalSteps, stepsPerEpoch, lengths });
  } catch (error) {
    throw error instanceof StateMistake ? folder.cannotGoOn(error.message) : error;
  }
}

function planOf({ batchSize, accumulate }: RunFile, rows: number): BatchPlan {
  return { rows, batchSize: batchSize === 'full' ? rows : Math.min(batchSize, rows), accumulate };
}

function trainerOptions(
  run: RunFile,
  opened: OpenedRun,
  facts: StepFacts,
  plan: BatchPlan,
  lanes: LaneChoice,
  signal: AbortSignal,
): Parameters<typeof Trainer.create>[0] {
  const { model, data, rows, scaling, head } = opened;
  const classes = model.outputShape[model.outputShape.length - 1];
  const mixes = run.augmentation?.mixup !== undefined && head.labelDtype === 'int32';
  return {
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
  };
}

/** In inference mode, over the rows trained on and those set aside. */
function evaluationObjective(opened: OpenedRun, lanes: LaneChoice, signal: AbortSignal): Promise<Objective> {
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

function trackerOf(
  run: RunFile,
  { model, head, data, rows, scaling }: OpenedRun,
  { optimizer }: StepFacts,
  { batchSize, accumulate }: BatchPlan,
  lanes: LaneChoice,
  signal: AbortSignal,
): Promise<Tracker> {
  return createTracker({
    model,
    head,
    train: data.train,
    rows,
    scaling,
    rearrangement: data.rearrangement,
    ...lanes,
    run,
    optimizer,
    // What one step sees.
    batchSize: Math.min(rows.length, batchSize * accumulate),
    signal,
  });
}

function newHistory(
  { run, name, out }: TrainRequest,
  { model, modelSha256, dataset, data, loss, rows, validation, notes }: OpenedRun,
  trainer: Trainer,
  plan: BatchPlan,
  tracker: Tracker | undefined,
): History {
  const perEpoch = stepsPerEpoch(plan);
  const inPieces =
    trainer.pieceRows < plan.batchSize && trainer.hasStatistics
      ? [
          `A batch goes through in pieces of ${formatCount(trainer.pieceRows)} rows for want of memory: batch norm's statistics are those of a piece.`,
        ]
      : [];
  return {
    schemaVersion: 1,
    kind: 'training',
    status: 'running',
    createdAt: new Date().toISOString(),
    name,
    out,
    run: { ...run },
    model: {
      name: model.name,
      parameters: parametersOf(model).dimension,
      ...(modelSha256 ? { sha256: modelSha256 } : {}),
    },
    data: {
      path: dataset.path,
      sha256: dataset.sha256,
      trainRows: rows.length,
      validationRows: validation.length,
      testRows: data.test?.rows ?? 0,
    },
    loss: loss.spec.name,
    backend: trainer.opened.backend,
    precision: trainer.opened.precision,
    versions: { landscape: VERSION, node: process.versions.node, ...trainer.opened.versions },
    stepsPerEpoch: perEpoch,
    totalSteps: run.steps ?? run.epochs! * perEpoch,
    batchLoss: [],
    epochs: [],
    curvature: [],
    notes: [...notes, ...(tracker?.notes ?? []), ...inPieces],
    seconds: 0,
  };
}
