import { closing } from '../scan';
import type { Span } from './python-text';

/** An argument, an element or an entry: `key` is that of `key=value` or of `'key': value`. */
export interface Item extends Span {
  readonly key?: string;
  /** `*value`: as many as it has. */
  readonly starred: boolean;
}

/** A call `nn.Linear(a, b)`. */
export interface Call {
  /** The last name of what is called, `Linear`. */
  readonly name: string;
  readonly callee: string;
  readonly items: readonly Item[];
}

/** A span without the white space, and without the brackets, around it. */
export function trimmed(code: string, { from, to }: Span): Span {
  let [a, b] = [from, to];
  while (a < b && /\s/.test(code[a])) a++;
  while (b > a && /\s/.test(code[b - 1])) b--;
  const isWrapped =
    code[a] === '(' && closing(code, a) === b - 1 && itemsOf(code, { from: a + 1, to: b - 1 }).length === 1;
  return isWrapped ? trimmed(code, { from: a + 1, to: b - 1 }) : { from: a, to: b };
}

/** The parts between commas that stand in no bracket; `text` has the keys that `code` blanks. */
export function itemsOf(code: string, { from, to }: Span, text = code): Item[] {
  const found: Item[] = [];
  let [depth, start] = [0, from];
  for (let at = from; at <= to; at++) {
    const character = code[at];
    if (at === to || (character === ',' && depth === 0)) {
      if (code.slice(start, at).trim() !== '') found.push(itemOf(code, { from: start, to: at }, text));
      start = at + 1;
    } else if (character === '(' || character === '[' || character === '{') depth++;
    else if (character === ')' || character === ']' || character === '}') depth--;
  }
  return found;
}

function itemOf(code: string, span: Span, text: string): Item {
  const own = code.slice(span.from, span.to);
  const [stars] = /^\s*\*{1,2}/.exec(own) ?? [];
  if (stars !== undefined) return { from: span.from + stars.length, to: span.to, starred: true };
  const [named, name] = /^\s*([A-Za-z_]\w*)\s*=(?!=)/.exec(own) ?? [];
  if (named !== undefined) return { from: span.from + named.length, to: span.to, key: name, starred: false };
  const [entry, , key] = /^\s*(["'])([^"'\n]*)\1\s*:/.exec(text.slice(span.from, span.to)) ?? [];
  if (entry !== undefined) return { from: span.from + entry.length, to: span.to, key, starred: false };
  return { ...span, starred: false };
}

/** The call that a span is, as a whole. */
export function callOf(code: string, span: Span, text: string): Call | undefined {
  const { from, to } = trimmed(code, span);
  const [callee] = /^[A-Za-z_][\w.]*/.exec(code.slice(from, to)) ?? [];
  if (callee === undefined) return undefined;
  let open = from + callee.length;
  while (open < to && /\s/.test(code[open])) open++;
  if (code[open] !== '(' || closing(code, open) !== to - 1) return undefined;
  return {
    name: callee.slice(callee.lastIndexOf('.') + 1),
    callee,
    items: itemsOf(code, { from: open + 1, to: to - 1 }, text),
  };
}

/** The elements of a literal `[...]`, `{...}` or `(...)` of several; undefined for anything else. */
export function literalOf(code: string, span: Span, text: string): readonly Item[] | undefined {
  const { from, to } = trimmed(code, span);
  if (!'[{('.includes(code[from]) || closing(code, from) !== to - 1) return undefined;
  return itemsOf(code, { from: from + 1, to: to - 1 }, text);
}

/** Where a word stands in a span outside of all brackets, or -1. */
export function wordAt(code: string, { from, to }: Span, word: string): number {
  let depth = 0;
  for (let at = from; at < to; at++) {
    const character = code[at];
    if (character === '(' || character === '[' || character === '{') depth++;
    else if (character === ')' || character === ']' || character === '}') depth--;
    else if (
      depth === 0 &&
      code.startsWith(word, at) &&
      !/\w/.test(code[at - 1] ?? ' ') &&
      !/\w/.test(code[at + word.length] ?? ' ')
    )
      return at;
  }
  return -1;
}
