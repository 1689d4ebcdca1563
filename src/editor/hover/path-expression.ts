import { tokenize, type CodeLanguage, type Token } from './tokens';
import { yamlScalarAt } from './yaml-scalar';

/** What code at a position spells of a path. */
export interface PathExpression {
  /** The parts in order, to be joined: `Path('runs') / 'a.keras'` has two. */
  readonly parts: readonly string[];
  /** False when something before the parts is not known (`root / 'a.keras'`): they are the path's end only. */
  readonly anchored: boolean;
  /** Offsets of the whole expression in the text. */
  readonly start: number;
  readonly end: number;
}

/** Calls whose literal arguments are joined to a path, by their last name. */
const JOINS = new Set(['join', 'resolve', 'joinpath']);
const PATHS = new Set(['Path', 'PurePath', 'PosixPath', 'WindowsPath', 'PurePosixPath', 'PureWindowsPath']);

/**
 * The path that the string at `offset` names alone, or as a part of `Path(...) / ...` or a join of literals.
 * Undefined where there is no string, or one whose value is not fixed: f-strings, patterns, formats, sums.
 */
export function pathExpressionAt(
  text: string,
  offset: number,
  language: CodeLanguage,
): PathExpression | undefined {
  const found = language === 'yaml' ? yamlScalarAt(text, offset) : inCode(text, offset, language);
  return found?.parts.some((part) => /[*?{}\n]/.test(part)) ? undefined : found;
}

function inCode(text: string, offset: number, language: 'python' | 'javascript' | 'json') {
  const tokens = tokenize(text, language);
  const at = tokens.findIndex((token) => token.start <= offset && offset < token.end);
  if (tokens[at]?.kind !== 'string') return undefined;
  const reader = new Reader(tokens, language);
  if (language === 'json') return reader.alone(at);
  return reader.around(at);
}

interface Span {
  readonly first: number;
  readonly last: number;
  readonly parts: readonly string[];
  readonly anchored: boolean;
}

/** Reads outwards from one string token. */
class Reader {
  constructor(
    private readonly tokens: readonly Token[],
    private readonly language: 'python' | 'javascript' | 'json',
  ) {}

  alone(at: number): PathExpression | undefined {
    const token = this.tokens[at];
    if (token?.kind !== 'string' || token.value === undefined || token.value === '') return undefined;
    return { parts: [token.value], anchored: true, start: token.start, end: token.end };
  }

  around(at: number): PathExpression | undefined {
    const string = this.stringsAround(at);
    if (string === undefined) return undefined;
    const call = this.enclosingJoin(string);
    if (call === 'unclear') return undefined;
    const operand = call ?? string;
    const chain = this.language === 'python' ? this.chain(operand) : operand;
    if (chain === undefined || this.isChanged(chain)) return undefined;
    const start = this.tokens[chain.first]?.start ?? 0;
    const end = this.tokens[chain.last]?.end ?? 0;
    return { parts: chain.parts, anchored: chain.anchored, start, end };
  }

  /** The string at `at` with those beside it, which Python joins. */
  private stringsAround(at: number): Span | undefined {
    let first = at;
    let last = at;
    if (this.language === 'python') {
      while (this.tokens[first - 1]?.kind === 'string') first--;
      while (this.tokens[last + 1]?.kind === 'string') last++;
    }
    let value = '';
    for (let i = first; i <= last; i++) {
      const token = this.tokens[i];
      if (token?.kind !== 'string' || token.value === undefined) return undefined;
      value += token.value;
    }
    return value === '' ? undefined : { first, last, parts: [value], anchored: true };
  }

  /** The join or Path call whose argument `string` is; undefined in any other place. */
  private enclosingJoin(string: Span): Span | 'unclear' | undefined {
    const open = this.openBefore(string.first);
    if (open === undefined) return undefined;
    const callee = this.tokens[open - 1];
    if (callee?.kind !== 'name') return undefined;
    const isPath = PATHS.has(callee.text) && this.language === 'python';
    if (!isPath && !(JOINS.has(callee.text) && this.isMark(open - 2, '.'))) return undefined;
    const args = this.arguments(open);
    if (args === undefined) return 'unclear';
    let first = open - 1;
    while (this.isMark(first - 1, '.') && this.tokens[first - 2]?.kind === 'name') first -= 2;
    // `'sep'.join(...)` is no path, and `base.joinpath('a')` begins with something we do not know.
    if (this.isMark(first - 1, '.')) return 'unclear';
    const anchored = args.anchored && callee.text !== 'joinpath';
    return { first, last: args.last, parts: args.parts, anchored };
  }

