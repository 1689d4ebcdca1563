import { type Shape, sameLong } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import type { Model } from '../../network/model';
import { type LossSpec, lossSpec } from '../../network/loss-spec';
import {
  type Accuracy,
  accuracyOf,
  labelDType,
  countedSteps,
  takesSmoothing,
  perRowLoss,
  convexInput,
  hasFisher,
  isCategorical,
} from '../../network/losses';
import { type LabelFacts, inferLoss, lossFromCompiled } from '../../network/loss-choice';
import type { Split } from '../data/split';
import type { Column } from '../../lanes/columns';
import { classAxis, labelsWithClassesLast, withClassesLast } from '../data/class-axis';
import { type LabelNumbers, areShares, numbersOf } from '../data/label-facts';
import { outputNode } from './output-node';
import { type OpenOutputs, settleOutputs } from './outputs';
import type { LossHead } from '../programs/programs';
import { UserError } from '../../core/errors';
import type { LossName, OutputsName } from '../../contract/vocabulary';

/** The loss to differentiate, ready for a model and its labels. */
export interface ChosenLoss {
  /** The model with the classes of its output, and the data with those of their labels, along the last axis. */
  readonly model: Model;
  readonly train: Split;
  readonly test: Split | undefined;
  readonly spec: LossSpec;
  /** Where it came from, in words. */
  readonly source: string;
  readonly head: LossHead;
  readonly accuracy: Accuracy | undefined;
  /** Classes that accuracy tells apart; the last extent of the output where there is none. */
  readonly classes: number;
  /** What a reader should know, one sentence each. */
  readonly notes: readonly string[];
  /** Where it is not known yet whether the outputs are logits or probabilities: they are taken as logits. */
  readonly open?: OpenOutputs;
  /** Does the exact Fisher matrix exist for it? It is then the Gauss-Newton matrix. */
  readonly hasFisher: boolean;
}

/** Class indices that the model has no output for, named by row, and rows of which nothing counts. */
function checkIndices(
  { shape, data }: Column,
  { classes, ignored }: { readonly classes: number; readonly ignored: number | undefined },
  file: string,
  split: string,
): void {
  const width = sizeOf(shape);
  for (let i = 0; i < data.length; i++)
    if (data[i] === ignored) {
      if (width === 1)
        throw new UserError(
          `Row ${i} of the ${split} labels in ${file} is ${ignored}, which the compiled loss ignores (ignore_class): take such rows out of the data.`,
        );
    } else if (!Number.isInteger(data[i]) || data[i] < 0 || data[i] >= classes)
      throw new UserError(
        `Row ${Math.floor(i / width)} of the ${split} labels in ${file} is ${data[i]}, but the model has ${classes} classes (0 to ${classes - 1}).`,
      );
}

/** Refuses labels of another shape than the output that the loss compares them with, and shares outside of [0, 1]. */
function checkTargets({ shape, data }: Column, row: Shape, { name }: LossSpec, file: string): void {
  const numbers = (count: number) => (count === 1 ? 'one number' : `${count} numbers`);
  if (sizeOf(shape) !== sizeOf(row))
    throw new UserError(
      `The labels in ${file} have ${numbers(sizeOf(shape))} a row, but the output that ${name} compares them with has ${sizeOf(row)}: choose the loss or the data that fit.`,
    );
  if (!sameLong(shape, row))
    throw new UserError(
      `The targets in ${file} are ${shape.join(' x ')} a row, but the model's output is ${row.join(' x ')}: save them in the output's shape, for as many numbers in another one are other targets.`,
    );
  if (name !== 'binary-crossentropy') return;
  for (let i = 0; i < data.length; i++)
    if (data[i] < 0 || data[i] > 1)
      throw new UserError(
        `Row ${Math.floor(i / sizeOf(shape))} of the labels in ${file} is ${data[i]}, but binary-crossentropy takes labels from 0 to 1.`,
      );
}

/** Name of the loss compiled into a checkpoint; undefined if there is none or it is not a known one. */
export const compiledLossName = (model: Model): string | undefined => compiledLoss(model)?.name;

