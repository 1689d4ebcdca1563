/**
 * What a terminal, or a reader's eye, obeys instead of showing: control characters (escape sequences begin with one),
 * marks that turn the direction of writing, separators of lines, halves of characters.
 */
const COMMANDS =
  // eslint-disable-next-line no-control-regex -- that is what it is for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Text on one line that shows as it is: names of layers, tensors and files come from files, which may hold anything. What
 * would be obeyed is written out (`\x1b`, `\u202e`).
 */
export function printable(text: string): string {
  return text.replace(COMMANDS, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** The same for text of several lines. */
export const printableLines = (text: string): string => text.split('\n').map(printable).join('\n');
