import { printable, printableLines } from '../core/printable';

/** Prints text of several lines on stdout. Cells and sentences in it are made printable where they are laid out. */
export function print(text: string): void {
  process.stdout.write(`${printableLines(text)}\n`);
}

/** Prints a sentence on stderr. */
export function complain(sentence: string): void {
  process.stderr.write(`${printable(sentence)}\n`);
}
