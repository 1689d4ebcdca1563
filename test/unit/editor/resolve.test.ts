import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCheckpointName } from '../../../src/editor/checkpoint-files';
import { SuffixIndex, resolveCheckpoint } from '../../../src/editor/hover/resolve';

const files = [
  '/w/runs/a/best.pth',
  '/w/runs/a/notes.bin',
  '/w/runs/a/x.keras',
  '/w/runs/b/x.keras',
  '/w/runs/b/y.keras',
  '/w/src/z.keras',
  '/far/q.h5',
];
const index = new SuffixIndex();
for (const file of files.filter((f) => f.startsWith('/w'))) index.add(file);

function resolve(parts: string[], anchored = true) {
  return resolveCheckpoint(
    { parts, anchored, start: 0, end: 0 },
    {
      documentFolder: '/w/src',
      workspaceFolders: ['/w'],
      exists: (file) => Promise.resolve(files.includes(file)),
      endingIn: (tail) => Promise.resolve(index.endingIn(tail)),
    },
  );
}

test("against the document's folder first, then the workspace's", async () => {
  assert.equal(await resolve(['z.keras']), '/w/src/z.keras');
  assert.equal(await resolve(['../runs/a/x.keras']), '/w/runs/a/x.keras');
  assert.equal(await resolve(['runs/a/x.keras']), '/w/runs/a/x.keras');
  assert.equal(await resolve(['runs', 'a', 'x.keras']), '/w/runs/a/x.keras');
});

test('weights of PyTorch have hovers as checkpoints do, and make up no run', async () => {
  assert.equal(await resolve(['runs/a/best.pth']), '/w/runs/a/best.pth');
  assert.equal(await resolve(['best.pth']), '/w/runs/a/best.pth');
  assert.equal(await resolve(['runs/a/notes.bin']), undefined);
  assert.deepEqual(index.byFolder(isCheckpointName).get('/w/runs/a'), ['/w/runs/a/x.keras']);
});

test('an absolute path is itself or nothing', async () => {
  assert.equal(await resolve(['/far/q.h5']), '/far/q.h5');
  assert.equal(await resolve(['runs', '/far', 'q.h5']), '/far/q.h5');
  assert.equal(await resolve(['/elsewhere/y.keras']), undefined);
});

test('by its last parts only when exactly one file ends so', async () => {
  assert.equal(await resolve(['y.keras']), '/w/runs/b/y.keras');
  assert.equal(await resolve(['b', 'x.keras'], false), '/w/runs/b/x.keras');
  assert.equal(await resolve(['x.keras'], false), undefined);
  assert.equal(await resolve(['./b/x.keras']), '/w/runs/b/x.keras');
  assert.equal(await resolve(['../b/x.keras'], false), undefined);
  assert.equal(await resolve(['uns/b/x.keras']), undefined);
});

test('names that are no checkpoint are not looked up', async () => {
  assert.equal(await resolve(['z.py']), undefined);
  assert.equal(await resolve(['runs']), undefined);
});

test('a removed file is no longer found', () => {
  const own = new SuffixIndex();
  own.add('/a/b.keras');
  own.remove('/a/b.keras');
  assert.deepEqual(own.endingIn(['b.keras']), []);
});
