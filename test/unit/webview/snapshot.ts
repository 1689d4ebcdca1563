import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'snapshots');

/** Compares a picture with the one kept; `UPDATE_SNAPSHOTS=1` keeps the new one. Look at it before committing. */
export function matchesSnapshot(name: string, svg: string): void {
  const path = join(FOLDER, `${name}.svg`);
  const text = `${svg.replace(/></g, '>\n<')}\n`;
  if (process.env.UPDATE_SNAPSHOTS) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(path, text);
  }
  assert.ok(existsSync(path), `${path} is missing: run with UPDATE_SNAPSHOTS=1`);
  assert.equal(text, readFileSync(path, 'utf8'));
}
