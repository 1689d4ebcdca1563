import type { LayerSource, Owner } from '../../contract/source';
import { type Definition, definitionOf } from './definition';
import { mayMake } from './fits';
import type { PythonText } from './python-text';

/** A tensor of a network with where it comes from. */
export interface SourcedTensor {
  readonly shape: readonly number[];
  readonly source: LayerSource;
}

/** The line that makes a tensor's layer, and the instance of the class there that has it. */
export interface Placed {
  readonly definition: Definition;
  readonly owner: Owner;
}

/**
 * The line of this text that makes a tensor's layer, by the innermost of its classes that stands in it. Where a class of
 * another file has set the attribute, what holds that class is asked next.
 * @param owns does this file go by the name that an owner says?
 * @returns undefined where the text no longer has it, has it more than once, or has another layer there.
 */
export function placeIn(
  file: PythonText,
  { shape, source }: SourcedTensor,
  owners: readonly Owner[],
  owns: (name: string) => boolean,
): Placed | undefined {
  for (const owner of owners) {
    if (!owns(owner.file)) continue;
    if (file.classes(owner.className).length === 0) return undefined;
    const definition = definitionOf(file, owner, source.module);
    if (definition === undefined) return undefined;
    if ('inherits' in definition) continue;
    return fits(file, definition, owner, { shape, source }) ? { definition, owner } : undefined;
  }
  return undefined;
}

/** May this line have made that tensor's layer? One that makes more than the layer, or a parameter by itself, may. */
export function fits(
  file: PythonText,
  { rest, call }: Definition,
  { attribute }: Owner,
  { shape, source }: SourcedTensor,
): boolean {
  const known = { module: source.module, parameter: attribute.replace(/^.*\./, ''), shape };
  return rest.length > 1 || !attribute.includes('.') || mayMake(file, call, known);
}

/** Is what stands there what stood there when the checkpoint was measured? Unknown where only a call was recorded. */
export const isAsRecorded = ({ text }: Definition, source: LayerSource): boolean =>
  source.kind === 'call' || source.text === text;

/** The source of a tied tensor at its other names, where the class of the module may be another. */
export function withoutClass({ module: _, ...source }: LayerSource): LayerSource {
  return source;
}
