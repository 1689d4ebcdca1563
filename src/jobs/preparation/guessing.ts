import type { LossPoint } from '../../contract/report';
import { formatNumber } from '../../wording/format-number';
import type { Problem } from './problem';
import { sizeOf } from '../../core/size-of';
import type { Column } from '../../lanes/columns';
import { classCount } from '../../objective/loss/accuracy';

/** A loss this far above guessing is no noise of few rows or of a network that knows a little. */
const CLEARLY = 1.05;
const ERRORS = 3;

/**
 * A sentence where a network does worse on its data than one that gives all classes the same: such data are most often
 * scaled otherwise than in training. Undefined where it knows them, or where there are no classes.
 */
export function guessingText(
  { loss: { spec, model, accuracy } }: Pick<Problem, 'loss'>,
  { loss, accuracy: right }: LossPoint,
): string | undefined {
  const classes = classCount(model);
  if (spec.name !== 'categorical-crossentropy' || accuracy?.kind !== 'argmax' || classes < 2)
    return undefined;
  const guess = Math.log(classes);
  const above = loss.value - ERRORS * (loss.standardError ?? 0) > CLEARLY * guess;
  if (!above) return undefined;
  const share = right ? `, and is right in ${formatNumber(100 * right.value, 3)} %` : '';
  return `The network does worse on these data than guessing among ${classes} classes would (its loss is ${formatNumber(loss.value, 4)}${share}; guessing gives ${formatNumber(guess, 4)}): unless it is untrained, the data may be scaled otherwise than in training ("input" in landscape.json), or their classes stand in another order.`;
}

/**
 * What one answer for all rows loses: even shares of the classes, or the targets' mean over the rows that are measured.
 * Undefined for losses of which no such answer is plain.
 */
export function guessingLoss({
  loss: { spec, model, accuracy },
  data: { train },
  selection: { rows },
}: Pick<Problem, 'loss' | 'data' | 'selection'>): number | undefined {
  const classes = classCount(model);
  switch (spec.name) {
    case 'categorical-crossentropy':
      return accuracy?.kind === 'argmax' && classes > 1 ? Math.log(classes) : undefined;
    case 'binary-crossentropy':
      return Math.LN2;
    case 'mean-squared-error':
      return varianceOf(train.labels, rows);
    default:
      return undefined;
  }
}

/** Does a network lose less than such a guess, by more than the scatter of the rows? */
export const beatsGuessing = ({ loss }: LossPoint, guess: number): boolean =>
  loss.value + ERRORS * (loss.standardError ?? 0) < guess;

/** The mean over a row's targets of their variance over rows. */
function varianceOf({ shape, data }: Column, rows: ArrayLike<number>): number {
  const width = sizeOf(shape);
  let sum = 0;
  for (let i = 0; i < width; i++) {
    const values = Array.from(rows, (row) => data[row * width + i]);
    const mean = values.reduce((all, value) => all + value, 0) / values.length;
    sum += values.reduce((all, value) => all + (value - mean) ** 2, 0) / values.length;
  }
  return sum / width;
}
