import type { ChosenLoss } from '../../objective/loss/choose-loss';
import type { Split } from '../../objective/data/split';
import { selectRows } from '../../objective/data/samples';
import { formatCount } from '../../wording/format-number';
import type { RunFile } from '../../contract/run-file';
import type { Trained } from '../../contract/settings';
import { splitValidation } from '../../training/row-draws';
import { noiseOf } from './label-noise';

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

/** The data with the labels that a run trained on, and its rows among them, ascending. */
export function asTrained(
  { seed = 0, samples, validation, labelNoise }: Trained,
  train: Split,
  loss: ChosenLoss,
  name: string,
): { train: Split; rows: Int32Array; notes: string[] } {
  const { rows: selected } = selectRows(train.rows, samples, seed);
  const { rows } = splitValidation(selected, validation, seed);
  const noise = noiseOf({ labelNoise, seed }, train, rows, loss, name);
  const some = `Measured on the ${formatCount(rows.length)} rows that the run trained on, of ${formatCount(train.rows)}.`;
  return {
    train: noise.train,
    rows,
    notes: [...(rows.length < train.rows ? [some] : []), ...noise.notes],
  };
}
