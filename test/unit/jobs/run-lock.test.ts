import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockRunFolder } from '../../../src/jobs/training/run-lock';
import { temporaryFolder } from '../../support/corpus';

test('one run a folder, and what a killed one left counts for nothing', async () => {
  const folder = temporaryFolder();
  const lock = join(folder, '.landscape.lock');
  const release = await lockRunFolder(folder);
  await assert.rejects(lockRunFolder(folder), /Another run writes into/);
  await release();
  assert.equal(existsSync(lock), false);
  writeFileSync(lock, String(process.ppid));
  await assert.rejects(lockRunFolder(folder), new RegExp(`process ${process.ppid}`));
  for (const left of ['999999999', '', 'x']) {
    writeFileSync(lock, left);
    await (
      await lockRunFolder(folder)
    )();
  }
});
