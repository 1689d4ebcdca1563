import { printable, printableLines } from '../core/printable';

let summaries: NodeJS.WriteStream = process.stdout;

/** From now on what is printed for people goes to stderr: stdout is for a report that was asked for there. */
export function keepStdoutFree(): void {
  summaries = process.stderr;
}

/** What stdout is for. */
export const onStdout = (): 'summary' | 'report' => (summaries === process.stdout ? 'summary' : 'report');

/** Prints text of several lines on stdout. Cells and sentences in it are made printable where they are laid out. */
export function print(text: string): void {
  summaries.write(`${printableLines(text)}\n`);
}

/** Prints a sentence on stderr. */
export function complain(sentence: string): void {
  process.stderr.write(`${printable(sentence)}\n`);
}
