import type { ChosenLoss } from '../../objective/loss/choose-loss';
import type { Split } from '../../objective/data/split';
import { selectRows } from '../../objective/data/samples';
import { formatCount } from '../../wording/format-number';
import type { RunFile } from '../../contract/run-file';
import type { Trained } from '../../contract/settings';
import { splitValidation } from '../../training/row-draws';
import { noiseOf } from './label-noise';

/** Training rows with the labels that they get, and which of them are trained on and set aside, ascending. */
export interface DrawnRows {
  readonly train: Split;
  readonly rows: Int32Array;
  readonly validation: Int32Array;
  /** Both of them. */
  readonly selected: Int32Array;
  readonly notes: readonly string[];
}

/**
 * The rows that a run trains on and those that it sets aside, with noise in their labels where it asks for that: the same
 * draws whether they are trained on or measured afterwards.
 * @throws UserError where labels with noise tell no classes; `name` is what it names.
 */
export function drawRows(
  { seed = 0, samples, validation: share, labelNoise }: Trained,
  train: Split,
  loss: ChosenLoss,
  name: string,
): DrawnRows {
  const { rows: selected } = selectRows(train.rows, samples, seed);
  const { rows, validation } = splitValidation(selected, share, seed);
  return { rows, validation, selected, ...noiseOf({ labelNoise, seed }, { train, rows }, loss, name) };
}

/** Which rows and labels a run trained on; undefined where those are all rows as they stand in the data. */
export function trainedOn({
  regularization: { labelNoise },
  seed,
  samples,
  validation,
}: RunFile): Trained | undefined {
  const drawn = Boolean(labelNoise) || validation !== undefined || typeof samples === 'number';
  if (!drawn && samples === undefined) return undefined;
  return {
    ...(drawn ? { seed } : {}),
    ...(samples === undefined ? {} : { samples }),
    ...(validation === undefined ? {} : { validation }),
    ...(labelNoise ? { labelNoise } : {}),
  };
}

/** A sentence where a run trained on some of the rows only. */
export const measuredOnNote = ({ rows, train }: DrawnRows): string[] =>
  rows.length < train.rows
    ? [
        `Measured on the ${formatCount(rows.length)} rows that the run trained on, of ${formatCount(train.rows)}.`,
      ]
    : [];
