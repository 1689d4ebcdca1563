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
  private blank: string | undefined;
  private logical: readonly LogicalLine[] | undefined;
  private starts: readonly number[] | undefined;
  private single: string | undefined;
  private found: ReadonlyMap<string, readonly ClassBlock[]> | undefined;

  private readonly memory = new Map<string, unknown>();

  constructor(readonly text: string) {}

  /** The text with strings and comments blanked, every character in its place. */
  get code(): string {
    return (this.blank ??= blanked(this.text));
  }

  get lines(): readonly LogicalLine[] {
    return (this.logical ??= logicalLines(this.code));
  }

  /** What is found of the text once, under a name of its own: several networks ask for the same. */
  once<T>(key: string, find: () => T): T {
    if (!this.memory.has(key)) this.memory.set(key, find());
    return this.memory.get(key) as T;
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
    const head = this.functionOver(this.lines.indexOf(line));
    return head < 0 ? this.lines : bodyOf(this.lines, head);
  }

  /** The lines of a class that name an attribute of `self`. */
  linesWith({ name, head, body }: ClassBlock, attribute: string): readonly LogicalLine[] {
    const all = this.once(`attributes of ${name} ${head.from}`, () => {
      const found = new Map<string, LogicalLine[]>();
      for (const line of body)
        for (const [, each] of this.codeOf(line).matchAll(/\bself\.(\w+)/g)) {
          const own = found.get(each);
          if (!own) found.set(each, [line]);
          else if (own.at(-1) !== line) own.push(line);
        }
      return found;
    });
    return all.get(attribute) ?? [];
  }

  /** Which function a place is in: equal for places of one, -1 outside of all. */
  scopeAt(offset: number): number {
    return this.functionOver(this.lineNumberAt(offset));
  }

  /** The logical line that a place is on. */
  logicalLineAt(offset: number): LogicalLine | undefined {
    const line = this.lines[this.lineNumberAt(offset)];
    return line && line.from <= offset && offset < line.to ? line : undefined;
  }

  private lineNumberAt(offset: number): number {
    let [low, high] = [0, this.lines.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if (this.lines[middle].from <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Does a line of code stand in it, whatever its spaces? */
  holds(code: string): boolean {
    this.single ??= this.text.replaceAll(/\s+/g, ' ');
    return this.single.includes(code);
  }

  codeOf({ from, to }: Span): string {
    return this.code.slice(from, to);
  }

  /** The line that begins the function around a line, by their numbers. */
  private functionOver(at: number): number {
    let indent = this.lines[at]?.indent ?? 0;
    for (let i = at - 1; i >= 0 && indent > 0; i--) {
      const before = this.lines[i];
      if (before.indent >= indent) continue;
      indent = before.indent;
      if (/^(?:async\s+)?def\b/.test(this.codeOf(before))) return i;
    }
    return -1;
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

const LINE_END = 10;
const BACKSLASH = 92;
// Compared as numbers: a look-up for each character of a large file is felt at every edit.
const [ROUND, SQUARE, CURLY] = [...'([{'].map((each) => each.charCodeAt(0));
const [END_ROUND, END_SQUARE, END_CURLY] = [...')]}'].map((each) => each.charCodeAt(0));

/** The lines of blanked code that hold something. */
function logicalLines(code: string): LogicalLine[] {
  const found: LogicalLine[] = [];
  let depth = 0;
  let from = 0;
  let open: { from: number; indent: number } | undefined;
  for (let at = 0; at <= code.length; at++) {
    const character = at === code.length ? LINE_END : code.charCodeAt(at);
    // Letters, which most are, need no look-up.
    if (character > 96 && character < 123) continue;
    if (character === LINE_END) {
      open ??= beginning(code, from, at);
      const goesOn = depth > 0 || code.charCodeAt(at - 1) === BACKSLASH;
      if (open && (!goesOn || at === code.length)) {
        found.push({ ...open, to: at });
        open = undefined;
      }
      from = at + 1;
    } else if (character === ROUND || character === SQUARE || character === CURLY) depth++;
    else if (character === END_ROUND || character === END_SQUARE || character === END_CURLY)
      depth = Math.max(0, depth - 1);
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
