import { UnsupportedError } from '../../../../autodiff/shape';
import type { OperatorCall } from '../call';

// An attribute or an input that nothing reads is either one that cannot change a number here, or a misreading.

/** Attributes that change no number of a forward pass, by operator: precision, memory, training, other modes. */
const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  // Whether it was exported for training is said in a note: here running statistics stand, as in evaluation.
  BatchNormalization: ['momentum', 'is_test', 'training_mode'],
  Cast: ['saturate', 'round_mode'],
  CastLike: ['saturate', 'round_mode'],
  Dropout: ['ratio', 'seed', 'is_test'],
  GroupNormalization: ['stash_type'],
  GRU: ['output_sequence'],
  LayerNormalization: ['stash_type'],
  LSTM: ['output_sequence'],
  MaxPool: ['storage_order'],
  Reshape: ['allowzero'],
  SequenceEmpty: ['dtype'],
  Resize: ['cubic_coeff_a', 'extrapolation_value'],
  RMSNormalization: ['stash_type'],
  RNN: ['output_sequence'],
};

/** Written by the first versions of the set: which inputs' memory may be reused. */
const EVERYWHERE = ['consumed_inputs'];

/** Inputs, counted from 0, of which the same is true. */
const INPUTS: Readonly<Record<string, readonly number[]>> = {
  CastLike: [1],
  Dropout: [1, 2],
  // The region, which only a mode that is refused looks at.
  Resize: [1],
};

/** @throws ShapeError naming what the file says of an operator that its row has not asked for. */
export function refuseUnread(call: OperatorCall): void {
  const { operator } = call.node;
  const { attributes, inputs } = call.notRead();
  const harmless = [...(ATTRIBUTES[operator] ?? []), ...EVERYWHERE];
  const meant = attributes.find((name) => !harmless.includes(name));
  if (meant !== undefined) throw new UnsupportedError(`its attribute "${meant}" is not supported`);
  const input = inputs.find((at) => !INPUTS[operator]?.includes(at));
  if (input !== undefined) throw new UnsupportedError(`its input ${input + 1} is not supported`);
}
