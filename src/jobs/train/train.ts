import { CancelledError } from '../../core/errors';
import type { History } from '../../contract/history';
import { type RunFile, type TrainRequest, nameOf } from '../../contract/run-file';
import type { Objective } from '../../objective/evaluation/objective';
import { classCount } from '../../objective/loss/accuracy';
import { Evaluator } from '../../training/evaluate';
import { type LoopHost, TrainingLoop } from '../../training/loop';
import { createSchedule } from '../../training/schedules/create';
import { type RunState, StateMistake } from '../../training/run-state';
import { checkFits } from '../../training/state-fits';
import type { Trainer } from '../../training/trainer';
import { endedOnDevice } from '../../lanes/lane';
import type { JobContext } from '../context/context';
import { newHistory } from './new-history';
import { type OpenedRun, openRun } from './open-run';
import {
  type RunParts,
  type TrainPlace,
  evaluationObjective,
  openTracker,
  openTrainer,
  partsOf,
} from './run-parts';
import { writeRunSettings } from './run-settings';
import { RunFolder, type Written, fingerprintOf } from './run-folder';

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
  const held = { request, folder, fingerprint };
  try {
    return await trainInto(held, opened, context, place);
  } catch (error) {
    if (!endedOnDevice(error, run.backend) || context.signal.aborted) throw error;
    context.log('warn', `${folder.path}: ${DEVICE_LOST}`);
    const onProcessor = { ...request, run: { ...run, backend: 'onnxruntime' as const }, resume: true };
    return await trainInto({ ...held, request: onProcessor, notes: [DEVICE_LOST] }, opened, context, place);
  } finally {
    await release();
  }
}

const DEVICE_LOST =
  'The process on the graphics processor ended on the way: from the last state that was saved the run went on on the processor.';

/** A run in its folder, which is held. */
interface HeldRun {
  readonly request: TrainRequest;
  readonly folder: RunFolder;
  readonly fingerprint: string;
  /** What its history is to say. */
  readonly notes?: readonly string[];
}

async function trainInto(
  { request, folder, fingerprint, notes = [] }: HeldRun,
  opened: OpenedRun,
  context: JobContext<History>,
  place: TrainPlace,
): Promise<History> {
  const { run, out } = request;
  const { signal } = context;
  const resumed = await folder.open(fingerprint, request.resume);
  if (resumed?.ended) return resumed.progress.history;
  await writeRunSettings(out, run);
  const parts = partsOf(request, opened, place, signal);
  const { facts } = parts;
  const closing: { dispose(): void }[] = [];
  let history: History | undefined;
  const open = async <T extends { dispose(): void }>(made: Promise<T>): Promise<T> => {
    const thing = await made;
    closing.push(thing);
    return thing;
  };
  try {
    const trainer = await open(openTrainer(parts));
    const objective = await open(evaluationObjective(parts));
    const tracker = run.track && (await open(openTracker(parts)));
    const fresh = newHistory(request, parts, trainer, tracker);
    if (resumed) goesOn(resumed, run, fresh, { trainer, folder });
    history = withNotes(resumed?.progress.history ?? fresh, notes);
    const loop = new TrainingLoop({
      run,
      facts,
      trainer,
      schedule: createSchedule(run.schedule, {
        learningRate: run.optimizer.learningRate ?? facts.optimizer.defaultLearningRate,
        stepsPerEpoch: trainer.stepsPerEpoch,
        totalSteps: history.totalSteps,
        warmupSteps: run.warmupSteps,
      }),
      ...(tracker ? { tracker } : {}),
      totalSteps: history.totalSteps,
      history,
      host: hostOf({ request, folder, fingerprint }, parts, context, { trainer, objective }),
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

function withNotes(history: History, notes: readonly string[]): History {
  history.notes.push(...notes);
  return history;
}

/** What the loop asks of those around it: figures of epochs, files, and to be heard. */
function hostOf(
  { folder, fingerprint }: HeldRun,
  { run, opened, facts }: RunParts,
  context: JobContext<History>,
  { trainer, objective }: { readonly trainer: Trainer; readonly objective: Objective },
): LoopHost {
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
  return {
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
}

/** @throws UserError where a state is none that this run has ever been in. */
function goesOn(
  state: RunState,
  run: RunFile,
  { totalSteps, stepsPerEpoch }: History,
  { trainer, folder }: { readonly trainer: Trainer; readonly folder: RunFolder },
): void {
  const lengths = new Map(Object.entries(trainer.start()).map(([name, { length }]) => [name, length]));
  try {
    checkFits(state, { run, totalSteps, stepsPerEpoch, lengths });
  } catch (error) {
    throw error instanceof StateMistake ? folder.cannotGoOn(error.message) : error;
  }
}
