import { ENDING_IN_TEXT, isMeasuredName } from '../../contract/checkpoint-names';
import { pathExpressionIn } from './path-expression';
import type { PathExpression } from './spelled-path';
import { tokenize, type CodeLanguage, type Token } from './tokens';

/** Stands in a part for what is not in the text: a number of an epoch, a variable, a glob's star. */
export const HOLE = '*';

/**
 * The path, perhaps with holes, at `offset` where the text does not spell one out: f-strings, formats, templates, sums,
 * variables that were given one, and words of comments and prose. `language` is that of code, or undefined for prose.
 */
export function loosePathAt(
  text: string,
  offset: number,
  language: CodeLanguage | undefined,
): PathExpression | undefined {
  if (language === undefined || language === 'yaml') return wordAt(text, offset);
  const tokens = tokenize(text, language);
  const at = tokens.findIndex((token) => token.start <= offset && offset < token.end);
  if (tokens[at] === undefined) return wordAt(text, offset);
  return language === 'json' ? undefined : loosePathIn(text, tokens, at, language);
}

/** The same at a token of a text that has been cut into them already. */
export function loosePathIn(
  text: string,
  tokens: readonly Token[],
  at: number,
  language: 'python' | 'javascript',
): PathExpression | undefined {
  const kind = tokens[at]?.kind;
  if (kind === 'string') return new Sum(text, tokens).around(at);
  return kind === 'name' ? variableAt(text, tokens, at, language) : undefined;
}

const PIECE = /^([A-Za-z]*)("""|'''|"|'|`)([^]*)\2$/;
/** What Python's and JavaScript's ways of formatting fill in. */
const HOLES = /\$\{[^{}]*\}|\{[^{}]*\}|%[-0-9.]*[a-z]/g;

/** Strings that are added up, or filled in, with holes for what is not a string. */
class Sum {
  constructor(
    private readonly text: string,
    private readonly tokens: readonly Token[],
  ) {}

  around(at: number): PathExpression | undefined {
    let joined = this.pieceAt(at);
    if (joined === undefined) return undefined;
    let [first, last] = [at, at];
    for (let before = this.before(first); before !== undefined; before = this.before(first)) {
      const piece = this.pieceAt(before);
      joined = (piece ?? HOLE) + joined;
      first = before;
      if (piece === undefined) break;
    }
    for (let after = this.after(last); after !== undefined; after = this.after(last)) {
      joined += this.pieceAt(after.first) ?? HOLE;
      last = after.last;
    }
    const added = first !== at || last !== at;
    // A method makes another text of it, unless it fills it in.
    if (this.markAt(last + 1) === '.' && !this.isFormat(last + 2)) return undefined;
    if ((!added && !joined.includes(HOLE)) || !isMeasuredName(joined)) return undefined;
    const [start, end] = [this.tokens[first]?.start ?? 0, this.tokens[last]?.end ?? 0];
    return { parts: [joined], anchored: !joined.startsWith(HOLE), start, end };
  }

  private pieceAt(index: number): string | undefined {
    const token = this.tokens[index];
    if (token?.kind !== 'string') return undefined;
    const [, prefix = '', , body] = PIECE.exec(this.text.slice(token.start, token.end)) ?? [];
    if (body === undefined || /b/i.test(prefix) || body.includes('\n')) return undefined;
    const known = /f/i.test(prefix) || this.text[token.start] === '`' ? body : (token.value ?? body);
    return known.replace(HOLES, HOLE).replace(/\*+/g, HOLE);
  }

  /** The operand before a plus, or the string beside this one. */
  private before(first: number): number | undefined {
    if (this.tokens[first - 1]?.kind === 'string') return first - 1;
    return this.markAt(first - 1) === '+' && first > 1 ? first - 2 : undefined;
  }

  /** The operand after a plus with what is called or looked up on it, or the string beside this one. */
  private after(last: number): { first: number; last: number } | undefined {
    if (this.tokens[last + 1]?.kind === 'string') return { first: last + 1, last: last + 1 };
    if (this.markAt(last + 1) !== '+') return undefined;
    const first = last + 2;
    if (this.tokens[first] === undefined) return undefined;
    let end = first;
    let depth = 0;
    for (let i = first; i < this.tokens.length; i++) {
      const mark = this.markAt(i);
      if (mark !== undefined && /[([]/.test(mark)) depth++;
      else if (mark !== undefined && /[)\]]/.test(mark)) depth--;
      else if (depth === 0 && i > first && mark !== '.' && this.markAt(i - 1) !== '.') break;
      if (depth < 0) break;
      end = i;
    }
    return { first, last: end };
  }

  private isFormat(index: number): boolean {
    const token = this.tokens[index];
    return token?.kind === 'name' && token.text === 'format';
  }

  private markAt(index: number): string | undefined {
    const token = this.tokens[index];
    return token?.kind === 'mark' ? token.text : undefined;
  }
}

/** The path that the variable at `at` was given last before there, by an assignment that is nothing but a path. */
function variableAt(
  text: string,
  tokens: readonly Token[],
  at: number,
  language: 'python' | 'javascript',
): PathExpression | undefined {
  const name = textOf(tokens[at]);
  for (let i = at; i >= 0; i--) {
    if (textOf(tokens[i]) !== name || textOf(tokens[i + 1]) !== '=' || textOf(tokens[i + 2]) === '=')
      continue;
    if (textOf(tokens[i - 1]) === '.') continue;
    const from = tokens[i + 2];
    const behind = tokens.slice(i + 2, i + 12).findIndex(({ kind }) => kind === 'string');
    if (from === undefined || behind < 0) return undefined;
    const string = i + 2 + behind;
    const found = pathExpressionIn(tokens, string, language) ?? new Sum(text, tokens).around(string);
    const own = tokens[at];
    return found?.start === from.start && own ? { ...found, start: own.start, end: own.end } : undefined;
  }
  return undefined;
}

const textOf = (token: Token | undefined): string | undefined =>
  token === undefined || token.kind === 'string' ? undefined : token.text;

/** A file name in prose: quoted, where it may have blanks, or a word. */
const WORD = new RegExp(
  String.raw`(["'\`])([^"'\`\n]+?\.(?:${ENDING_IN_TEXT}))\1|[^\s"'\`()<>[\]|;,]+?\.(?:${ENDING_IN_TEXT})(?![\w/\\])`,
  'gi',
);

function wordAt(text: string, offset: number): PathExpression | undefined {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
  for (const match of line.matchAll(WORD)) {
    const start = lineStart + match.index;
    const end = start + match[0].length;
    if (offset < start || offset >= end) continue;
    // An option and its value are one word to a shell.
    const word = (match[2] ?? match[0]).replace(/^-[^=]*=/, '');
    const whole = word
      .replace(HOLES, HOLE)
      .replace(/\$\w+|%\w+%/g, HOLE)
      .replace(/\*+/g, HOLE);
    return { parts: [whole], anchored: !whole.startsWith(HOLE), start, end };
  }
  return undefined;
}
