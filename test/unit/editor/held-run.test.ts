import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { freshFolder, holdsAnother, isEnded } from '../../../src/editor/training/held-run';
import { runFileSchema } from '../../../src/contract/run-file';
import { temporaryFolder } from '../settings/temporary-folder';
import { aHistory } from './a-history';

const runOf = (more: object = {}) =>
  runFileSchema.parse({ data: '/d.npz', model: '/m.keras', epochs: 2, ...more });

/** A folder in which a run has left its history. */
function held(): string {
  const folder = temporaryFolder();
  const history = aHistory(folder);
  writeFileSync(join(folder, 'history.json'), JSON.stringify(history));
  return folder;
}

const unchanged = (file: string) => Promise.resolve(`hash of ${file}`);

test('a folder holds another run when settings, data or start differ, and nothing else', async () => {
  const folder = held();
  assert.equal(await holdsAnother(folder, runOf(), unchanged), false);
  assert.equal(await holdsAnother(folder, runOf({ title: 'new', top: 3 }), unchanged), false);
  assert.equal(await holdsAnother(folder, runOf({ seed: 2 }), unchanged), true);
  for (const name of ['/d.npz', '/m.keras']) {
    const hash = (file: string) => Promise.resolve(file === name ? 'new' : `hash of ${file}`);
    assert.equal(await holdsAnother(folder, runOf(), hash), true, name);
  }
  assert.equal(await holdsAnother(temporaryFolder(), runOf({ seed: 2 }), unchanged), false);
  writeFileSync(join(folder, 'history.json'), '{');
  assert.equal(await holdsAnother(folder, runOf({ seed: 2 }), unchanged), false);
});

test('a fresh folder has the next number', async () => {
  const folder = join(temporaryFolder(), 'digits');
  assert.equal(await freshFolder(folder), `${folder}-2`);
  mkdirSync(`${folder}-2`);
  assert.equal(await freshFolder(folder), `${folder}-3`);
});

test('a run that has ended has nothing to go on with', async () => {
  assert.equal(await isEnded(held()), true);
  assert.equal(await isEnded(temporaryFolder()), false);
});
