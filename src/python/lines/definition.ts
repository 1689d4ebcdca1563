import type { Owner } from '../../contract/source';
import { asText } from '../../core/as-text';
import { closing } from '../scan';
import { addedIn, assignedIn, isNone, quoted } from './assignments';
import { type Call, callOf, itemsOf } from './expressions';
import { Follower, type Found } from './follow';
import { handedIn } from './handed-in';
import type { ClassBlock, PythonText, Span } from './python-text';

/** The expression that makes a layer. */
export interface Definition extends Span {
  /** Counted from 1. */
  readonly line: number;
  /** Its spaces made single. */
  readonly text: string;
  /** What it calls, `Conv2d`; left out where it calls nothing by name. */
  readonly call?: Call;
  /** What of the attribute could not be followed: the parameter's own name alone where this makes the layer and no more. */
  readonly rest: readonly string[];
}

/** The attribute may be set by classes of other files that this one is derived from. */
export interface Inherited {
  readonly inherits: readonly string[];
}

/** Classes that define nothing of a network. */
const BARE = new Set(['Module', 'LightningModule', 'LightningDataModule', 'ABC', 'object', 'Generic']);

/**
 * The line of a class, or of those that it is derived from in the same file, that makes what an attribute leads to.
 * @returns undefined where it is not there, or not clear.
 */
export function definitionOf(
  file: PythonText,
  { className, attribute }: Pick<Owner, 'className' | 'attribute'>,
  module: string | undefined,
): Definition | Inherited | undefined {
  // The parameters of a module, whose names come last, are made by one line.
  const key = attribute.includes('.') ? attribute.replace(/[^.]*$/, '') : attribute;
  return file.once(`${className} ${key} ${module}`, () => find(file, { className, attribute }, module));
}

function find(
  file: PythonText,
  { className, attribute }: Pick<Owner, 'className' | 'attribute'>,
  module: string | undefined,
): Definition | Inherited | undefined {
  const path = attribute.split('.');
  const seen = new Set<string>();
  const inherits: string[] = [className];
  const elsewhere: string[] = [];
  for (const name of inherits) {
    if (seen.has(name)) continue;
    seen.add(name);
    const classes = file.classes(name);
    if (classes.length > 1) return undefined;
    if (classes.length === 0) {
      if (name !== className && !BARE.has(name)) elsewhere.push(name);
      continue;
    }
    const found = inClass(file, classes[0], path, module);
    if (found === 'unclear') return undefined;
    if (found) return definition(file, found);
    inherits.push(...classes[0].bases);
  }
  return elsewhere.length > 0 ? { inherits: elsewhere } : undefined;
}

/** Where a class sets the first part of the path, and where what it sets leads. */
function inClass(
  file: PythonText,
  block: ClassBlock,
  path: readonly string[],
  module: string | undefined,
): Found | 'unclear' | undefined {
  const [first, ...rest] = path;
  const follower = new Follower(file, { module });
  const own = `self.${first}`;
  const lines = file.linesWith(block, first);
  const all = [...assignedIn(file, lines, own), ...registered(file, block, first)];
  const assigned = all.filter((each) => !isNone(file, each));
  if (assigned.length === 0) return inSequence(file, block, path, follower);
  const added = rest.length > 1 ? addedIn(file, lines, own) : [];
  const built = added.length > 0 ? follower.built(assigned, added, rest) : undefined;
  const found = built ?? follower.choose(assigned, rest);
  return found ? handedIn(file, block, found, follower) : 'unclear';
}

const SEQUENCES = new Set(['Sequential', 'ModuleList', 'ModuleDict']);
const SUPER = /^super\s*\([^()]*\)\s*\.\s*__init__\s*(?=\()/;

/** What a class that is derived from `Sequential` or a list gives it: `super().__init__(nn.Linear(4, 4), ...)`, `self.append`. */
function inSequence(
  file: PythonText,
  { bases, body }: ClassBlock,
  path: readonly string[],
  follower: Follower,
): Found | undefined {
  if (path.length < 2 || !bases.some((base) => SEQUENCES.has(base))) return undefined;
  const { code, text } = file;
  const added = addedIn(file, body, 'self');
  if (added.length > 0) return follower.built([], added, path);
  const line = body.find((each) => SUPER.test(file.codeOf(each)));
  if (line === undefined) return undefined;
  const open = line.from + (SUPER.exec(file.codeOf(line))?.[0].length ?? 0);
  const items = itemsOf(code, { from: open + 1, to: closing(code, open) }, text);
  if (items.length === 0) return undefined;
  return follower.inItems(items, path, line) ?? { value: { from: line.from, to: line.to }, rest: path };
}

const REGISTERS = /^self\.(?:add_module|register_module|register_parameter)\s*\(|^setattr\s*\(/;

/** `self.add_module('name', value)` and its like, with the name spelled or as a pattern: `f'layer{i}'`. */
function registered(file: PythonText, { name: className, head, body }: ClassBlock, name: string) {
  const { code, text } = file;
  const lines = file.once(`registers of ${className} ${head.from}`, () =>
    body.filter((line) => REGISTERS.test(file.codeOf(line))),
  );
  return lines.flatMap((line) => {
    const items = callOf(code, line, text)?.items ?? [];
    const [key, value] = items.slice(-2);
    if (value === undefined || !names(text.slice(key.from, key.to), quoted(text, key), name)) return [];
    return [{ value, line }];
  });
}

function names(code: string, spelled: string | undefined, name: string): boolean {
  if (spelled !== undefined) return spelled === name;
  const [, pattern] = /^\s*[fF]["']([^"']*)["']\s*$/.exec(code) ?? [];
  if (pattern === undefined) return false;
  const parts = pattern.split(/\{[^}]*\}/).map((part) => part.replaceAll(/[^\w]/g, '\\$&'));
  return new RegExp(`^${parts.join('\\w+')}$`).test(name);
}

function definition(file: PythonText, { value, rest }: Found): Definition {
  const call = callOf(file.code, value, file.text);
  return {
    ...value,
    line: file.lineAt(value.from),
    text: asText(file.text.slice(value.from, value.to)),
    rest,
    ...(call ? { call } : {}),
  };
}
