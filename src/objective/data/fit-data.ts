import { relative } from 'node:path';
import { sameLong } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import { arraysInOrder } from '../../network/input-order';
import type { Model } from '../../network/model';
import { type Split, settledInput } from './split';
import type { Column, Rearrangement } from '../../lanes/columns';
import { UserError } from '../../core/errors';
import { rearrangedShape, textOf } from './row-shapes';

type Layout = 'NHWC' | 'NCHW';

/** An array with its rows along the first axis, as a data file names it. */
export interface NamedColumn extends Column {
  readonly name: string;
  /** The input that it is for, where its name says so. */
  readonly input?: string;
}

/** One part of a data file: one array for each of the model's inputs. */
export interface SourceSplit {
  readonly rows: number;
  readonly inputs: readonly NamedColumn[];
  readonly labels: NamedColumn;
  /** One number a row, or one for each step that the model predicts. */
  readonly weights?: NamedColumn;
}

/** A data file as read: shapes count the rows first. */
export interface DataSource {
  readonly path: string;
  readonly train: SourceSplit;
  readonly test?: SourceSplit;
}

/** Data in the form that the model takes, and what was done to them. */
export interface FittedData {
  readonly train: Split;
  readonly test: Split | undefined;
  readonly rearrangement: Rearrangement;
  readonly notes: readonly string[];
}

/** A file as messages name it. */
export const fileName = (file: string): string => relative('', file) || file;

/** Matches a data set with a model's inputs. Throws a UserError that names both shapes when they do not fit. */
export function fitData(model: Model, dataset: DataSource, layout: Layout | undefined): FittedData {
  const file = fileName(dataset.path);
  const { train, test, notes } = inOrder(model, dataset, file);
  const { inputs } = train;
  const settled = settledInput(model.inputs);
  const rearrangement = rearrangementOf(model, settled, inputs[settled].shape.slice(1), layout);
  if (rearrangement && !layout)
    notes.push(
      `Inputs of ${textOf(inputs[settled].shape.slice(1))} a row were brought to channels-${rearrangement === 'toChannelsFirst' ? 'first' : 'last'}, as the model takes them.`,
    );
  inputs.forEach((input, i) => {
    const row = input.shape.slice(1);
    const wanted = model.inputs[i].shape;
    const arranged = i === settled ? rearrangedShape(row, rearrangement) : row;
    if (sameLong(arranged, wanted)) return;
    if (wanted.length === 1 && sizeOf(row) === wanted[0]) {
      notes.push(`Inputs of ${textOf(row)} a row were flattened to the ${wanted[0]} that the model takes.`);
      return;
    }
    if (isFlatImage(row, wanted)) {
      notes.push(
        `Inputs of ${row[0]} a row were taken for images of ${textOf(wanted)}, one line of pixels after the other.`,
      );
      return;
    }
    throw new UserError(
      `${input.name} in ${file} has ${textOf(row)} numbers a row, but the model takes ${textOf(wanted)}: give the data it was trained on.`,
    );
  });
  if (test) checkSameRows(train, test, file);
  const split = (part: SourceSplit): Split => ({
    rows: part.rows,
    inputs: part.inputs.map(columnOf),
    labels: columnOf(part.labels),
    ...(part.weights ? checkedWeights(part.weights, model.outputShape.slice(0, -1), file) : {}),
  });
  return {
    train: split(train),
    test: test && split(test),
    rearrangement,
    notes,
  };
}

/** Is a row as long as an image of one channel? Of several, which number is which channel's would be a guess. */
const isFlatImage = (row: readonly number[], wanted: readonly number[]): boolean =>
  row.length === 1 &&
  row[0] === sizeOf(wanted) &&
  wanted.length >= 2 &&
  (wanted.length === 2 || wanted[0] === 1 || wanted[wanted.length - 1] === 1);

/** The parts of a data set with the arrays in the order of the model's inputs, and which went where. */
function inOrder(model: Model, { train, test }: DataSource, file: string) {
  const ordered = (part: SourceSplit): SourceSplit => {
    try {
      return { ...part, inputs: arraysInOrder(model.inputs, part.inputs).map((i) => part.inputs[i]) };
    } catch (error) {
      throw error instanceof UserError ? new UserError(`${file} ${error.message}`) : error;
    }
  };
  if (test && test.inputs.length !== train.inputs.length)
    throw new UserError(
      `${file} holds ${train.inputs.length} input arrays for training and ${test.inputs.length} for the test: the two must agree.`,
    );
  const first = ordered(train);
  const went = model.inputs.map(({ name }, i) => `${first.inputs[i].name} to ${name}`);
  const notes = went.length > 1 ? [`The model's inputs are fed by name or number: ${went.join(', ')}.`] : [];
  return { train: first, test: test && ordered(test), notes };
}

/** Refuses a test part whose rows have another shape than those of the training part. */
function checkSameRows(train: SourceSplit, test: SourceSplit, file: string): void {
  const weights = train.weights && test.weights;
  const wanted = [...train.inputs, train.labels, ...(weights ? [train.weights] : [])];
  [...test.inputs, test.labels, ...(weights ? [weights] : [])].forEach(({ name, shape }, i) => {
    const [row, trained] = [shape, wanted[i].shape].map((each) => each.slice(1));
    if (!sameLong(row, trained))
      throw new UserError(
        `${name} in ${file} has rows of ${textOf(row)}, but ${wanted[i].name} has rows of ${textOf(trained)}: the two must agree.`,
      );
  });
}

/** One number a row, or one for each of its steps (or for leading axes of several), none of them negative. */
function checkedWeights(
  { name, shape, data }: NamedColumn,
  steps: readonly number[],
  file: string,
): Pick<Split, 'weights' | 'stepShape'> {
  const [rows, ...row] = shape;
  const single = data.length === rows;
  const fits = row.length > 0 && row.every((extent, axis) => extent === steps[axis]);
  if (!single && !fits)
    throw new UserError(
      `${name} in ${file} has ${textOf(row)} numbers a row, but a weight is one number a row${steps.length > 0 ? `, or one for each of its ${textOf(steps)} steps` : ''}.`,
    );
  for (let i = 0; i < data.length; i++)
    if (!(data[i] >= 0))
      throw new UserError(
        `Row ${Math.floor(i / (data.length / rows))} of ${name} in ${file} is ${data[i]}: weights of rows must not be negative.`,
      );
  return { weights: data, ...(single ? {} : { stepShape: row }) };
}

const columnOf = (array: NamedColumn): Column => ({
  shape: array.shape.slice(1),
  data: array.data,
});

/** By the settings where they speak; else only where the shapes leave no other reading. */
function rearrangementOf(
  model: Model,
  settled: number,
  row: readonly number[],
  layout: Layout | undefined,
): Rearrangement {
  const wanted = model.inputs[settled].shape;
  if (layout && model.layout)
    return layout === model.layout ? undefined : layout === 'NHWC' ? 'toChannelsFirst' : 'toChannelsLast';
  if (row.length < 3 || sameLong(row, wanted)) return undefined;
  return (['toChannelsFirst', 'toChannelsLast'] as const).find((way) =>
    sameLong(rearrangedShape(row, way), wanted),
  );
}

/** A sentence when the `input` settings are for one of several inputs. */
export function settledNote({ inputs }: Model, settings: object | undefined): string | undefined {
  if (inputs.length < 2 || Object.keys(settings ?? {}).length === 0) return undefined;
  return `The input settings are for ${inputs[settledInput(inputs)].name} alone; the other inputs go into the model as they are.`;
}
