import type { LossPoint } from '../../contract/report';
import { formatNumber } from '../../wording/format-number';
import type { Problem } from './problem';
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
