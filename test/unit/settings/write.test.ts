import assert from 'node:assert/strict';
import { lstat, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { writeWhole } from '../../../src/settings/atomic-write';
import { pathInSettings, placeForSettings, updateSettings } from '../../../src/settings/write';
import { UserError } from '../../../src/core/errors';
import { temporaryFolder } from './temporary-folder';

test('a new file belongs into the deepest folder that holds both, within the workspace', () => {
  const place = (data: string, workspace: string | undefined) =>
    placeForSettings('/w/p/runs/a/x.keras', data, workspace);
  assert.equal(place('/w/p/data/d.npz', '/w'), '/w/p/landscape.json');
  assert.equal(place('/w/p/runs/a/d.npz', '/w'), '/w/p/runs/a/landscape.json');
  assert.equal(place('/home/me/.keras/datasets/mnist.npz', '/w'), '/w/p/runs/a/landscape.json');
  assert.equal(place('/w/data/d.npz', '/w/p'), '/w/p/runs/a/landscape.json');
  assert.equal(place('/w/p/data/d.npz', undefined), '/w/p/runs/a/landscape.json');
  assert.equal(place('/w/p/runs/ab/d.npz', '/w'), '/w/p/runs/landscape.json');
});

test('the path in it is relative to it', () => {
  assert.equal(pathInSettings('/w/p/landscape.json', '/w/p/data/d.npz'), 'data/d.npz');
  assert.equal(pathInSettings('/w/p/landscape.json', '/home/d.npz'), '../../home/d.npz');
});

test('an update keeps comments and other keys', async () => {
  const file = path.join(temporaryFolder(), 'landscape.json');
  await updateSettings(file, { data: 'a.npz' });
  assert.equal(await readFile(file, 'utf8'), '{\n  "data": "a.npz"\n}\n');
  await writeFile(file, '{\n  // ours\n  "top": 7\n}\n');
  await updateSettings(file, { data: 'b.npz' });
  assert.equal(await readFile(file, 'utf8'), '{\n  // ours\n  "top": 7,\n  "data": "b.npz"\n}\n');
});

test('an update leaves a file with a mistake alone', async () => {
  const file = path.join(temporaryFolder(), 'landscape.json');
  await writeFile(file, '{ "tops": 7 }');
  await assert.rejects(updateSettings(file, { data: 'b.npz' }), /"tops" is no setting/);
  assert.equal(await readFile(file, 'utf8'), '{ "tops": 7 }');
});

test('a file that cannot be written is named and nothing is left behind', async () => {
  const root = temporaryFolder();
  await writeFile(path.join(root, 'file'), '');
  await assert.rejects(writeWhole(path.join(root, 'file', 'x.json'), '{}'), UserError);
  await assert.rejects(writeWhole(root, 'x'), /could not be written/);
  assert.deepEqual(await readdir(root), ['file']);
  await writeWhole(path.join(root, 'a', 'b.json'), 'hello');
  assert.equal(await readFile(path.join(root, 'a', 'b.json'), 'utf8'), 'hello');
  assert.deepEqual(await readdir(path.join(root, 'a')), ['b.json']);
});

test(
  'a link is followed, and a pipe or a device is not replaced',
  { skip: process.platform === 'win32' },
  async () => {
    const root = temporaryFolder();
    await writeFile(path.join(root, 'real.json'), 'old');
    await symlink(path.join(root, 'real.json'), path.join(root, 'link.json'));
    await writeWhole(path.join(root, 'link.json'), 'new');
    assert.ok((await lstat(path.join(root, 'link.json'))).isSymbolicLink());
    assert.equal(await readFile(path.join(root, 'real.json'), 'utf8'), 'new');
    const device = path.join(root, 'device');
    await symlink('/dev/null', device);
    await writeWhole(device, 'x');
    assert.ok((await lstat(device)).isSymbolicLink() && (await stat(device)).isCharacterDevice());
  },
);
