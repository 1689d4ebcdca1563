import { asText } from '../../core/as-text';
import { closing } from '../scan';
import { quoted } from './assignments';
import type { Definition } from './definition';
import { type Call, callOf } from './expressions';
import { hasParameters, mayMake } from './fits';
import type { PythonText } from './python-text';

/** A layer of Keras as a report knows it, by its tensors. */
export interface KerasLayer {
  readonly name: string;
  readonly className: string;
  readonly tensors: readonly { readonly parameter: string; readonly shape: readonly number[] }[];
}

/** A constructor of a layer in the text. */
interface Constructor extends Definition {
  readonly call: Call;
  /** What it calls the layer, where it says so. */
  readonly name: string | undefined;
  /** The function it stands in. */
  readonly scope: number;
}

/**
 * The constructors of a network's layers in a text: those that spell a layer's name, and in a part of the text that makes the
 * same classes in the same order and no others, all of them.
 */
export function kerasLines(file: PythonText, layers: readonly KerasLayer[]): Map<string, Definition> {
  if (layers.length === 0) return new Map();
  const classes = [...new Set(layers.map(({ className }) => className))].sort();
  const all = file.once(`constructors ${classes.join()}`, () => constructorsIn(file, new Set(classes)));
  const found = new Map<string, Definition>();
  const scopes = [...new Set(all.map(({ scope }) => scope))];
  const wholes = scopes
    .map((scope) => all.filter((each) => each.scope === scope))
    .filter((own) => own.length === layers.length && layers.every((layer, i) => makes(file, own[i], layer)));
  if (wholes.length === 1) layers.forEach(({ name }, i) => found.set(name, wholes[0][i]));
  for (const layer of layers) {
    const named = all.filter(({ name }) => name === layer.name);
    if (named.length === 1 && makes(file, named[0], layer)) found.set(layer.name, named[0]);
    else if (named.length > 1) found.delete(layer.name);
  }
  return found;
}

function makes(file: PythonText, { call, name }: Constructor, layer: KerasLayer): boolean {
  if (call.name !== layer.className || (name !== undefined && name !== layer.name)) return false;
  return layer.tensors.every((tensor) => mayMake(file, call, { module: layer.className, ...tensor }));
}

/** Constructors of layers with parameters, in their order; those within others' arguments are parts of these. */
function constructorsIn(file: PythonText, classes: ReadonlySet<string>): Constructor[] {
  const { code, text } = file;
  const found: Constructor[] = [];
  for (const { 0: head, 1: name, index: from } of code.matchAll(
    /(?<![\w.])(?:[A-Za-z_]\w*\.)*([A-Z]\w*)\s*\(/g,
  )) {
    if (!classes.has(name) && !hasParameters(name)) continue;
    const last = found.at(-1);
    if ((last && from < last.to) || /\b(?:class|def)\s+$/.test(code.slice(Math.max(0, from - 10), from)))
      continue;
    const to = closing(code, from + head.length - 1) + 1;
    const call = callOf(code, { from, to }, text);
    if (!call) continue;
    const named = call.items.find(({ key }) => key === 'name');
    found.push({
      from,
      to,
      line: file.lineAt(from),
      text: asText(text.slice(from, to)),
      call,
      rest: [],
      name: named && quoted(text, named),
      scope: file.scopeAt(from),
    });
  }
  return found;
}
