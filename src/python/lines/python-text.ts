import { blanked } from '../scan';

/** A part of a text, its end outside. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A line of Python as its grammar counts them: brackets and strings may go over several of the file's. */
export interface LogicalLine extends Span {
  /** Columns before it. */
  readonly indent: number;
}

/** A class or a function with the lines of its body. */
export interface Block {
  readonly name: string;
  readonly head: LogicalLine;
  readonly body: readonly LogicalLine[];
}

export interface ClassBlock extends Block {
  /** The last names of what it is derived from. */
  readonly bases: readonly string[];
}

/** A text of Python, read and never run: its lines, classes and names, each found once. */
export class PythonText {
  /** The text with strings and comments blanked, every character in its place. */
  readonly code: string;
  readonly lines: readonly LogicalLine[];
  private starts: readonly number[] | undefined;
  private found: ReadonlyMap<string, readonly ClassBlock[]> | undefined;

  constructor(readonly text: string) {
    this.code = blanked(text);
    this.lines = logicalLines(this.code);
  }

  /** The classes of a name, at the top or within others. */
  classes(name: string): readonly ClassBlock[] {
    this.found ??= this.allClasses();
    return this.found.get(name) ?? [];
  }

  /** The line of the file that a place is on, counted from 1. */
  lineAt(offset: number): number {
    this.starts ??= startsOf(this.text);
    let [low, high] = [0, this.starts.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** The innermost function that a line is in, or all lines where it is in none. */
  functionAround(line: LogicalLine): readonly LogicalLine[] {
    const at = this.lines.indexOf(line);
    let indent = line.indent;
    for (let i = at - 1; i >= 0; i--) {
      const before = this.lines[i];
      if (before.indent >= indent) continue;
      indent = before.indent;
      if (/^(?:async\s+)?def\b/.test(this.codeOf(before))) return bodyOf(this.lines, i);
    }
    return this.lines;
  }

  codeOf({ from, to }: Span): string {
    return this.code.slice(from, to);
  }

  private allClasses(): Map<string, ClassBlock[]> {
    const all = new Map<string, ClassBlock[]>();
    this.lines.forEach((head, i) => {
      const [, name, given = ''] =
        /^class\s+([A-Za-z_]\w*)\s*(?:\(([\s\S]*)\))?\s*:/.exec(this.codeOf(head)) ?? [];
      if (name === undefined) return;
      const bases = given
        .split(',')
        .flatMap((base) => /^\s*[\w.]*?(\w+)\s*(?:\[.*)?$/s.exec(base)?.[1] ?? []);
      all.set(name, [...(all.get(name) ?? []), { name, head, bases, body: bodyOf(this.lines, i) }]);
    });
    return all;
  }
}

/** The lines that stand deeper than that at `head`, behind it. */
function bodyOf(lines: readonly LogicalLine[], head: number): readonly LogicalLine[] {
  const { indent } = lines[head];
  let end = head + 1;
  while (end < lines.length && lines[end].indent > indent) end++;
  return lines.slice(head + 1, end);
}

function startsOf(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The lines of blanked code that hold something. */
function logicalLines(code: string): LogicalLine[] {
  const found: LogicalLine[] = [];
  let depth = 0;
  let from = 0;
  let open: { from: number; indent: number } | undefined;
  for (let at = 0; at <= code.length; at++) {
    const character = code[at];
    if (character === '(' || character === '[' || character === '{') depth++;
    else if (character === ')' || character === ']' || character === '}') depth = Math.max(0, depth - 1);
    else if (character === '\n' || at === code.length) {
      open ??= beginning(code, from, at);
      const goesOn = depth > 0 || code[at - 1] === '\\';
      if (open && (!goesOn || at === code.length)) {
        found.push({ ...open, to: at });
        open = undefined;
      }
      from = at + 1;
    }
  }
  return found;
}

/** Where a line begins; those within a string are blanked from their first column on, and are none. */
function beginning(code: string, from: number, to: number): { from: number; indent: number } | undefined {
  if (code[from] === '"') return undefined;
  let at = from;
  while (at < to && (code[at] === ' ' || code[at] === '\t' || code[at] === '\r')) at++;
  return at === to ? undefined : { from: at, indent: at - from };
}
