import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockRunFolder } from '../../../src/jobs/train/run-lock';
import { temporaryFolder } from '../../support/corpus';

test('one run a folder, and what a killed one left counts for nothing', async () => {
  const folder = temporaryFolder();
  const lock = join(folder, '.landscape.lock');
  const { release, isThere } = await lockRunFolder(folder);
  assert.ok(await isThere());
  await assert.rejects(lockRunFolder(folder), /Another run writes into/);
  await release();
  assert.equal(existsSync(lock), false);
  writeFileSync(lock, String(process.ppid));
  await assert.rejects(lockRunFolder(folder), new RegExp(`process ${process.ppid}`));
  for (const left of ['999999999', '', 'x']) {
    writeFileSync(lock, left);
    await (await lockRunFolder(folder)).release();
  }
});

test(
  'a process that has the number of one that was killed holds nothing',
  { skip: !existsSync('/proc') },
  async () => {
    const folder = temporaryFolder();
    const lock = join(folder, '.landscape.lock');
    writeFileSync(lock, `${process.ppid} 1`);
    await (await lockRunFolder(folder)).release();
    assert.equal(existsSync(lock), false);
  },
);

test('a lock that another has put there stays, and so does what a link leads to', async () => {
  const folder = temporaryFolder();
  const lock = join(folder, '.landscape.lock');
  const { release, isThere } = await lockRunFolder(folder);
  writeFileSync(lock, String(process.ppid));
  assert.equal(await isThere(), false);
  await release();
  assert.equal(readFileSync(lock, 'utf8'), String(process.ppid));
  const [other, elsewhere] = [temporaryFolder(), join(temporaryFolder(), 'theirs')];
  writeFileSync(elsewhere, '999999999');
  symlinkSync(elsewhere, join(other, '.landscape.lock'));
  await assert.rejects(lockRunFolder(other), /\.landscape\.lock is a link/);
  assert.equal(readFileSync(elsewhere, 'utf8'), '999999999');
});
