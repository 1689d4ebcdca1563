import assert from 'node:assert/strict';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isAsWritten, makeFolder, writeOwn, writeWhole } from '../../../src/settings/atomic-write';
import { temporaryFolder } from '../../support/corpus';

test('a link that a person named is followed, to a file and to where none lies yet', async () => {
  const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
  const link = (name: string, target: string) => {
    symlinkSync(target, join(folder, name));
    return join(folder, name);
  };
  writeFileSync(join(elsewhere, 'old'), 'old');
  await writeWhole(link('a', join(elsewhere, 'old')), 'new');
  assert.equal(readFileSync(join(elsewhere, 'old'), 'utf8'), 'new');
  await writeWhole(link('b', join(elsewhere, 'none yet')), 'first');
  assert.equal(readFileSync(join(elsewhere, 'none yet'), 'utf8'), 'first');
  assert.equal(readlinkSync(join(folder, 'b')), join(elsewhere, 'none yet'));
  // A relative one starts from its folder, which may be reached by a link itself.
  mkdirSync(join(elsewhere, 'deep'));
  symlinkSync('../beside', join(elsewhere, 'deep', 'c'));
  await writeWhole(join(link('linked folder', join(elsewhere, 'deep')), 'c'), 'third');
  assert.equal(readFileSync(join(elsewhere, 'beside'), 'utf8'), 'third');
  await writeWhole(link('d', link('e', join(elsewhere, 'new folder', 'end'))), 'fourth');
  assert.equal(readFileSync(join(elsewhere, 'new folder', 'end'), 'utf8'), 'fourth');
  link('x', join(folder, 'y'));
  await assert.rejects(writeWhole(link('y', join(folder, 'x')), ''), /its links lead back to themselves/);
});

test('a file of our own is never written through a link, and is parted from its other names', async () => {
  const folder = temporaryFolder();
  const [own, other] = [join(folder, 'own'), join(folder, 'other')];
  const mark = await writeOwn(own, 'one');
  assert.ok(await isAsWritten(own, mark));
  linkSync(own, other);
  await writeOwn(own, 'two');
  assert.equal(await isAsWritten(own, mark), false);
  assert.deepEqual([readFileSync(own, 'utf8'), readFileSync(other, 'utf8')], ['two', 'one']);
  for (const target of ['own', 'nothing', '/dev/null']) {
    const link = join(folder, `to ${target.replaceAll('/', '')}`);
    symlinkSync(target, link);
    await assert.rejects(
      writeOwn(link, 'three'),
      /is a link, and nothing is written through links here: take it away\.$/,
    );
  }
  mkdirSync(join(folder, 'folder'));
  await assert.rejects(writeOwn(join(folder, 'folder'), ''), /folder is no plain file: take it away\.$/);
  await assert.rejects(writeOwn(join(folder, 'gone', 'file'), ''), /its folder is not there any more/);
  assert.equal(readFileSync(own, 'utf8'), 'two');
  assert.ok(readdirSync(folder).every((name) => !name.startsWith('.')));
});

test('a folder that cannot be made is named, with the reason', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  await assert.rejects(makeFolder(join(file, 'a', 'b')), {
    name: 'UserError',
    message: `${join(file, 'a', 'b')} could not be written: a part of its path is a file. Choose another folder.`,
  });
});
