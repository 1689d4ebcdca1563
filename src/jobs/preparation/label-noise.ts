import type { ChosenLoss } from '../../objective/loss/choose-loss';
import type { Split } from '../../objective/data/split';
import { UserError } from '../../core/errors';
import { formatCount } from '../../wording/format-number';
import { noisyLabels } from '../../training/row-draws';
import { sizeOf } from '../../core/size-of';

/** The training rows with a share of their labels replaced, where the run asks for it. */
export function noiseOf(
  { labelNoise, seed }: { readonly labelNoise?: number | undefined; readonly seed: number },
  { train, rows }: { readonly train: Split; readonly rows: Int32Array },
  loss: ChosenLoss,
  name: string,
): { train: Split; notes: string[] } {
  if (labelNoise === undefined || labelNoise === 0) return { train, notes: [] };
  const classes = classesOf(train, loss);
  if (classes === undefined) throw new UserError(`${name}: ${withoutClasses(loss)}.`);
  const { labels, replaced } = noisyLabels(train.labels, rows, { share: labelNoise, classes, seed });
  return {
    train: { ...train, labels },
    notes: [
      `${formatCount(replaced)} of ${formatCount(rows.length)} training labels were replaced by another class; training loss and accuracy are by these labels.`,
    ],
  };
}

/** How many classes the labels tell apart, one class a row; undefined where they tell none. */
export function classesOf(train: Split, { head, accuracy }: ChosenLoss): number | undefined {
  const width = sizeOf(head.labelShape);
  const isOneHot = head.labelDtype === 'float' && accuracy?.kind === 'argmax' && head.labelShape.length === 1;
  if (!accuracy || (width > 1 && !isOneHot)) return undefined;
  return accuracy.kind === 'binary' ? 2 : isOneHot ? width : largest(train.labels.data) + 1;
}

/** Why there is no label noise where labels tell no classes. */
export const withoutClasses = ({ spec }: ChosenLoss): string =>
  `"regularization.labelNoise" replaces one class a row by another, but the labels of ${spec.name} are none here: leave it out`;

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, values[i]);
  return most;
}
