import type { Node } from '../autodiff/graph';
import { type Shape, sizeOf } from '../autodiff/shape';
import type { Model } from '../layers/model';
import {
  type Accuracy,
  type LossSpec,
  accuracyOf,
  labelDType,
  lossSpec,
  countedSteps,
  takesSmoothing,
  perRowLoss,
  convexInput,
  hasFisher,
} from '../layers/losses';
import { type LabelFacts, inferLoss, lossFromCompiled } from '../layers/loss-choice';
import type { Column, Split } from './data';
import { outputNode } from './output-node';
import type { LossHead } from './programs';
import { UserError } from '../shared/errors';
import type { LossName } from '../shared/settings';

/** The loss to differentiate, ready for a model and its labels. */
export interface ChosenLoss {
  readonly spec: LossSpec;
  /** Where it came from, in words. */
  readonly source: string;
  readonly head: LossHead;
  readonly accuracy: Accuracy | undefined;
  /** Classes that accuracy tells apart; the last extent of the output where there is none. */
  readonly classes: number;
  /** What a reader should know, one sentence each. */
  readonly notes: readonly string[];
  /** Does the exact Fisher matrix exist for it? It is then the Gauss-Newton matrix. */
  readonly hasFisher: boolean;
}

/** What the labels look like. Throws a UserError at the first one that is not a finite number. */
function factsOf({ shape, data }: Column, file: string, split: string): LabelFacts {
  const width = sizeOf(shape);
  let whole = true;
  let largest = 0;
  let oneHot = width > 1;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (!Number.isFinite(value))
      throw new UserError(
        `Row ${Math.floor(i / width)} of the ${split} labels in ${file} is ${value}: labels must be finite numbers.`,
      );
    whole &&= Number.isInteger(value) && value >= 0;
    oneHot &&= value === 0 || value === 1;
    largest = Math.max(largest, value);
  }
  if (oneHot)
    for (let i = 0; i < data.length && oneHot; i += width) {
      let ones = 0;
      for (let j = 0; j < width; j++) ones += data[i + j];
      oneHot = ones === 1;
    }
  return { kind: oneHot ? 'one-hot' : whole ? 'indices' : 'real', rowShape: shape, largest };
}

/** Class indices that the model has no output for, named by row, and rows of which nothing counts. */
function checkIndices(
  { shape, data }: Column,
  classes: number,
  ignored: number | undefined,
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

/** Refuses labels of another size than the loss compares the output with, and shares outside of [0, 1]. */
function checkTargets({ shape, data }: Column, row: Shape, { name }: LossSpec, file: string): void {
  const numbers = (count: number) => (count === 1 ? 'one number' : `${count} numbers`);
  if (sizeOf(shape) !== sizeOf(row))
    throw new UserError(
      `The labels in ${file} have ${numbers(sizeOf(shape))} a row, but the output that ${name} compares them with has ${sizeOf(row)}: choose the loss or the data that fit.`,
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
}

/** The loss with its options and where it comes from, before labels are looked at. */
interface Found {
  readonly spec: LossSpec;
  readonly source: string;
  readonly notes: readonly string[];
}

/**
 * The loss asked for, else the one compiled into the checkpoint, else the one that output and labels suggest. One that
 * is asked for by the name of the compiled one keeps the options that it was compiled with.
 */
function findLoss(model: Model, output: Node, facts: LabelFacts, asked: LossName | undefined): Found {
  const compiled = asked ? compiledLoss(model) : lossFromCompiled(model.compiledLoss);
  if (!asked && compiled) return { spec: compiled, source: 'compiled into the checkpoint', notes: [] };
  if (!asked) {
    const { spec, reason } = inferLoss(output, facts);
    return { spec, source: `inferred: ${reason}`, notes: [] };
  }
  if (compiled?.name === asked)
    return {
      spec: compiled,
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

/**
 * The loss of a model on its data, by the settings as {@link findLoss} reads them.
 * @throws UserError when labels do not fit it, or the settings do not.
 */
export function chooseLoss(
  model: Model,
  train: Split,
  test: Split | undefined,
  file: string,
  asked: AskedLoss = {},
): ChosenLoss {
  const output = outputNode(model);
  const facts = factsOf(train.labels, file, 'training');
  if (test) factsOf(test.labels, file, 'test');
  const { spec, source, notes } = smoothedLoss(
    findLoss(model, output, facts, asked.loss),
    asked.labelSmoothing,
  );
  const row = output.shape.slice(1);
  const ignored = spec.ignoreClass;
  const labelDtype = labelDType(spec, row, train.labels.shape);
  for (const [split, name] of [
    [train, 'training'],
    [test, 'test'],
  ] as const) {
    if (!split) continue;
    if (labelDtype === 'int32') checkIndices(split.labels, row[row.length - 1], ignored, file, name);
    else checkTargets(split.labels, row, spec, file);
  }
  const accuracy = accuracyOf(output, spec);
  return {
    spec,
    source,
    notes,
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
