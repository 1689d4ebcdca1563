import { UserError } from '../../core/errors';

/** What a person says of a file that does not say it itself. */
export interface ModelChoices {
  /** The output that is measured, by name or by its place from 0, for graphs with several. */
  readonly output?: string | number | undefined;
  /** Which of several networks that have the same tensors. */
  readonly variant?: string | undefined;
  /** Tensors that are no parameters, by name. */
  readonly fixed?: readonly string[] | undefined;
}

/** The output of the class scores is called so where there are others beside it. */
const PLAIN = 'logits';

/**
 * The output that is measured: the one asked for, the only one, or the one called logits; else `otherwise`, where a format
 * has one that is plain. Throws a UserError, written to follow the file's name and a colon, that lists what there is.
 */
export function outputNamed(
  outputs: readonly string[],
  output: string | number | undefined,
  otherwise?: string,
): string {
  if (outputs.length === 0) throw new UserError('the graph has no outputs.');
  const all = outputs.map((name, place) => `${place}: ${name}`).join(', ');
  if (output === undefined) {
    if (outputs.length === 1) return outputs[0];
    if (outputs.includes(PLAIN)) return PLAIN;
    if (otherwise !== undefined) return otherwise;
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
