import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkpointsOf } from '../../../src/cli/checkpoints-of';
import { compareRequest } from '../../../src/settings/merge';
import { UserError } from '../../../src/core/errors';
import { temporaryFolder } from '../../support/corpus';

test('a folder stands for the checkpoints in it, in the order of their numbers', async () => {
  const folder = temporaryFolder();
  for (const name of ['epoch-10.keras', 'epoch-2.keras', 'best.pt2', 'data.npz', 'history.json'])
    writeFileSync(join(folder, name), '');
  const alone = join(folder, 'data.npz');
  assert.deepEqual(
    await checkpointsOf([folder, alone]),
    ['best.pt2', 'epoch-2.keras', 'epoch-10.keras', 'data.npz'].map((name) => join(folder, name)),
  );
});

test('a folder of weights is measured without what trainers keep beside them and without their network', async () => {
  const folder = temporaryFolder();
  const at = (...names: string[]) => names.map((name) => join(folder, name));
  for (const name of [
    'e-1.pth',
    'e-2.safetensors',
    'pytorch_model.bin',
    'net.pt2',
    'optimizer.pt',
    '.e-3.pth',
  ])
    writeFileSync(join(folder, name), '');
  const weights = at('e-1.pth', 'e-2.safetensors', 'pytorch_model.bin');
  assert.deepEqual(
    await checkpointsOf([folder]),
    at('e-1.pth', 'e-2.safetensors', 'net.pt2', 'pytorch_model.bin'),
  );
  assert.deepEqual(await checkpointsOf([folder], { model: join(folder, 'net.pt2') }), weights);
  // What their Python wrote the last time.
  writeFileSync(join(folder, 'e-1.pt2'), '');
  assert.ok(!(await checkpointsOf([folder], { python: 'net.py:Net' })).includes(join(folder, 'e-1.pt2')));
  writeFileSync(join(folder, 'landscape.json'), JSON.stringify({ model: 'net.pt2' }));
  assert.deepEqual(await checkpointsOf([folder]), [...at('e-1.pt2'), ...weights].sort());
  // Named as a file it is measured.
  assert.deepEqual(await checkpointsOf(at('net.pt2')), at('net.pt2'));
});

test('a folder without checkpoints, and one of too many, are sentences', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'empty'));
  await assert.rejects(checkpointsOf([join(folder, 'empty')]), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /empty holds no checkpoints: name files, or a folder of them\.$/);
    return true;
  });
  for (let i = 0; i < 500; i++) writeFileSync(join(folder, `epoch-${i}.keras`), '');
  const all = await checkpointsOf([folder]);
  assert.throws(
    () => compareRequest(all, { data: 'd.npz' }),
    /At most 200 checkpoints can be compared at once, and these are 500\./,
  );
});
