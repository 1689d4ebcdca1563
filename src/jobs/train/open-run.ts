import type { KerasCheckpoint } from '../../formats/checkpoints/keras/description';
import { type Dataset, rowShapes } from '../../formats/datasets/dataset';
import { type OpenedModel, openModel } from '../../formats/model';
import type { ChosenLoss } from '../../objective/loss/choose-loss';
import type { Scaling } from '../../lanes/columns';
import { type FittedData, fileName } from '../../objective/data/fit-data';
import type { LossHead } from '../../objective/programs/programs';
import { UserError } from '../../core/errors';
import { type RunFile, type TrainRequest, nameOf } from '../../contract/run-file';
import { dataChoicesOf } from '../../contract/settings';
import { augmentationMistakes } from '../../training/augmentation/create';
import { descendedHead } from '../../training/descended-head';
import { type DrawnRows, drawRows } from '../preparation/drawn-rows';
import { classesOf, withoutClasses } from '../preparation/label-noise';
import { fit, notesOf, prepare, readBoth, unscaledNoteOf } from '../preparation/prepare';
import { describedModel } from './described-model';

/** A run with its files read: everything that is decided before the first number is computed. */
export interface OpenedRun extends Pick<DrawnRows, 'rows' | 'validation' | 'selected'> {
  readonly model: OpenedModel['model'];
  readonly checkpoint: KerasCheckpoint;
  /** Of the file that the run starts from; empty for a network described in the run file. */
  readonly modelSha256: string;
  readonly dataset: Dataset;
  /** With noisy labels where the run asks for them. */
  readonly data: FittedData;
  readonly scaling: Scaling;
  readonly loss: ChosenLoss;
  /** The loss descended, smoothing in, on the labels of the data. */
  readonly head: LossHead;
  readonly notes: readonly string[];
}

/** Reads model and data of a run and decides what can be decided. */
export async function openRun(request: TrainRequest, signal: AbortSignal): Promise<OpenedRun> {
  const { run } = request;
  const name = nameOf(request);
  const { input, samples, seed, validation, sampleWeights } = run;
  const { dataset, opened } = await readBoth(
    { path: run.data, request: { ...dataChoicesOf(run), sampleWeights, signal } },
    (read) => startOf(run, name, read, signal),
    signal,
  );
  const { labelNoise, labelSmoothing } = run.regularization;
  const prepared = prepare(fit(opened.model, dataset, input), run, (chosen) => {
    refuseMistakes(run, chosen, name);
    return drawRows({ samples, seed, validation, labelNoise }, chosen.train, chosen, name);
  });
  const { data, scaling, drawn } = prepared;
  const loss = withLogits(prepared.loss);
  if ((loss.head.weighted || loss.head.ignored) && run.augmentation?.mixup !== undefined)
    throw new UserError(
      `${name}: "augmentation.mixup" mixes rows, which then have no weight and no ignored class of their own: leave it or ${loss.head.weighted ? 'the weights' : 'ignore_class'} out.`,
    );
  const { rows, validation: setAside, selected } = drawn;
  return {
    model: loss.model,
    checkpoint: opened.checkpoint,
    modelSha256: opened.sha256,
    dataset,
    data,
    scaling,
    loss,
    head: descendedHead(loss, labelSmoothing)!,
    rows,
    validation: setAside,
    selected,
    notes: notesOf({ ...prepared, loss }, input, [unscaledNoteOf(prepared, input, 'the run file')]),
  };
}

/** What a run file asks for and the loss or the inputs do not allow, all of it in one sentence. */
function refuseMistakes({ regularization, augmentation = {} }: RunFile, chosen: ChosenLoss, name: string) {
  const { labelSmoothing, labelNoise } = regularization;
  const mistakes = [
    ...(descendedHead(chosen, labelSmoothing) ? [] : [withoutCrossEntropy(chosen)]),
    ...(labelNoise && classesOf(chosen.train, chosen) === undefined ? [withoutClasses(chosen)] : []),
    ...augmentationMistakes(augmentation, chosen.model.inputs[0].shape),
  ];
  if (mistakes.length > 0) throw new UserError(`${name}: ${mistakes.join('; ')}.`);
}

/** Nothing is computed before a run begins, so outputs that could be either are not looked at. */
const withLogits = (loss: ChosenLoss): ChosenLoss =>
  loss.open && !loss.open.claimed ? { ...loss, notes: [...loss.notes, TAKEN_AS_LOGITS] } : loss;

const TAKEN_AS_LOGITS =
  'The outputs are taken as logits: the model does not end in a softmax or a sigmoid, and its loss is not compiled into it.';

async function startOf(
  run: RunFile,
  name: string,
  dataset: Dataset,
  signal: AbortSignal,
): Promise<{ model: OpenedModel['model']; checkpoint: KerasCheckpoint; sha256: string }> {
  if (typeof run.model !== 'string') return { ...describedModel(run, run.model, dataset, name), sha256: '' };
  const { model, checkpoint, sha256 } = await openModel(run.model, signal, rowShapes(dataset));
  if (!('config' in checkpoint))
    throw new UserError(
      `${fileName(run.model)} is ${checkpoint.format === 'onnx' ? 'an ONNX file' : 'a PyTorch export'}, which cannot be trained here: start from a .keras, .h5 or model.json file.`,
    );
  if (!model.tensors.some(({ trainable }) => trainable))
    throw new UserError(`${fileName(run.model)} has no trainable parameters, so there is nothing to train.`);
  return { model, checkpoint, sha256 };
}

const withoutCrossEntropy = ({ spec }: ChosenLoss): string =>
  `"regularization.labelSmoothing" needs a cross-entropy, but the loss is ${spec.name}: leave it out`;
