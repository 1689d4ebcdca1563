import { perRowLoss, takesSmoothing } from '../network/losses';
import type { ChosenLoss } from '../objective/loss/choose-loss';
import type { LossHead } from '../objective/programs/programs';

/** The loss that training descends: with the run's label smoothing. Undefined where the loss has no classes to smooth. */
export function descendedHead(
  { head, spec }: ChosenLoss,
  labelSmoothing: number | undefined,
): LossHead | undefined {
  if (labelSmoothing === undefined) return head;
  if (!takesSmoothing(spec)) return undefined;
  return { ...head, perRow: (output, labels) => perRowLoss(output, labels, { ...spec, labelSmoothing }) };
}

/** The same loss on labels as floats, one a class: what mixing rows needs. */
export function oneHotHead(head: LossHead, outputShape: readonly number[]): LossHead {
  return { ...head, labelShape: outputShape, labelDtype: 'float' };
}
