import { areBytes } from './bytes';
import { sameLong } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import type { Model } from '../../network/model';
import { UserError } from '../../core/errors';
import { type Split, settledInput } from './split';
import { type Column, type Rearrangement, type Scaling, cutInputs } from '../../lanes/columns';
import type { FittedData } from './fit-data';
import { rearrangedShape, textOf } from './row-shapes';

/** Fitted data whose targets have the form of the model's output. */
type WithTargets = Pick<FittedData, 'train' | 'test' | 'notes'>;

/**
 * Treats targets as the inputs they belong to: those that are the inputs themselves (an autoencoder's) are scaled and
 * arranged with them, and images are arranged as the model's output has them where their shape, or the arrangement of
 * the inputs, says so. What was done stands in the notes.
 * @param asked whether the settings say that targets are scaled like the inputs.
 * @throws UserError where targets look like inputs that are scaled, and nothing says whether they are scaled, too.
 */
export function fitTargets(
  model: Model,
  { train, test, rearrangement, notes }: FittedData,
  { scaling, asked }: { readonly scaling: Scaling; readonly asked: boolean | undefined },
  file: string,
): WithTargets {
  const settled = settledInput(model.inputs);
  const parts = test ? [train, test] : [train];
  const both = (labels: (split: Split) => Column, note: string): WithTargets => {
    const [first, second] = parts.map((split) => ({ ...split, labels: labels(split) }));
    return { train: first, test: second, notes: [...notes, note] };
  };
  const row = train.labels.shape;
  const scales = scaling.scale !== 1 || scaling.mean.some(Boolean) || scaling.std.some((std) => std !== 1);
  const areInputs = parts.every(({ inputs, labels }) => isSame(inputs[settled], labels));
  if (asked === undefined && scales && !areInputs && lookUnscaled(train, settled, model.outputShape))
    throw new UserError(
      `The targets in ${file} are whole numbers up to 255 like the inputs, which the input settings scale: say whether they are scaled, too, by "targets": true or false in "input".`,
    );
  const { shape: wanted, dtype } = model.inputs[settled];
  const changes = scales || rearrangement !== undefined || !sameLong(row, wanted);
  if ((asked ?? areInputs) && changes && dtype === 'float') {
    return both(
      ({ labels, rows }) => ({
        shape: wanted,
        data: cutInputs(labels, counted(rows), rows, {
          scaling,
          rearrangement,
          out: new Float32Array(labels.data.length),
        }),
      }),
      areInputs
        ? 'The targets are the inputs themselves: they are scaled and arranged as the inputs are.'
        : 'The targets are scaled and arranged as the inputs are, as the settings say.',
    );
  }
  const way = targetWay(row, model.outputShape, rearrangement);
  if (way)
    return both(
      ({ labels, rows }) => arranged(labels, rows, way),
      `The targets, ${textOf(row)} a row, were brought to channels-${way === 'toChannelsFirst' ? 'first' : 'last'}, as the model's output has them.`,
    );
  return {
    train,
    test,
    notes:
      rearrangement && row.length > 2
        ? [
            ...notes,
            "The targets are left in their order, in which they fit the model's output; the inputs were rearranged.",
          ]
        : notes,
  };
}

/** The axes of a column's rows in another order. */
export function arranged(labels: Column, rows: number, way: NonNullable<Rearrangement>): Column {
  return {
    shape: rearrangedShape(labels.shape, way),
    data: cutInputs(labels, counted(rows), rows, {
      scaling: PLAIN,
      rearrangement: way,
      out: new Float32Array(labels.data.length),
    }),
  };
}

const PLAIN: Scaling = { scale: 1, mean: [0], std: [1] };
const counted = (rows: number) => Int32Array.from({ length: rows }, (_, i) => i);

/** How the axes of targets are moved, if they are: with the inputs where they fit so, else where they fit no other way. */
function targetWay(
  row: readonly number[],
  output: readonly number[],
  rearrangement: Rearrangement,
): Rearrangement {
  if (row.length < 2 || row.length !== output.length) return undefined;
  const fits = (way: NonNullable<Rearrangement>) => sameLong(rearrangedShape(row, way), output);
  if (rearrangement && fits(rearrangement)) return rearrangement;
  if (row.length < 3 || sameLong(row, output)) return undefined;
  return (['toChannelsFirst', 'toChannelsLast'] as const).find(fits);
}

/** Do two columns hold the same numbers? */
function isSame(input: Column, labels: Column): boolean {
  if (input.shape.join() !== labels.shape.join() || input.data.length !== labels.data.length) return false;
  for (let i = 0; i < labels.data.length; i++) if (input.data[i] !== labels.data[i]) return false;
  return true;
}

/** Are both inputs and targets bytes of one shape, as the model's output has it in some order? */
function lookUnscaled({ inputs, labels }: Split, settled: number, output: readonly number[]): boolean {
  const input = inputs[settled];
  const sorted = (shape: readonly number[]) => shape.filter((extent) => extent !== 1).sort((a, b) => a - b);
  return (
    sizeOf(labels.shape) > 1 &&
    sorted(input.shape).join() === sorted(labels.shape).join() &&
    sizeOf(labels.shape) === sizeOf(output) &&
    areBytes(input) &&
    areBytes(labels)
  );
}
