/** A piece of source text. Strings have their value, or none where it is not fixed (f-strings, templates with holes). */
export type Token =
  | {
      readonly kind: 'string';
      readonly start: number;
      readonly end: number;
      readonly value: string | undefined;
    }
  | {
      readonly kind: 'name' | 'number' | 'mark';
      readonly start: number;
      readonly end: number;
      readonly text: string;
    };

/** Those whose texts are cut into tokens. */
export type CutLanguage = 'python' | 'javascript' | 'json';
export type CodeLanguage = CutLanguage | 'yaml';

/** The lexer's family for one of the editor's language ids, if Landscape reads it. */
export function languageOf(languageId: string): CodeLanguage | undefined {
  if (languageId === 'python') return 'python';
  if (/^(javascript|typescript)(react)?$/.test(languageId)) return 'javascript';
  if (languageId === 'json' || languageId === 'jsonc') return 'json';
  if (languageId === 'yaml') return 'yaml';
  return undefined;
}

const PYTHON =
  /#[^\n]*|([A-Za-z]{0,2})("""|''')|([A-Za-z]{0,2})("(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')|[\p{L}_][\p{L}\p{N}_]*|\d[\w.]*|[^\s]/gu;
/** A regular expression, where one may stand; quotes in it open no string. */
const REGEX = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
/** Words after which a slash opens a regular expression rather than divides. */
const BEFORE_REGEX = /^(?:return|typeof|case|in|of|do|else|new|delete|void|throw|yield|await|instanceof)$/;
const JAVASCRIPT =
  /\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|("(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])*')|(`)|[\p{L}_$][\p{L}\p{N}_$]*|\d[\w.]*|[^\s]/gu;

/**
 * The tokens of Python, JavaScript (with TypeScript) or JSON. No parser: just enough to know what is a string, what
 * is a comment and what stands around a string. Unfinished text, as while typing, never throws.
 */
export function tokenize(text: string, language: CutLanguage): Token[] {
  return language === 'python' ? tokenizePython(text) : tokenizeJavaScript(text);
}

function tokenizePython(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(PYTHON);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [whole, longPrefix, long, prefix, quoted] = match;
    const start = match.index;
    if (whole.startsWith('#')) continue;
    if (long !== undefined) {
      const close = endOfLong(text, pattern.lastIndex, long);
      const body = text.slice(pattern.lastIndex, close);
      pattern.lastIndex = Math.min(text.length, close + 3);
      tokens.push(pythonString(start, pattern.lastIndex, longPrefix ?? '', body));
    } else if (quoted !== undefined) {
      tokens.push(pythonString(start, start + whole.length, prefix ?? '', quoted.slice(1, -1)));
    } else tokens.push(plain(whole, start));
  }
  return tokens;
}

function endOfLong(text: string, from: number, quotes: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text.startsWith(quotes, at)) return at;
  }
  return text.length;
}

/** Bytes name no path here, and an f-string's value is not in the text. */
function pythonString(start: number, end: number, prefix: string, body: string): Token {
  const fixed = /^[ru]?$/i.test(prefix);
  return {
    kind: 'string',
    start,
    end,
    value: !fixed ? undefined : /r/i.test(prefix) ? body : unescape(body),
  };
}

function tokenizeJavaScript(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(JAVASCRIPT);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [whole, quoted, template] = match;
    const start = match.index;
    if (whole.startsWith('//') || whole.startsWith('/*')) continue;
    if (quoted !== undefined) {
      tokens.push({ kind: 'string', start, end: start + whole.length, value: unescape(quoted.slice(1, -1)) });
    } else if (template !== undefined) {
      const { end, holes } = endOfTemplate(text, pattern.lastIndex);
      const value = holes ? undefined : unescape(text.slice(start + 1, end - 1));
      tokens.push({ kind: 'string', start, end, value });
      pattern.lastIndex = end;
    } else {
      const regex = whole === '/' && opensRegex(tokens.at(-1)) ? regexAt(text, start) : undefined;
      tokens.push(plain(regex ?? whole, start));
      if (regex !== undefined) pattern.lastIndex = start + regex.length;
    }
  }
  return tokens;
}

function regexAt(text: string, start: number): string | undefined {
  const pattern = new RegExp(REGEX);
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0];
}

/** After a value a slash divides, after `<` it closes a tag of JSX. */
function opensRegex(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'name') return BEFORE_REGEX.test(before.text);
  return before.kind === 'mark' && !/^[)\]}<]|^\/./.test(before.text);
}

/** The end of a template literal; what stands in its holes is skipped by counting braces. */
function endOfTemplate(text: string, from: number): { end: number; holes: boolean } {
  let holes = false;
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (depth === 0 && text[at] === '`') return { end: at + 1, holes };
    else if (depth === 0 && text.startsWith('${', at)) {
      holes = true;
      depth = 1;
      at++;
    } else if (depth > 0 && text[at] === '{') depth++;
    else if (depth > 0 && text[at] === '}') depth--;
  }
  return { end: text.length, holes };
}

function plain(text: string, start: number): Token {
  return { kind: kindOf(text), start, end: start + text.length, text };
}

/** Told by the first character: most are letters of ASCII, and patterns take long over a large file. */
function kindOf(text: string): 'name' | 'number' | 'mark' {
  const first = text.charCodeAt(0);
  const letter = first | 32;
  if ((letter >= 97 && letter <= 122) || first === 95 || first === 36) return 'name';
  if (first >= 48 && first <= 57) return 'number';
  return first > 127 && /^\p{L}/u.test(text) ? 'name' : 'mark';
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', '\n': '' };

function unescape(body: string): string {
  return body.replace(/\\(u[\da-f]{4}|x[\da-f]{2}|[^])/gi, (_, code: string) => {
    if (/^[ux][\da-f]{2,4}$/i.test(code)) return String.fromCharCode(parseInt(code.slice(1), 16));
    return ESCAPES[code] ?? code;
  });
}
