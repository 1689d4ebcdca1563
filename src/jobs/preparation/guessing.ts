import type { LossPoint } from '../../contract/report';
import { formatNumber } from '../../wording/format-number';
import type { Problem } from './problem';
import { sizeOf } from '../../core/size-of';
import type { Column } from '../../lanes/columns';
import { classCount } from '../../objective/loss/accuracy';

/** A loss this far above guessing is no noise of few rows or of a network that knows a little. */
const CLEARLY = 1.05;
const ERRORS = 3;
/** Below so many rows a share of right ones says little. */
const FEW = 30;

const CURE =
  'unless it is untrained, the data may be scaled otherwise than in training ("input" in landscape.json, --normalize in the terminal), or their classes stand in another order.';

/**
 * A sentence where a network does no better on its data than one that gives all classes the same: such data are most often
 * scaled otherwise than in training. Undefined where it knows them, or where there are no classes.
 */
export function guessingText(
  problem: Pick<Problem, 'loss'>,
  { loss, accuracy: right, rows }: LossPoint,
): string | undefined {
  const classes = classesOf(problem);
  if (classes === undefined) return undefined;
  const guess = Math.log(classes);
  const spread = ERRORS * (loss.standardError ?? 0);
  const [found, guessed] = [formatNumber(loss.value, 4), formatNumber(guess, 4)];
  const share = right && `right in ${formatNumber(100 * right.value, 3)} %`;
  if (loss.value - spread > CLEARLY * guess)
    return `The network does worse on these data than guessing among ${classes} classes would (its loss is ${found}${share ? `, and is ${share}` : ''}; guessing gives ${guessed}): ${CURE}`;
  const chance = 1 / classes;
  const luck = chance + ERRORS * Math.sqrt((chance * (1 - chance)) / rows);
  const knowsNothing = loss.value + spread > guess / CLEARLY;
  if (!share || rows < FEW || right.value > luck || !knowsNothing) return undefined;
  return `The network does no better on these data than guessing among ${classes} classes would (it is ${share}, and its loss is ${found}; guessing gives ${formatNumber(100 * chance, 3)} % and ${guessed}): ${CURE}`;
}

/** How many classes there are to guess among: two of a single output; undefined for other losses. */
function classesOf({ loss: { spec, model, accuracy } }: Pick<Problem, 'loss'>): number | undefined {
  const outputs = classCount(model);
  if (spec.name === 'categorical-crossentropy' && accuracy?.kind === 'argmax' && outputs > 1) return outputs;
  return spec.name === 'binary-crossentropy' && accuracy?.kind === 'binary' && outputs === 1 ? 2 : undefined;
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
