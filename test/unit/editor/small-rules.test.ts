import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NETWORK_ENDINGS, WEIGHTS_ENDINGS } from '../../../src/contract/vocabulary';
import { isCheckpointName, isMeasuredName, isPytorchName } from '../../../src/contract/checkpoint-names';
import { PICKED_ENDINGS } from '../../../src/editor/checkpoint-files';
import { endsOfRun, everyNth } from '../../../src/editor/commands/run-ends';
import { rankCandidates } from '../../../src/editor/first-use/data-candidates';
import { SAVE_LINES } from '../../../src/editor/first-use/save-lines';
import { inOrder } from '../../../src/editor/panel/in-order';
import { restoreText } from '../../../src/editor/panel/about';
import { parseSaved } from '../../../src/editor/panel/restore';
import { pageOf } from '../../../src/editor/panel/page';
import { inWorkspaceTerms } from '../../../src/editor/path-names';
import { analyzeRequest, interpolateRequest } from '../../../src/settings/merge';

test('names of checkpoints', () => {
  for (const name of [
    'a.keras',
    'A.KERAS',
    'a.h5',
    'a.hdf5',
    'a.onnx',
    'a.pt2',
    'model.json',
    '/r/model.json',
    'my-model.json',
  ]) {
    assert.ok(isCheckpointName(name), name);
  }
  for (const name of [
    'a.py',
    'keras',
    'a.keras.txt',
    'landscape.json',
    'a.h5.npz',
    'datamodel.json',
    '/w/datamodel.json',
  ]) {
    assert.ok(!isCheckpointName(name), name);
  }
});

test('names of PyTorch weights', () => {
  for (const name of [
    'a.pt',
    '/r/A.PTH',
    'a.ckpt',
    'model_best.pth.tar',
    'model.safetensors',
    '/r/pytorch_model-00001-of-00002.bin',
  ])
    assert.ok(isPytorchName(name), name);
  for (const name of [
    'a.pt2',
    'a.keras',
    'a.tar',
    'apth.tar',
    'group1-shard1of1.bin',
    '/pytorch_model/a.bin',
    'pt',
  ])
    assert.ok(!isPytorchName(name), name);
});

test('a dialog offers every ending that a checkpoint may have', () => {
  const names = [...NETWORK_ENDINGS, ...WEIGHTS_ENDINGS].map((ending) => `a.${ending}`);
  for (const name of [...names, 'model.json', 'pytorch_model.bin']) {
    assert.ok(isMeasuredName(name), name);
    assert.ok(PICKED_ENDINGS.includes(name.split('.').at(-1) ?? ''), name);
  }
});

test('of readings that overlap the one begun last counts', async () => {
  const ends: ((value: string) => void)[] = [];
  const taken: string[] = [];
  const read = inOrder(
    () => new Promise<string>((resolve) => ends.push(resolve)),
    (result) => taken.push(result),
  );
  const all = [read(), read(), read()];
  ends[1]?.('second');
  await all[1];
  ends[0]?.('first');
  await all[0];
  ends[2]?.('third');
  await all[2];
  assert.deepEqual(taken, ['second', 'third']);
});

test('data files nearest to the checkpoint come first', () => {
  const files = [
    '/h/.keras/datasets/mnist.npz',
    '/w/z.npz',
    '/w/runs/a/x.npy',
    '/w/runs/d.npz',
    '/w/a.npz',
    '/w/a.npz',
  ];
  const ranked = rankCandidates('/w/runs/a/c.keras', files, '/w', '/h');
  assert.deepEqual(
    ranked.map(({ name, where }) => `${name} in ${where}`),
    [
      'x.npy in runs/a',
      'd.npz in runs',
      'a.npz in workspace folder',
      'z.npz in workspace folder',
      'mnist.npz in ~/.keras/datasets',
    ],
  );
});

test('all lines save the four arrays that are read', () => {
  assert.equal(SAVE_LINES.length, 3);
  for (const { lines } of SAVE_LINES) {
    assert.match(
      lines,
      /np\.savez_compressed\('data\.npz', x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test\)\n$/,
    );
  }
});

test('a panel opens again from what its webview kept, and from nothing else', () => {
  const line = interpolateRequest('/a', '/b', { data: '/d' });
  for (const about of [analyzeRequest('/a', { data: '/d' }), line, '/r/x.landscape.json']) {
    assert.deepEqual(parseSaved({ panel: { restore: restoreText(about) }, ui: {} })?.about, about);
  }
  const about = { request: { method: 'file', params: { path: '/w/c.json' } }, title: 'c' } as const;
  const panel = { restore: restoreText(about), title: 'c' };
  assert.deepEqual(parseSaved({ panel, ui: {} }), { about, document: undefined });
  for (const saved of [
    undefined,
    {},
    { panel: {} },
    { panel: { restore: '{' } },
    { panel: { restore: '{"request":{}}' } },
  ]) {
    assert.equal(parseSaved(saved), undefined);
  }
});

test('the ends of a run by the numbers in its names, whatever lies beside them', () => {
  const run = [
    '/r/epoch-10.keras',
    '/r/best.keras',
    '/r/epoch-9.keras',
    '/r/epoch-1.keras',
    '/r/final.keras',
  ];
  assert.deepEqual(endsOfRun(run), ['/r/epoch-1.keras', '/r/epoch-10.keras']);
  assert.deepEqual(endsOfRun(['/r/b.h5', '/r/a.h5']), ['/r/a.h5', '/r/b.h5']);
  assert.deepEqual(endsOfRun(['/r/2/model.json', '/r/10/model.json']), [
    '/r/2/model.json',
    '/r/10/model.json',
  ]);
  assert.equal(endsOfRun(['/r/a.h5']), undefined);
  assert.equal(endsOfRun([]), undefined);
});

test('the engine names files as a person of the workspace would', () => {
  const terms = (message: string, folders: string[]) => inWorkspaceTerms(message, folders, '/opt/editor');
  assert.equal(
    terms('x_train in ../../w/My Data/a.npz has 3 rows.', ['/w']),
    'x_train in My Data/a.npz has 3 rows.',
  );
  assert.equal(terms('/w/sub/a.keras is damaged.', ['/w', '/w/sub']), 'a.keras is damaged.');
  assert.equal(terms('../../else/a.keras is damaged.', ['/w']), '/else/a.keras is damaged.');
  assert.equal(terms('Nothing of files.', []), 'Nothing of files.');
});

test('an exported page holds the report and nothing of the run or of the panel', () => {
  const state = { view: 'report', title: 'a</title>', report: { kind: 'analysis' }, restore: 'SECRET' };
  const job = { status: 'failed', message: 'SECRET', ofRun: true };
  const html = pageOf(JSON.stringify({ ...state, job, stale: ['SECRET'] }), 'run()', 'b{}');
  assert.match(html, /"kind":"analysis"/);
  assert.match(html, /run\(\)/);
  assert.match(html, /b\{\}/);
  assert.doesNotMatch(html, /SECRET|a<\/title>/);
});

test('of more checkpoints than can be compared, some in the order of their numbers and the last', () => {
  const files = Array.from({ length: 300 }, (_, i) => `/r/epoch-${300 - i}.keras`);
  const some = everyNth(files, 2);
  assert.equal(some.length, 151);
  assert.deepEqual(some.slice(0, 2), ['/r/epoch-1.keras', '/r/epoch-3.keras']);
  assert.equal(some.at(-1), '/r/epoch-300.keras');
});
