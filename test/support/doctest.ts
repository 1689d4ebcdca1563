import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A line whose value the text states: `expression; // => value`. */
const STATED = /^(\s*)(.+?);\s*\/\/ => (.+)$/;

/**
 * Runs code that stands in a document, all of it as one module, and holds every `expression; // => value` to its word.
 * Imports are written from `test/unit` or `src/ROOM`, two folders below the root.
 *
 * @returns how many values were stated.
 */
export async function runStated(name: string, code: string): Promise<number> {
  const lines = code.split('\n');
  const imports = lines
    .filter((line) => line.startsWith('import '))
    .map((line) => line.replace(/'\.\.\/\.\.\//, `'${pathToFileURL(root).href}`));
  const body = lines
    .filter((line) => !line.startsWith('import '))
    .map((line) => {
      const found = STATED.exec(line);
      return found ? `${found[1]}stated(${found[2]}, (${found[3]}), ${JSON.stringify(line.trim())});` : line;
    });
  const folder = path.join(root, 'node_modules', '.cache', 'doctests');
  const file = path.join(folder, `${name.replaceAll(/\W+/g, '-')}-${process.pid}.ts`);
  const whole = [
    ...imports,
    'export async function run(stated: (found: unknown, said: unknown, line: string) => void) {',
    ...body,
    '}',
  ];
  await mkdir(folder, { recursive: true });
  await writeFile(file, whole.join('\n'));
  let count = 0;
  try {
    const { run } = (await import(pathToFileURL(file).href)) as {
      run(stated: (found: unknown, said: unknown, line: string) => void): Promise<void>;
    };
    await run((found, said, line) => {
      count++;
      assert.deepEqual(plain(found), said, line);
    });
  } finally {
    await rm(file, { force: true });
  }
  return count;
}

/** Typed arrays as people write them. */
const plain = (value: unknown): unknown =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) ? Array.from(value as Float64Array) : value;

/** The TypeScript of a Markdown page, in order. */
export async function codeOf(file: string): Promise<string> {
  const text = await readFile(path.join(root, file), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code).join('\n');
}
