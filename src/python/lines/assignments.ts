import { closing } from '../scan';
import { trimmed, callOf, itemsOf } from './expressions';
import type { LogicalLine, PythonText, Span } from './python-text';

/** A value that a name is given, and the line that gives it. */
export interface Assigned {
  readonly value: Span;
  readonly line: LogicalLine;
}

/** A value that is put into a list or a dictionary, or several. */
export interface Added extends Assigned {
  readonly kind: 'one' | 'several';
  readonly key?: string;
}

/** Names with dots stand in patterns as they are. */
const escaped = (name: string): string => name.replaceAll('.', '\\.');

/** A line's place behind `if x:` and the like that stand on it, too. */
const START = '(?:^|[:;]\\s*)';

/** The values of `name = value` in these lines, of a tuple its part, in their order. */
export function assignedIn(file: PythonText, lines: readonly LogicalLine[], name: string): Assigned[] {
  const target = new RegExp(
    `${START}((?:[\\w.]+\\s*(?::[^=,]+)?[,=]\\s*)*?)\\b${escaped(name)}\\s*(?::[^=]+)?([,=](?!=))`,
  );
  return lines.flatMap((line) => {
    const code = file.codeOf(line);
    if (!code.includes(name)) return [];
    const found = target.exec(code);
    if (found === null || /\bself\.$/.test(code.slice(0, found.index + found[0].length - 1 - name.length)))
      return [];
    const value = valueBehind(file, line, found);
    return value ? [{ value, line }] : [];
  });
}

/** The value of an assignment whose target was found: behind the last `=` of the targets, and its part where they are several. */
function valueBehind(file: PythonText, line: LogicalLine, [head, before]: RegExpExecArray): Span | undefined {
  const { code } = file;
  const start = line.from + file.codeOf(line).indexOf(head);
  const rest = code.slice(start + head.length - 1, line.to);
  // `a, b = x, y`: which of the targets it is; `a = b = x` has one each.
  const place = (before.slice(before.lastIndexOf('=') + 1).match(/,/g) ?? []).length;
  const isTuple = place > 0 || head.endsWith(',');
  const equals = /^(?:[,\s]*[\w.]+\s*,?)*\s*=(?!=)\s*|^=\s*/.exec(rest);
  if (equals === null) return undefined;
  let from = start + head.length - 1 + equals[0].length;
  for (;;) {
    const [more] = /^\s*[\w.]+\s*=(?!=)\s*/.exec(code.slice(from, line.to)) ?? [];
    if (more === undefined) break;
    from += more.length;
  }
  const value = trimmed(code, { from, to: line.to });
  if (!isTuple) return value;
  const parts = itemsOf(code, value);
  return parts.length > place && parts.every(({ starred }) => !starred) ? parts[place] : undefined;
}

/** `None` makes nothing. */
export const isNone = (file: PythonText, { value }: Pick<Assigned, 'value'>): boolean =>
  file.codeOf(value).trim() === 'None';

/** What is put into `name` by `append`, `extend`, `+=`, `add_module` and `name['key'] =` in these lines. */
export function addedIn(file: PythonText, lines: readonly LogicalLine[], name: string): Added[] {
  const { code, text } = file;
  const start = new RegExp(`${START}${escaped(name)}(?:\\.(\\w+)\\s*\\(|\\s*\\+=\\s*|\\[)`);
  return lines.flatMap((line): Added[] => {
    const own = file.codeOf(line);
    if (!own.includes(name)) return [];
    const found = start.exec(own);
    if (found === null) return [];
    const [head, method] = found;
    const behind = line.from + found.index + head.length;
    if (method !== undefined) return addedBy(file, line, { name, method });
    if (head.endsWith('[')) {
      const end = closing(code, behind - 1);
      const [equals] = /^\s*=(?!=)/.exec(code.slice(end + 1, line.to)) ?? [];
      if (equals === undefined) return [];
      // A key that is computed is any of a loop's.
      const key = quoted(text, { from: behind, to: end });
      const value = trimmed(code, { from: end + 1 + equals.length, to: line.to });
      return [{ kind: 'one', value, line, ...(key === undefined ? {} : { key }) }];
    }
    return [{ kind: 'several', value: trimmed(code, { from: behind, to: line.to }), line }];
  });
}

function addedBy(
  { code, text }: PythonText,
  line: LogicalLine,
  { name, method }: { readonly name: string; readonly method: string },
): Added[] {
  const from = code.indexOf(`${name}.${method}`, line.from);
  const items = callOf(code, { from, to: line.to }, text)?.items ?? [];
  if (method === 'append' && items.length === 1) return [{ kind: 'one', value: items[0], line }];
  if (method === 'extend' && items.length === 1) return [{ kind: 'several', value: items[0], line }];
  if ((method === 'add_module' || method === 'register_module') && items.length === 2) {
    const key = quoted(text, items[0]);
    return [{ kind: 'one', value: items[1], line, ...(key === undefined ? {} : { key }) }];
  }
  return [];
}

/** The text of a literal string without anything computed in it. */
export const quoted = (text: string, { from, to }: Span): string | undefined =>
  /^\s*(["'])([^"'\n\\]*)\1\s*$/.exec(text.slice(from, to))?.[2];