/** The loss compiled into a checkpoint; undefined if there is none or it is not a known one. */
function compiledLoss(model: Model): LossSpec | undefined {
  try {
    return lossFromCompiled(model.compiledLoss);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** What the settings say of the loss. */
export interface AskedLoss {
  readonly loss?: LossName | undefined;
  readonly labelSmoothing?: number | undefined;
  /** What the outputs are to a cross-entropy; by the model's end, or to be looked at, if left out. */
  readonly outputs?: OutputsName | undefined;
}

/** The loss with its options and where it comes from, before labels are looked at. */
interface Found {
  readonly spec: LossSpec;
  readonly source: string;
  readonly notes: readonly string[];
}

/**
 * The loss asked for, else the one compiled into the checkpoint, else none. One that is asked for by the name of the
 * compiled one keeps the options that it was compiled with, but whether it was compiled for logits only where it was: that
 * is left out by mistake, and asking for the loss is the way past it.
 */
function knownLoss(model: Model, asked: LossName | undefined): Found | undefined {
  const compiled = asked ? compiledLoss(model) : lossFromCompiled(model.compiledLoss);
  if (!asked) return compiled && { spec: compiled, source: 'compiled into the checkpoint', notes: [] };
  if (compiled?.name === asked)
    return {
      spec: compiled.fromLogits === false ? { ...compiled, fromLogits: 'auto' } : compiled,
      source: 'given in the settings, with the options compiled into the checkpoint',
      notes: [],
    };
  const notes = compiled
    ? [
        `The checkpoint was compiled with ${compiled.name}; the settings ask for ${asked}, which is measured without the options of the compiled loss.`,
      ]
    : [];
  return { spec: lossSpec(asked), source: 'given in the settings', notes };
}

/** The loss with the label smoothing that the settings ask for. */
function smoothedLoss(found: Found, labelSmoothing: number | undefined): Found {
  if (labelSmoothing === undefined) return found;
  if (!takesSmoothing(found.spec))
    throw new UserError(
      `"labelSmoothing" needs a cross-entropy, but the loss is ${found.spec.name}: leave it out.`,
    );
  return { ...found, spec: { ...found.spec, labelSmoothing } };
}

/** What labels are to an output whose classes stand along this axis of a row. */
function factsOf(
  { shape, data }: Column,
  { whole, zeroOne }: LabelNumbers,
  row: Shape,
  axis: number,
): LabelFacts {
  const classes = row[axis] ?? 1;
  const each = row.filter((_, i) => i !== axis);
  const kind =
    whole && classes > 1 && sameLong(each, shape) && !sameLong(row, shape)
      ? 'indices'
      : !zeroOne || !sameLong(row, shape)
        ? 'real'
        : areShares({ shape: row, data }, axis)
          ? 'one-hot'
          : 'zero-one';
  return { kind, rowShape: shape, classes };
}

/**
 * The loss, and the axis of the output's rows along which its classes stand. Keras' own losses look for them along the
 * last one.
 */
function findLoss(
  model: Model,
  { labels, numbers }: { readonly labels: Column; readonly numbers: LabelNumbers },
  asked: AskedLoss,
  file: string,
): { found: Found; axis: number } {
  const output = outputNode(model);
  const known = knownLoss(model, asked.loss);
  const last = model.outputShape.length - 1;
  if (known && (!asked.loss || !isCategorical(known.spec.name))) return { found: known, axis: last };
  const axis = classAxis(output, labels, numbers, file);
  if (known) return { found: known, axis };
  const { spec, reason } = inferLoss(output, factsOf(labels, numbers, output.shape.slice(1), axis));
  const found = { spec, source: `inferred: ${reason}`, notes: [] };
  return { found, axis: isCategorical(spec.name) ? axis : last };
}

/** Model and data with the classes along the last axis, and what was done. */
function classesLast(model: Model, train: Split, test: Split | undefined, axis: number) {
  const { outputShape } = model;
  if (axis === outputShape.length - 1) return { model, train, test, notes: [] };
  const moved = (split: Split): Split =>
    sameLong(split.labels.shape, outputShape)
      ? { ...split, labels: labelsWithClassesLast({ ...split.labels, shape: outputShape }, axis) }
      : split;
  const place = axis === 0 ? 'first axis' : `axis ${axis + 1}`;
  return {
    model: withClassesLast(model, axis),
    train: moved(train),
    test: test && moved(test),
    notes: [
      `The classes are taken along the ${place} of the output, which is ${outputShape.join(' x ')} a row.`,
    ],
  };
}

/**
 * The loss of a model on its data, by the settings as {@link knownLoss} reads them.
 * @throws UserError when labels do not fit it, or the settings do not.
 */
export function chooseLoss(
  given: Model,
  { train: givenTrain, test: givenTest }: { readonly train: Split; readonly test?: Split | undefined },
  file: string,
  asked: AskedLoss = {},
): ChosenLoss {
  const numbers = numbersOf(givenTrain.labels, file, 'training');
  if (givenTest) numbersOf(givenTest.labels, file, 'test');
  const { found, axis } = findLoss(given, { labels: givenTrain.labels, numbers }, asked, file);
  const { model, train, test, notes: moved } = classesLast(given, givenTrain, givenTest, axis);
  const output = outputNode(model);
  const { spec: smoothed, source, notes } = smoothedLoss(found, asked.labelSmoothing);
  const { spec, notes: settled, open } = settleOutputs(output, smoothed, asked.outputs);
  const row = output.shape.slice(1);
  const ignored = spec.ignoreClass;
  const labelDtype = labelDType(spec, row, train.labels.shape);
  for (const [split, name] of [
    [train, 'training'],
    [test, 'test'],
  ] as const) {
    if (!split) continue;
    if (labelDtype === 'int32')
      checkIndices(split.labels, { classes: row[row.length - 1], ignored }, file, name);
    else checkTargets(split.labels, row, spec, file);
  }
  const accuracy = accuracyOf(output, spec);
  return {
    model,
    train,
    test,
    spec,
    source,
    notes: [...notes, ...moved, ...settled],
    ...(open ? { open } : {}),
    head: {
      labelShape: train.labels.shape,
      labelDtype,
      ...(ignored === undefined ? {} : { ignored: { label: ignored, as: row[row.length - 1] } }),
      perRow: (out, labels, stepWeights) => perRowLoss(out, labels, spec, stepWeights),
      counted: (out, labels) => countedSteps(out, labels, spec),
      convexInput: (out) => convexInput(out, spec),
    },
    accuracy,
    classes: accuracy?.kind === 'binary' ? 2 : (row[row.length - 1] ?? 1),
    hasFisher: hasFisher(output, spec),
  };
}
