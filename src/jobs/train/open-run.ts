import { relative } from 'node:path';
import type { KerasCheckpoint } from '../../formats/checkpoints/keras/description';
import { type Dataset, readDataset, rowShapes } from '../../formats/datasets/dataset';
import { type OpenedModel, openModel } from '../../formats/model';
import { checkIndices } from '../../objective/data/check-indices';
import { type ChosenLoss, chooseLoss } from '../../objective/loss/choose-loss';
import type { Scaling } from '../../lanes/columns';
import { type FittedData, settledNote, unscaledNote } from '../../objective/data/fit-data';
import { prepareData } from '../../objective/data/prepare-data';
import type { LossHead } from '../../objective/programs/programs';
import { selectRows } from '../../objective/data/samples';
import { weighRows } from '../../objective/data/weigh-rows';
import { UserError, throwIfCancelled } from '../../core/errors';
import { type RunFile, type TrainRequest, nameOf } from '../../contract/run-file';
import { dataChoicesOf } from '../../contract/settings';
import { augmentationMistakes } from '../../training/augmentation/create';
import { descendedHead } from '../../training/descended-head';
import { splitValidation } from '../../training/row-draws';
import { describedModel } from './described-model';
import { classesOf, noiseOf, withoutClasses } from './label-noise';

/** A run with its files read: everything that is decided before the first number is computed. */
export interface OpenedRun {
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
  /** Rows trained on, rows set aside, and both. */
  readonly rows: Int32Array;
  readonly validation: Int32Array;
  readonly selected: Int32Array;
  readonly notes: readonly string[];
}

/** Reads model and data of a run and decides what can be decided. */
export async function openRun(request: TrainRequest, signal: AbortSignal): Promise<OpenedRun> {
  const { run } = request;
  const name = nameOf(request);
  const dataset = await readDataset(run.data, {
    ...dataChoicesOf(run),
    sampleWeights: run.sampleWeights,
    signal,
  });
  throwIfCancelled(signal);
  const { model: given, checkpoint, sha256 } = await startOf(run, name, dataset, signal);
  throwIfCancelled(signal);
  const { data: prepared, scaling } = prepareData(given, dataset, run.input);
  const file = relative('', dataset.path) || dataset.path;
  checkIndices(
    given,
    [
      [prepared.train, 'training'],
      [prepared.test, 'test'],
    ],
    file,
  );
  const chosen = chooseLoss(given, prepared.train, prepared.test, file, {
    loss: run.loss,
    outputs: run.outputs,
  });
  const { model, train, test } = chosen;
  const fitted = { ...prepared, train, test };
  const { labelSmoothing, labelNoise } = run.regularization;
  const mistakes = [
    ...(descendedHead(chosen, labelSmoothing) ? [] : [withoutCrossEntropy(chosen)]),
    ...(labelNoise && classesOf(fitted.train, chosen) === undefined ? [withoutClasses(chosen)] : []),
    ...augmentationMistakes(run.augmentation ?? {}, model.inputs[0].shape),
  ];
  if (mistakes.length > 0) throw new UserError(`${name}: ${mistakes.join('; ')}.`);
  const { rows: selected } = selectRows(fitted.train.rows, run.samples, run.seed);
  const { rows, validation } = splitValidation(selected, run.validation, run.seed);
  const noise = noiseOf({ labelNoise, seed: run.seed }, fitted.train, rows, chosen, name);
  const labelled = { ...fitted, train: noise.train };
  const { data, loss, notes: weightNotes } = weighRows(labelled, chosen, run, file);
  if ((loss.head.weighted || loss.head.ignored) && run.augmentation?.mixup !== undefined)
    throw new UserError(
      `${name}: "augmentation.mixup" mixes rows, which then have no weight and no ignored class of their own: leave it or ${loss.head.weighted ? 'the weights' : 'ignore_class'} out.`,
    );
  const settled = settledNote(model, run.input);
  const unscaled = unscaledNote(model, fitted.train, scaling.scale);
  return {
    model,
    checkpoint,
    modelSha256: sha256,
    dataset,
    data,
    scaling,
    loss,
    head: descendedHead(loss, labelSmoothing)!,
    rows,
    validation,
    selected,
    notes: [
      ...model.notes,
      ...dataset.notes,
      ...fitted.notes,
      ...(settled ? [settled] : []),
      ...(unscaled ? [unscaled.replace('landscape.json', 'the run file')] : []),
      ...loss.notes,
      ...(loss.open && !loss.open.claimed ? [TAKEN_AS_LOGITS] : []),
      ...noise.notes,
      ...weightNotes,
    ],
  };
}

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
      `${relative('', run.model) || run.model} is ${checkpoint.format === 'onnx' ? 'an ONNX file' : 'a PyTorch export'}, which cannot be trained here: start from a .keras, .h5 or model.json file.`,
    );
  if (!model.tensors.some(({ trainable }) => trainable))
    throw new UserError(
      `${relative('', run.model) || run.model} has no trainable parameters, so there is nothing to train.`,
    );
  return { model, checkpoint, sha256 };
}

const withoutCrossEntropy = ({ spec }: ChosenLoss): string =>
  `"regularization.labelSmoothing" needs a cross-entropy, but the loss is ${spec.name}: leave it out`;
