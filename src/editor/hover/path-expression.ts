import type { PathExpression } from './spelled-path';
import { tokenize, type CodeLanguage, type CutLanguage, type Token } from './tokens';
import { yamlScalarAt } from './yaml-scalar';

/** Calls whose literal arguments are joined to a path, by their last name; imported by itself, it stands alone. */
const JOINS = new Set(['join', 'resolve']);
/** Methods of a pathlib path that name the same file, or ask something of it. */
const KEEPING = /^(?:absolute|as_posix|exists|expanduser|is_file|open|read_bytes|resolve|stat|unlink)$/;
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
  if (language === 'yaml') return withoutHoles(yamlScalarAt(text, offset));
  const tokens = tokenize(text, language);
  const at = tokens.findIndex((token) => token.start <= offset && offset < token.end);
  return pathExpressionIn(tokens, at, language);
}

/** The same at a token of a text that has been cut into them already. */
export function pathExpressionIn(
  tokens: readonly Token[],
  at: number,
  language: CutLanguage,
): PathExpression | undefined {
  if (tokens[at]?.kind !== 'string') return undefined;
  const reader = new Reader(tokens, language);
  return withoutHoles(language === 'json' ? reader.alone(at) : reader.around(at));
}

const withoutHoles = (found: PathExpression | undefined): PathExpression | undefined =>
  found?.parts.some((part) => /[*?{}\n]/.test(part)) ? undefined : found;

/** Tokens that spell a path or the end of one. */
interface Span {
  readonly first: number;
  readonly last: number;
  readonly parts: readonly string[];
  readonly anchored: boolean;
  /** Is it a pathlib path at its end, which has methods of its own? */
  readonly isPath: boolean;
}

/** Reads outwards from one string token. */
class Reader {
  constructor(
    private readonly tokens: readonly Token[],
    private readonly language: CutLanguage,
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
    const chain = this.rightOf(this.leftOf(call ?? string));
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
    return value === '' ? undefined : { first, last, parts: [value], anchored: true, isPath: false };
  }

  /** The join or Path call whose argument `string` is; undefined in any other place. */
  private enclosingJoin(string: Span): Span | 'unclear' | undefined {
    const open = this.openBefore(string.first);
    return open === undefined ? undefined : this.callAt(open);
  }

  /** The join or Path call whose bracket opens at `open`; undefined for other calls, unclear where its value is. */
  private callAt(open: number): Span | 'unclear' | undefined {
    const callee = this.tokens[open - 1];
    if (callee?.kind !== 'name') return undefined;
    const isPython = this.language === 'python';
    const isMethod = callee.text === 'joinpath' && isPython && this.isMark(open - 2, '.');
    const isPath = isMethod || (PATHS.has(callee.text) && isPython);
    if (!isPath && !JOINS.has(callee.text)) return undefined;
    const args = this.arguments(open);
    if (args === undefined) return 'unclear';
    const receiver = isMethod ? this.operandEndingAt(open - 3) : undefined;
    if (receiver !== undefined && args.anchored) {
      const { first, anchored, parts } = receiver;
      return { first, last: args.last, parts: [...parts, ...args.parts], anchored, isPath };
    }
    let first = open - 1;
    while (this.isMark(first - 1, '.') && this.tokens[first - 2]?.kind === 'name') first -= 2;
    // `'sep'.join(...)` is no path.
    if (!isMethod && this.isMark(first - 1, '.')) return 'unclear';
    // `base.joinpath('a')` begins with something we do not know.
    return { first, last: args.last, parts: args.parts, anchored: args.anchored && !isMethod, isPath };
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

  /** Index of the bracket that closes the one at `open`; beyond the end where none does. */
  private closeAfter(open: number): number {
    let at = open + 1;
    while (this.isMark((at = this.endOfArgument(at)), ',')) at++;
    return at;
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

  /** `operand` with what pathlib's slash joins before it. */
  private leftOf(operand: Span): Span {
    let whole = operand;
    while (this.language === 'python' && this.isMark(whole.first - 1, '/')) {
      const before = this.operandEndingAt(whole.first - 2);
      if (before === undefined) return { ...whole, anchored: false };
      const { first, anchored } = before;
      whole = { ...whole, first, anchored, parts: [...before.parts, ...whole.parts] };
    }
    return whole;
  }

  /** `operand` with what pathlib's slash and methods join after it. Undefined where that is not known. */
  private rightOf(operand: Span): Span | undefined {
    let whole = operand;
    for (;;) {
      const at = whole.last + 1;
      let next: Pick<Span, 'last' | 'parts' | 'isPath'> | undefined;
      if (this.language === 'python' && this.isMark(at, '/')) {
        next = this.tokens[at + 1]?.kind === 'string' ? this.stringsAround(at + 1) : undefined;
      } else if (whole.isPath && this.isMark(at, '.')) {
        next = this.methodAt(at + 1);
      } else return whole;
      if (next === undefined) return undefined;
      const { last, isPath } = next;
      whole = { ...whole, last, isPath, parts: [...whole.parts, ...next.parts] };
    }
  }

  /** A call at `index` of a method that keeps a path or joins literals to it. */
  private methodAt(index: number): Pick<Span, 'last' | 'parts' | 'isPath'> | undefined {
    const name = this.tokens[index];
    if (name?.kind !== 'name' || !this.isMark(index + 1, '(')) return undefined;
    if (KEEPING.test(name.text)) {
      const last = this.closeAfter(index + 1);
      return last < this.tokens.length ? { last, parts: [], isPath: true } : undefined;
    }
    const args = name.text === 'joinpath' ? this.arguments(index + 1) : undefined;
    return args?.anchored ? { last: args.last, parts: args.parts, isPath: true } : undefined;
  }

  /** A string or a Path call, with methods that keep it, whose last token is `index`. */
  private operandEndingAt(index: number): Span | undefined {
    if (this.tokens[index]?.kind === 'string') return this.stringsAround(index);
    const open = this.isMark(index, ')') ? this.openBefore(index) : undefined;
    const callee = open === undefined ? undefined : this.tokens[open - 1];
    if (open === undefined || callee?.kind !== 'name') return undefined;
    if (KEEPING.test(callee.text) && this.isMark(open - 2, '.')) {
      const kept = this.operandEndingAt(open - 3);
      return kept?.isPath ? { ...kept, last: index } : undefined;
    }
    const call = this.callAt(open);
    return call === 'unclear' ? undefined : call;
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
