import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openBeside } from '../../../src/formats/beside';
import { openFile } from '../../../src/formats/containers/source';

// A file names others that belong to it; a link must not make those any file of the machine.

const root = mkdtempSync(join(tmpdir(), 'landscape-beside-'));
after(() => rmSync(root, { recursive: true }));
const at = (...parts: string[]) => join(root, ...parts);
for (const folder of ['own/data', 'blobs', 'cache']) mkdirSync(at(folder), { recursive: true });
for (const file of ['own/model', 'own/data/w', 'secret', 'blobs/model', 'blobs/w'])
  writeFileSync(at(file), file);
const link = (target: string, ...path: string[]) => symlinkSync(target, at(...path));
link('../secret', 'own', 'out');
link('..', 'own', 'up');
link('data/w', 'own', 'in');
link('../blobs/model', 'cache', 'model');
link('../blobs/w', 'cache', 'w');
link('../secret', 'cache', 'out');

function opened(model: string, location: string): string {
  const source = openFile(at(model));
  try {
    const beside = openBeside(source, location, 'a data file');
    const bytes = beside.read(0, beside.size);
    beside.close();
    return new TextDecoder().decode(bytes);
  } catch (error) {
    return (error as Error).message.replaceAll(root, '');
  } finally {
    source.close();
  }
}

test('files beside another are opened only where they lie in its folder', () => {
  const refused = (model: string, location: string) =>
    `/${model} names a data file outside its own folder (${location}), which is not opened.`;
  assert.equal(opened('own/model', 'data/w'), 'own/data/w');
  assert.equal(opened('own/model', 'in'), 'own/data/w');
  for (const location of ['out', 'up/secret', '../secret', '/etc/passwd', 'file:w', 'data/../../secret'])
    assert.equal(opened('own/model', location), refused('own/model', location));
  assert.equal(opened('own/model', 'none'), 'There is no file /own/none.');
});

test('a file that is itself a link, as in a cache of downloads, has the folder it points into too', () => {
  assert.equal(opened('cache/model', 'w'), 'blobs/w');
  assert.equal(
    opened('cache/model', 'out'),
    '/cache/model names a data file outside its own folder (out), which is not opened.',
  );
});
