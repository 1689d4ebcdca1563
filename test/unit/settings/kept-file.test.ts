import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readKept, writeKept } from '../../../src/settings/kept-file';
import { writeWhole } from '../../../src/settings/atomic-write';
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

test('an entry is never written through a link, though its folder may be one', async () => {
  const [folder, theirs] = [temporaryFolder(), join(temporaryFolder(), 'theirs')];
  writeFileSync(theirs, 'theirs');
  symlinkSync(theirs, join(folder, 'a'));
  await assert.rejects(writeKept(join(folder, 'a'), 'a', 1), /a is a link, and nothing is written through/);
  assert.equal(readFileSync(theirs, 'utf8'), 'theirs');
  const linked = join(temporaryFolder(), 'cache');
  symlinkSync(folder, linked);
  await writeKept(join(linked, 'b'), 'b', 2);
  assert.equal(await readKept(join(folder, 'b'), 'b'), 2);
});
