import {
  type Node,
  type ParseError,
  createScanner,
  getNodeValue,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { UserError } from '../core/errors';

/** Comments and a comma before a closing bracket are welcome: people keep notes beside their settings. */
const PARSE_OPTIONS = { allowTrailingComma: true, disallowComments: false } as const;

/** No document of ours goes deeper, and the parser calls itself at every level. */
const DEEPEST = 200;

/**
 * The value that a JSON text with comments holds. `file` is for messages.
 * @throws UserError that names the line of a mistake, or a key that stands twice, or says that it is nested too deeply.
 */
export function parseJsonText(text: string, file: string): unknown {
  if (isTooDeep(text)) throw new UserError(`${file} is nested too deeply: no setting has so many brackets.`);
  const errors: ParseError[] = [];
  const tree = parseTree(text.replace(/^\uFEFF/, ''), errors, PARSE_OPTIONS);
  const first = errors[0];
  if (first !== undefined || tree === undefined) {
    const line = text.slice(0, first?.offset ?? 0).split('\n').length;
    const isEmpty = first === undefined || text.trim() === '';
    const what = isEmpty ? 'the file is empty' : words(printParseErrorCode(first.error));
    throw new UserError(`${file} is not valid JSON: line ${line}: ${what}.`);
  }
  const doubled = doubledKey(tree, []);
  if (doubled !== undefined) throw new UserError(`${file} gives "${doubled}" twice. Keep one of the two.`);
  return getNodeValue(tree);
}

function isTooDeep(text: string): boolean {
  const scanner = createScanner(text, true);
  let depth = 0;
  while (scanner.getPosition() < text.length) {
    scanner.scan();
    // A bracket in quotes is a longer token.
    const token = scanner.getTokenLength() === 1 ? text[scanner.getTokenOffset()] : '';
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    if (depth > DEEPEST) return true;
  }
  return false;
}

/** jsonc-parser keeps the last of two equal keys silently; a person who wrote both should hear of it. */
function doubledKey(node: Node, path: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const property of node.type === 'object' ? (node.children ?? []) : []) {
    const [key, value] = property.children ?? [];
    const at = [...path, String(key?.value)];
    if (seen.has(at.join('.'))) return at.join('.');
    seen.add(at.join('.'));
    const within = value && doubledKey(value, at);
    if (within !== undefined) return within;
  }
  return undefined;
}

/** `CommaExpected` as `comma expected`. */
function words(code: string): string {
  return code.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
