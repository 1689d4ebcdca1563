import path from 'node:path';

const NATURAL = new Intl.Collator('en', { numeric: true });

/**
 * The first and the last checkpoint of a training run, of several files: those whose names differ only in their
 * numbers are the run (`best.keras` beside `epoch-1.keras` ... `epoch-10.keras` is not part of it), in the order of
 * the numbers. Undefined for fewer than two files.
 */
export function endsOfRun(files: readonly string[]): readonly [string, string] | undefined {
  const runs = new Map<string, string[]>();
  for (const file of files) {
    const pattern = path.basename(file).replace(/\d+/g, '#');
    runs.set(pattern, [...(runs.get(pattern) ?? []), file]);
  }
  const longest = [...runs.values()].sort((a, b) => b.length - a.length)[0] ?? [];
  const run = [...(longest.length > 1 ? longest : files)].sort((a, b) => NATURAL.compare(a, b));
  const [first, last] = [run[0], run.at(-1)];
  return first === undefined || last === undefined || first === last ? undefined : [first, last];
}

/** Every n-th of these files in the order of their numbers, with the last one: enough to see a run by. */
export function everyNth(files: readonly string[], step: number): string[] {
  const ordered = [...files].sort((a, b) => NATURAL.compare(a, b));
  return ordered.filter((_, i) => i % step === 0 || i === ordered.length - 1);
}
