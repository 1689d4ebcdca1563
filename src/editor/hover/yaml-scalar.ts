import type { PathExpression } from './spelled-path';

/** A value after `key:`, `-` or in a flow list, quoted or plain, up to a comment. */
const SCALAR =
  /"((?:\\.|[^"\\])*)"|'((?:''|[^'])*)'|(?:[^\s#,[\]{}"':]|:(?!\s|$)|#(?<!\s#)|'(?<=\S')| (?=[^\s#,[\]{}:]))+/g;

/** The scalar at `offset` in YAML, where plain text is a string, too. One line each: paths are not folded. */
export function yamlScalarAt(text: string, offset: number): PathExpression | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd).replace(/\r$/, '');
  // A dash opens a list's item; it is no part of the value behind it.
  const lead = /^\s*(- +)*/.exec(line)?.[0].length ?? 0;
  const comment = /(^|\s)#/.exec(line.replace(/"[^"]*"|'[^']*'/g, (quoted) => '_'.repeat(quoted.length)));
  const code = line.slice(0, comment === null ? undefined : comment.index);
  const pattern = new RegExp(SCALAR);
  pattern.lastIndex = lead;
  for (let match = pattern.exec(code); match !== null; match = pattern.exec(code)) {
    const start = lineStart + match.index;
    const end = start + match[0].length;
    if (offset < start || offset >= end) continue;
    const value = match[1] ?? match[2]?.replaceAll("''", "'") ?? match[0].trim();
    return value === '' ? undefined : { parts: [value], anchored: true, start, end };
  }
  return undefined;
}
