import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRunName } from '../../../src/contract/checkpoint-names';
import { SuffixIndex, holdsRun, resolveCheckpoint } from '../../../src/editor/hover/resolve';

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

test('weights of PyTorch have hovers as checkpoints do', async () => {
  assert.equal(await resolve(['runs/a/best.pth']), '/w/runs/a/best.pth');
  assert.equal(await resolve(['best.pth']), '/w/runs/a/best.pth');
  assert.equal(await resolve(['runs/a/notes.bin']), undefined);
});

test('weights of PyTorch make up a run as checkpoints do, but not with the network that is written beside them', () => {
  const own = new SuffixIndex();
  const inside = (folder: string) => own.byFolder(isRunName).get(folder) ?? [];
  for (const name of ['epoch-10.pth', 'epoch-2.pth', 'net.pt2', 'optimizer.pt', 'data.npz'])
    own.add(`/w/runs/${name}`);
  assert.deepEqual(
    inside('/w/runs'),
    ['epoch-2.pth', 'epoch-10.pth', 'net.pt2'].map((name) => `/w/runs/${name}`),
  );
  assert.ok(holdsRun(inside('/w/runs')));
  for (const name of ['best.pth', 'best.pt2']) own.add(`/w/one/${name}`);
  assert.ok(!holdsRun(inside('/w/one')));
  for (const name of ['a.onnx', 'b.onnx']) own.add(`/w/two/${name}`);
  assert.ok(holdsRun(inside('/w/two')));
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
