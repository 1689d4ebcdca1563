import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readKept, writeKept } from '../../../src/jobs/kept-file';
import { writeWhole } from '../../../src/settings/atomic-write';
import { readState, stateBytes } from '../../../src/training/run-state';
import { temporaryFolder } from '../../support/corpus';

const elsewhere = process.platform === 'win32' && 'there are no named pipes';

test('what is kept is read back only whole and under its own key', async () => {
  const folder = temporaryFolder();
  const [a, b] = [join(folder, 'a'), join(folder, 'b')];
  await writeKept(a, 'a', { value: 44.3 });
  await writeKept(b, 'b', { value: 2.8 });
  assert.deepEqual(await readKept(a, 'a'), { value: 44.3 });
  // Two entries that changed places.
  renameSync(a, join(folder, 'c'));
  renameSync(b, a);
  assert.equal(await readKept(a, 'a'), undefined);
  // Any one character changed.
  const text = readFileSync(join(folder, 'c'), 'utf8');
  for (let i = 0; i < text.trimEnd().length; i++) {
    writeFileSync(b, text.slice(0, i) + (text[i] === '7' ? '8' : '7') + text.slice(i + 1));
    assert.equal(await readKept(b, 'a'), undefined, `character ${i}`);
  }
});

test('a pipe in place of what is kept, or of an output, holds nothing up', { skip: elsewhere }, async () => {
  const pipe = join(temporaryFolder(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  assert.equal(await readKept(pipe, 'a'), undefined);
  await assert.rejects(writeWhole(pipe, 'text'), /could not be written: nobody reads from it/);
});

test('a state with any bit changed is none', () => {
  const progress = { step: 5 } as Parameters<typeof stateBytes>[0]['progress'];
  const vectors = { theta: Float64Array.of(1, 2, 3), state: Float32Array.of(4) };
  const state = { fingerprint: 'f', ended: false, progress, vectors };
  const bytes = stateBytes(state);
  assert.deepEqual(readState(bytes), state);
  for (let bit = 0; bit < 8 * bytes.length; bit += 3) {
    const changed = bytes.slice();
    changed[bit >> 3] ^= 1 << (bit & 7);
    assert.equal(readState(changed), undefined, `bit ${bit}`);
  }
  for (let length = 0; length < bytes.length; length++)
    assert.equal(readState(bytes.subarray(0, length)), undefined);
});
