import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const TEST_NAMES = ['test', 'val', 'validation', 'valid', 'eval'];

/** A word of a file's name, `train` in `my-train.csv`, and not in `constrained.csv`. */
const TRAIN = /(?<![a-z])(train|training)(?![a-z])/i;

/** The files of the test rows by their names: that of the training rows with `test`, `val`... for `train`, if it is there. */
export function testBeside(train: readonly string[]): string[] {
  const [first] = train;
  const name = basename(first);
  if (!TRAIN.test(name)) return [];
  for (const other of TEST_NAMES) {
    const found = join(dirname(first), name.replace(TRAIN, other));
    if (existsSync(found)) return [found];
    // The parts of a test set need not be as many as those of the training set.
    const parts = partsOf(name.replace(TRAIN, other));
    if (parts) {
      const all = siblingsLike(dirname(first), parts);
      if (all.length > 0) return all;
    }
  }
  return [];
}

/** `train-00000-of-00002.parquet` and its other parts, in order; the file alone where it is no part. */
export function withOtherParts(path: string): string[] {
  const parts = partsOf(basename(path));
  return parts ? siblingsLike(dirname(path), parts) : [path];
}

/** What all parts of a file in several have in common. */
function partsOf(name: string): RegExp | undefined {
  const found = /^(.*?)\d{4,5}-of-\d{4,5}(.*)$/.exec(name);
  if (!found) return undefined;
  const [before, after] = [found[1], found[2]].map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${before}\\d{4,5}-of-\\d{4,5}${after}$`);
}

const siblingsLike = (folder: string, pattern: RegExp): string[] =>
  readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(folder, name));

/** What was found beside a file, as a note. */
export const besideNote = (test: readonly string[]): string[] =>
  test.length > 0
    ? [`The test rows are those of ${test.map((file) => basename(file)).join(', ')}, found beside.`]
    : [];
