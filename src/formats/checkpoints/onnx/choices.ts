import { UserError } from '../../../shared/errors';
import { listed } from './parameters/settled';
import type { OnnxCheckpoint } from './description';

/** What a person says of a file that does not say it itself. */
export interface ModelChoices {
  /** The output that is measured, by name or by its place from 0, for graphs with several. */
  readonly output?: string | number | undefined;
  /** Tensors that are no parameters, by name. */
  readonly fixed?: readonly string[] | undefined;
}

/** The output of the class scores is called so where there are others beside it. */
const PLAIN = 'logits';

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

function outputNamed(outputs: readonly string[], output: string | number | undefined): string {
  if (outputs.length === 0) throw new UserError('the graph has no outputs.');
  const all = outputs.map((name, place) => `${place}: ${name}`).join(', ');
  if (output === undefined) {
    if (outputs.length === 1) return outputs[0];
    if (outputs.includes(PLAIN)) return PLAIN;
    throw new UserError(
      `the graph has ${outputs.length} outputs (${all}): say which one is measured with --output, or by "output" in landscape.json.`,
    );
  }
  const place =
    typeof output === 'number' ? output : outputs.includes(output) ? outputs.indexOf(output) : Number(output);
  if (output === '' || outputs[place] === undefined)
    throw new UserError(`the graph has no output "${output}"; it has ${all}.`);
  return outputs[place];
}
