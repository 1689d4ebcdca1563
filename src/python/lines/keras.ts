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
  const ordered = byCreation(layers);
  const wholes = scopes.flatMap((scope) => {
    const own = all.filter((each) => each.scope === scope);
    const order = own.length === layers.length ? inOrderOf(file, own, layers, ordered) : undefined;
    return order?.every((layer, i) => makes(file, own[i], layer))
      ? [order.map(({ name }, i) => ({ name, made: own[i] }))]
      : [];
  });
  if (wholes.length === 1) for (const { name, made } of wholes[0]) found.set(name, made);
  for (const layer of layers) {
    const named = all.filter(({ name }) => name === layer.name);
    if (named.length === 1 && makes(file, named[0], layer)) found.set(layer.name, named[0]);
    else if (named.length > 1) found.delete(layer.name);
  }
  return found;
}

/**
 * The layers of each class as they were created, where Keras' own numbers in their names say it (`dense`, `dense_1`);
 * undefined where they have other names. A file has them as data go through, which is another order where calls stand
 * within calls: of `Dense(16)(Dense(24)(x))` the first is created first, and applied last.
 */
function byCreation(layers: readonly KerasLayer[]): ReadonlyMap<string, readonly KerasLayer[]> | undefined {
  const classes = new Map<
    string,
    { readonly base: string; readonly number: number; readonly layer: KerasLayer }[]
  >();
  for (const layer of layers) {
    const [, base = '', number = '0'] = /^(.*?)(?:_(\d+))?$/s.exec(layer.name) ?? [];
    const own = classes.get(layer.className) ?? [];
    if (own.some((other) => other.base !== base || other.number === Number(number))) return undefined;
    classes.set(layer.className, [...own, { base, number: Number(number), layer }]);
  }
  return new Map(
    [...classes].map(([name, own]) => [
      name,
      own.sort((a, b) => a.number - b.number).map(({ layer }) => layer),
    ]),
  );
}

/** The layers in the order of these constructors; undefined where their classes come in another order than they may. */
function inOrderOf(
  file: PythonText,
  own: readonly Constructor[],
  layers: readonly KerasLayer[],
  ordered: ReadonlyMap<string, readonly KerasLayer[]> | undefined,
): readonly KerasLayer[] | undefined {
  const isInOrder = layers.every(({ className }, i) => className === own[i].call.name);
  if (!ordered) return isInOrder ? layers : undefined;
  if (!isInOrder && !own.some((each, i) => isApplied(file, each, own[i + 1]))) return undefined;
  const next = new Map<string, number>();
  const taken = own.map(({ call: { name } }) => {
    const at = next.get(name) ?? 0;
    next.set(name, at + 1);
    return ordered.get(name)?.[at];
  });
  return taken.every((each) => each !== undefined) ? taken : undefined;
}

/** Is a layer applied to what the next one makes, in one expression? */
function isApplied({ code }: PythonText, { to }: Constructor, next: Constructor | undefined): boolean {
  return next !== undefined && code[to] === '(' && next.from < closing(code, to);
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
