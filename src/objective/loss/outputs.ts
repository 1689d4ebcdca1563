import { type Node, isOp } from '../../autodiff/graph';
import type { LossSpec } from '../../network/loss-spec';
import { logitsKind } from '../../network/losses';
import { logitsOf } from '../../network/softmax';
import { UserError } from '../../core/errors';
import { formatNumber } from '../../wording/format-number';
import type { OutputsName } from '../../contract/vocabulary';

/** A loss with what its outputs are, as far as the model's end says. */
export interface SettledOutputs {
  readonly spec: LossSpec;
  readonly notes: readonly string[];
  /** Where only the outputs themselves can tell: what they must look like to be probabilities. */
  readonly open?: OpenOutputs;
}

/** Outputs of which it is not known what they are. */
export interface OpenOutputs {
  readonly kind: 'softmax' | 'sigmoid';
  /** Probabilities by the compiled loss (`from_logits` left out), which is checked; else what they look like is inferred. */
  readonly claimed: boolean;
}

/**
 * What the outputs of a model are to a cross-entropy: as the settings say, else as its end shows, else open.
 *
 * `from_logits=True` on a model that ends in a softmax or sigmoid: Keras on TensorFlow leaves the softmax out (it keeps the
 * logits beside what was made of them); on JAX and PyTorch it is applied twice.
 * @throws UserError where the outputs cannot be what is asked for or compiled.
 */
export function settleOutputs(output: Node, spec: LossSpec, asked: OutputsName | undefined): SettledOutputs {
  const kind = logitsKind(spec.name);
  if (!kind) {
    if (asked)
      throw new UserError(`"outputs" needs a cross-entropy, but the loss is ${spec.name}: leave it out.`);
    return { spec, notes: [] };
  }
  if (asked) return { spec: { ...spec, fromLogits: asked === 'logits' }, notes: [] };
  const made = logitsOf(output);
  // A rearrangement hides the softmax from TensorFlow, too.
  if (spec.fromLogits === true && made && !isOp(output, 'reshape'))
    return {
      spec: { ...spec, fromLogits: 'behind' },
      notes: [
        `The loss was compiled with from_logits=True, but the model ends in a ${made.kind}: it is left out, as Keras on TensorFlow does; on JAX and PyTorch Keras applies it and the loss's own ("outputs": "logits").`,
      ],
    };
  if (spec.fromLogits === true || made) return { spec, notes: mixedNotes(spec, kind, made?.kind) };
  return { spec, notes: [], open: { kind, claimed: spec.fromLogits === false } };
}

/** A softmax under a binary loss, or the reverse: Keras' backends differ. */
function mixedNotes(spec: LossSpec, kind: string, made: string | undefined): string[] {
  if (made === undefined || made === kind || spec.fromLogits === true) return [];
  return [
    `The model ends in a ${made}, but ${spec.name} goes with a ${kind}: its outputs are taken as probabilities, as Keras on JAX and PyTorch does; on TensorFlow Keras applies a ${kind} to what stands before the ${made}.`,
  ];
}

/** Probabilities miss 1 by this at most: those that were clipped, or mixed in float32. */
const SUM = 0.02;
const ROUNDING = 1e-6;

/** Numbers that {@link outputFacts} gives a row. */
const FACTS = 3;

/** Of each of so many rows of outputs: the least, the largest, and how far a sum along the classes is from 1 at most. */
export function outputFacts(outputs: ArrayLike<number>, rows: number, classes: number): Float64Array {
  const facts = new Float64Array(FACTS * rows);
  const width = outputs.length / rows;
  for (let row = 0; row < rows; row++) {
    let [least, most, apart, sum] = [Infinity, -Infinity, 0, 0];
    for (let i = 0; i < width; i++) {
      const value = outputs[row * width + i];
      least = Math.min(least, value);
      most = Math.max(most, value);
      sum += value;
      if ((i + 1) % classes !== 0) continue;
      apart = Math.max(apart, Math.abs(sum - 1));
      sum = 0;
    }
    facts.set([least, most, apart], FACTS * row);
  }
  return facts;
}

/**
 * What outputs look like: probabilities lie in [0, 1] and sum to 1 along the classes (softmax), or lie within (0, 1)
 * (sigmoid); anything else are logits.
 * @param facts of all rows, by {@link outputFacts}.
 * @throws UserError where a compiled loss takes them for probabilities and they cannot be.
 */
export function seenOutputs({ kind, claimed }: OpenOutputs, facts: Float64Array, loss: string): OutputsName {
  let [least, most, apart] = [Infinity, -Infinity, 0];
  for (let at = 0; at < facts.length; at += FACTS) {
    least = Math.min(least, facts[at]);
    most = Math.max(most, facts[at + 1]);
    apart = Math.max(apart, facts[at + 2]);
  }
  const isWithin = least >= -ROUNDING && most <= 1 + ROUNDING;
  if (claimed) {
    // Keras divides by the sum over the classes, so that these need not sum to 1.
    if (kind === 'softmax' ? least >= -ROUNDING : isWithin) return 'probabilities';
    throw new UserError(
      `The checkpoint was compiled with ${loss} on probabilities (from_logits left out), but its outputs run from ${formatNumber(least)} to ${formatNumber(most)}: if they are logits, say so with "outputs": "logits" (--outputs logits), or name the loss (--loss ${loss}).`,
    );
  }
  if (!isWithin) return 'logits';
  if (kind === 'sigmoid') return least > 0 && most < 1 && most > least ? 'probabilities' : 'logits';
  return apart > SUM ? 'logits' : 'probabilities';
}

/** What is said of outputs that look like probabilities. */
export const seenNote = (kind: 'softmax' | 'sigmoid'): string =>
  `The outputs are taken as probabilities: over the rows used they lie between 0 and 1${kind === 'softmax' ? ' and sum to 1' : ''}. "outputs": "logits" (--outputs logits) takes them as logits.`;
