import { isMeasuredName } from '../../contract/checkpoint-names';
import { loosePathIn } from '../hover/loose-path';
import { hasHoles } from '../hover/matching';
import { pathExpressionIn } from '../hover/path-expression';
import type { PathExpression } from '../hover/spelled-path';
import { type Token, tokenize } from '../hover/tokens';
import type { PythonText, Span } from '../../python/lines/python-text';

/** A call that loads one checkpoint. */
export interface Load {
  readonly expression: PathExpression;
  /** Behind its closing bracket. */
  readonly end: number;
}

/** What reads a network or its weights, by the last name of the call: of Keras, PyTorch, ONNX and TensorFlow.js. */
const LOADS =
  /\b(?:load_model|load_weights|load|load_file|load_state_dict|torch_load|InferenceSession|loadLayersModel|loadGraphModel|from_pretrained)\s*\(/;
const NAME = new RegExp(`^${LOADS.source.replace('\\b', '').replace('\\s*\\(', '')}$`);
/** A text with more is a table of files rather than code that loads one. */
const MOST = 20;

/** The calls in a text of JavaScript that load a checkpoint by a path that is spelled there, or in the variable that is given. */
export function loadsIn(text: string): Load[] {
  // Most texts load nothing, and need not be read closely.
  if (!LOADS.test(text)) return [];
  const tokens = tokenize(text, 'javascript');
  const found: Load[] = [];
  for (let i = 0; i < tokens.length && found.length < MOST; i++) {
    const load = loadAt(text, tokens, i, 'javascript');
    if (load) found.push(load);
  }
  return found;
}

/** The same in a text of Python, of which only the lines that call something of these names are cut into tokens. */
export function loadsInPython(file: PythonText): Load[] {
  const { code, text } = file;
  if (!LOADS.test(text)) return [];
  const found: Load[] = [];
  const calls = new RegExp(LOADS, 'g');
  for (let match = calls.exec(code); match !== null && found.length < MOST; match = calls.exec(code)) {
    const line = file.logicalLineAt(match.index);
    if (line === undefined) continue;
    found.push(...loadsOfLine(file, line).slice(0, MOST - found.length));
    calls.lastIndex = Math.max(calls.lastIndex, line.to);
  }
  return found;
}

/** The calls of one line; a variable's value is read from the last line before that gives it one. */
function loadsOfLine({ code, text }: PythonText, { from, to }: Span): Load[] {
  const own = text.slice(from, to);
  const tokens = tokenize(own, 'python');
  return tokens.flatMap((_, i) => {
    const argument = isLoad(tokens, i) ? firstPath(tokens, i + 2) : undefined;
    const token = argument === undefined ? undefined : tokens[argument];
    if (token?.kind !== 'name') return moved(loadAt(own, tokens, i, 'python'), from);
    const given = lastGiven(code, token.text, from + token.start);
    if (given === undefined || given >= from) return moved(loadAt(own, tokens, i, 'python'), from);
    // Both lines as one text: what stands between them says nothing.
    const before = `${text.slice(given, endOfLine(code, given))}\n`;
    const joined = before + own;
    const all = tokenize(joined, 'python');
    const at = all.length - tokens.length + i;
    return moved(loadAt(joined, all, at, 'python'), from - before.length);
  });
}

const moved = (load: Load | undefined, by: number): Load[] =>
  load === undefined
    ? []
    : [
        {
          expression: {
            ...load.expression,
            start: load.expression.start + by,
            end: load.expression.end + by,
          },
          end: load.end + by,
        },
      ];

/** Where a name is given a value last before a place. */
function lastGiven(code: string, name: string, before: number): number | undefined {
  const given = new RegExp(`(?<![\\w.])${name}\\s*=(?!=)`, 'gu');
  let last: number | undefined;
  for (let match = given.exec(code); match !== null && match.index < before; match = given.exec(code))
    last = match.index;
  return last;
}

/** Where the line ends that a place is on, as far as brackets take it. */
function endOfLine(code: string, from: number): number {
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    if ('([{'.includes(code[at])) depth++;
    else if (')]}'.includes(code[at])) depth--;
    else if (code[at] === '\n' && depth <= 0) return at;
  }
  return code.length;
}

const isLoad = (tokens: readonly Token[], i: number): boolean =>
  isName(tokens[i]) &&
  isMark(tokens[i + 1], '(') &&
  // `def load(...)` loads nothing.
  !/^(?:def|function)$/.test(textOf(tokens[i - 1]));

function loadAt(
  text: string,
  tokens: readonly Token[],
  i: number,
  language: 'python' | 'javascript',
): Load | undefined {
  if (!isLoad(tokens, i)) return undefined;
  const argument = firstPath(tokens, i + 2);
  const close = closing(tokens, i + 1);
  if (argument === undefined || close === undefined) return undefined;
  const expression =
    pathExpressionIn(tokens, argument, language) ?? loosePathIn(text, tokens, argument, language);
  const name = expression?.parts.at(-1);
  if (!expression || name === undefined || hasHoles(expression) || !isMeasuredName(name)) return undefined;
  return { expression, end: close.end };
}

const textOf = (token: Token | undefined): string =>
  token === undefined || token.kind === 'string' ? '' : token.text;
const isMark = (token: Token | undefined, mark: string): boolean =>
  token?.kind === 'mark' && token.text === mark;
const isName = (token: Token): boolean => token.kind === 'name' && NAME.test(token.text);

/** What in the first argument may spell a path, by its number: its first string, or the variable that it is. */
function firstPath(tokens: readonly Token[], from: number): number | undefined {
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i];
    if (token.kind === 'string') return i;
    if (isMark(token, ',') || isMark(token, ')')) break;
  }
  return tokens[from]?.kind === 'name' ? from : undefined;
}

/** The bracket that closes the one at `open`. */
function closing(tokens: readonly Token[], open: number): Token | undefined {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const mark = textOf(tokens[i]);
    if (/^[([{]$/.test(mark)) depth++;
    else if (/^[)\]}]$/.test(mark) && --depth === 0) return tokens[i];
  }
  return undefined;
}
