import { UserError } from '../../../core/errors';
import { type ModelChoices, outputNamed } from '../choices';
import { listed } from './parameters/settled';
import type { OnnxCheckpoint } from './description';

/** The file as one with the chosen output alone, and with the named tensors held fixed. */
export function chosen(checkpoint: OnnxCheckpoint, { output, fixed = [] }: ModelChoices): OnnxCheckpoint {
  const name = outputNamed(checkpoint.outputs, output);
  const unknown = fixed.find((tensor) => !checkpoint.initializers.has(tensor));
  if (unknown !== undefined)
    throw new UserError(
      `the file holds no tensor "${unknown}", which "fixed" names; it holds ${listed([...checkpoint.initializers.keys()], 16)}.`,
    );
  const several =
    checkpoint.outputs.length > 1
      ? [`Of the outputs ${checkpoint.outputs.join(', ')} this one is measured: ${name}.`]
      : [];
  return {
    ...checkpoint,
    outputs: [name],
    origins: new Map([...checkpoint.origins, ...fixed.map((tensor) => [tensor, 'constant'] as const)]),
    notes: [...checkpoint.notes, ...several],
  };
}
