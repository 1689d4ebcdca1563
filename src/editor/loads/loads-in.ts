import { isMeasuredName } from '../../contract/checkpoint-names';
import { loosePathAt } from '../hover/loose-path';
import { hasHoles } from '../hover/matching';
import { pathExpressionAt } from '../hover/path-expression';
import type { PathExpression } from '../hover/spelled-path';
import { type Token, tokenize } from '../hover/tokens';

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

/** The calls in a text that load a checkpoint by a path that is spelled there, or in the variable that is given. */
export function loadsIn(text: string, language: 'python' | 'javascript'): Load[] {
  // Most texts load nothing, and need not be read closely.
  if (!LOADS.test(text)) return [];
  const tokens = tokenize(text, language);
  const found: Load[] = [];
  for (let i = 0; i < tokens.length && found.length < MOST; i++) {
    if (!isName(tokens[i]) || !isMark(tokens[i + 1], '(')) continue;
    // `def load(...)` loads nothing.
    if (/^(?:def|function)$/.test(textOf(tokens[i - 1]))) continue;
    const argument = firstPath(tokens, i + 2);
    const close = closing(tokens, i + 1);
    if (argument === undefined || close === undefined) continue;
    const expression =
      pathExpressionAt(text, argument.start, language) ?? loosePathAt(text, argument.start, language);
    const name = expression?.parts.at(-1);
    if (!expression || name === undefined || hasHoles(expression) || !isMeasuredName(name)) continue;
    found.push({ expression, end: close.end });
  }
  return found;
}

const textOf = (token: Token | undefined): string =>
  token === undefined || token.kind === 'string' ? '' : token.text;
const isMark = (token: Token | undefined, mark: string): boolean =>
  token?.kind === 'mark' && token.text === mark;
const isName = (token: Token): boolean => token.kind === 'name' && NAME.test(token.text);

/** What in the first argument may spell a path: its first string, or the variable that it is. */
function firstPath(tokens: readonly Token[], from: number): Token | undefined {
  const first = tokens[from];
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i];
    if (token.kind === 'string') return token;
    if (isMark(token, ',') || isMark(token, ')')) break;
  }
  return first?.kind === 'name' ? first : undefined;
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
