import { printable } from '../core/printable';

/** Rows of text cells as lines, each column as wide as its widest cell and none wider; empty ends are cut off. */
export function table(cells: readonly (readonly string[])[], indent = '  ', gap = '  '): string[] {
  const rows = cells.map((row) => row.map(printable));
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return rows.map((row) =>
    (indent + row.map((cell, column) => cell.padEnd(widths[column])).join(gap)).trimEnd(),
  );
}

/** At most so many, evenly, the first and the last among them. */
export function thinned<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]);
}

/** Lines of at most `columns` characters. What belongs together (`7.4 %`, `1.2 ± 0.3`) is not torn apart. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  const held = printable(text).replace(/ (?=[%±=])|(?<=[±=]) /g, '\u00a0');
  for (const word of held.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + word.length < columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => line.replaceAll('\u00a0', ' '));
}

/** Phrases joined by dots, broken between phrases only. */
export function wrapPhrases(phrases: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const phrase of phrases.map(printable)) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 3 + phrase.length <= columns)
      lines[lines.length - 1] = `${last} · ${phrase}`;
    else lines.push(phrase);
  }
  return lines;
}