  /** Index of the bracket that is open at `index`, if it is a round one. */
  private openBefore(index: number): number | undefined {
    let depth = 0;
    for (let i = index - 1; i >= 0; i--) {
      if (this.isMark(i, ')') || this.isMark(i, ']') || this.isMark(i, '}')) depth++;
      else if (this.isMark(i, '(') || this.isMark(i, '[') || this.isMark(i, '{')) {
        if (depth === 0) return this.isMark(i, '(') ? i : undefined;
        depth--;
      }
    }
    return undefined;
  }

  /** Literal arguments of the call opened at `open`. Leading ones may be unknown, later ones not. */
  private arguments(open: number): { parts: string[]; anchored: boolean; last: number } | undefined {
    const parts: string[] = [];
    let anchored = true;
    for (let i = open + 1; i < this.tokens.length; i++) {
      const strings = this.tokens[i]?.kind === 'string' ? this.stringsAround(i) : undefined;
      const after = strings === undefined ? undefined : strings.last + 1;
      if (
        strings !== undefined &&
        after !== undefined &&
        (this.isMark(after, ',') || this.isMark(after, ')'))
      ) {
        parts.push(...strings.parts);
        i = after;
      } else {
        if (parts.length > 0 || this.tokens[i]?.kind === 'string') return undefined;
        anchored = false;
        i = this.endOfArgument(i);
      }
      if (this.isMark(i, ')')) return { parts, anchored, last: i };
      if (this.isMark(i + 1, ')')) return { parts, anchored, last: i + 1 };
    }
    return undefined;
  }

  /** Index of the comma or bracket that ends the argument at `index`. */
  private endOfArgument(index: number): number {
    let depth = 0;
    let i = index;
    for (; i < this.tokens.length; i++) {
      if (depth === 0 && (this.isMark(i, ',') || this.isMark(i, ')'))) return i;
      if (this.isMark(i, '(') || this.isMark(i, '[') || this.isMark(i, '{')) depth++;
      else if (this.isMark(i, ')') || this.isMark(i, ']') || this.isMark(i, '}')) depth--;
    }
    return i;
  }

  /** `operand` with what is joined to it by pathlib's slash. */
  private chain(operand: Span): Span | undefined {
    let { first, last, anchored } = operand;
    const parts = [...operand.parts];
    while (this.isMark(first - 1, '/')) {
      const before = this.operandEndingAt(first - 2);
      if (before === undefined) {
        anchored = false;
        break;
      }
      first = before.first;
      parts.unshift(...before.parts);
      anchored = before.anchored;
    }
    while (this.isMark(last + 1, '/')) {
      const next = this.tokens[last + 2]?.kind === 'string' ? this.stringsAround(last + 2) : undefined;
      if (next === undefined) return undefined;
      last = next.last;
      parts.push(...next.parts);
    }
    return { first, last, parts, anchored };
  }

  /** A string or a Path call whose last token is `index`. */
  private operandEndingAt(index: number): Span | undefined {
    if (this.tokens[index]?.kind === 'string') return this.stringsAround(index);
    if (!this.isMark(index, ')')) return undefined;
    const inner = this.tokens[index - 1]?.kind === 'string' ? this.stringsAround(index - 1) : undefined;
    const call = inner && this.enclosingJoin(inner);
    return call === undefined || call === 'unclear' ? undefined : call;
  }

  /** Is the value changed by what stands beside it: a sum, a format, a method? */
  private isChanged({ first, last }: Span): boolean {
    const marks = ['+', '%', '.'];
    return marks.some((mark) => this.isMark(last + 1, mark)) || this.isMark(first - 1, '+');
  }

  private isMark(index: number, text: string): boolean {
    const token = this.tokens[index];
    return token?.kind === 'mark' && token.text === text;
  }
}
