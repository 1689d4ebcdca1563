import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { fake, resetFake } from './fake-vscode';
import * as vscode from 'vscode';
import type { CheckpointChange } from '../../../src/contract/change';
import { besideFigures, changedLayers, changedTensors } from '../../../src/editor/git/change-of';
import { OpenStates } from '../../../src/editor/git/open-states';
import { stateName } from '../../../src/editor/git/state-name';
import { withChange } from '../../../src/editor/git/with-change';
import { NOTHING, type Subject } from '../../../src/editor/panel/live-view';
import { describe } from '../../../src/jobs/describe/describe';
import { show } from '../../../src/jobs/show/show';
import { changeSentences } from '../../../src/wording/change-text';
import { corpus, example } from '../../support/corpus';
import { aReport } from './a-report';

beforeEach(resetFake);

const { signal } = new AbortController();
const files = [corpus('keras/mlp-digits.keras'), corpus('keras/mlp-digits-rescaled.keras')];

const changeOf = (more: Partial<CheckpointChange>): CheckpointChange => ({
  ...{ since: 'HEAD', side: 'now', figures: [], layers: [], tensors: [], equal: 0 },
  ...{ relative: 0, angle: 0, sampled: false },
  ...more,
});

test('each tensor that differs has both norms and how far it moved, those that are equal are counted', async () => {
  const change = changedTensors(await show({ files }, { signal }));
  const [before, now] = await Promise.all(files.map((file) => describe({ checkpoint: file })));
  const norms = ({ parameters }: typeof before) => parameters.map(({ norm }) => norm).sort();
  assert.equal(change.tensors.length + change.equal, before.parameters.length);
  assert.ok(change.tensors.length > 0 && change.equal > 0);
  for (const { before: then, now: since, relative = NaN } of change.tensors) {
    assert.ok(norms(before).some((norm) => Math.abs(norm - then!) < 1e-6 * norm));
    assert.ok(norms(now).some((norm) => Math.abs(norm - since!) < 1e-6 * norm));
    // A rescaled tensor lies on the same ray.
    assert.ok(Math.abs(relative - Math.abs(since! / then! - 1)) < 1e-5);
  }
  assert.deepEqual(changedLayers(before, now), []);
  assert.deepEqual(changedTensors(await show({ files: [files[0], files[0]] }, { signal })).tensors, []);
});

test('layers that Keras has only numbered anew are the same layers', async () => {
  const run = [corpus('runs/small-batch/epoch-016.keras'), example('small-batch/epoch-020.keras')];
  const [before, now] = await Promise.all(run.map((file) => describe({ checkpoint: file })));
  assert.notDeepEqual(
    before.layers.map(({ name }) => name),
    now.layers.map(({ name }) => name),
  );
  assert.deepEqual(changedLayers(before, now), []);
  const change = changedTensors(await show({ files: run }, { signal }));
  assert.equal(change.tensors.length, before.parameters.length);
  for (const { before: then, now: since, relative = 0 } of change.tensors)
    assert.ok(then && since && relative > 0);
  const [said] = changeSentences(changeOf(change));
  assert.match(said, /^6 tensors of 6 differ: together they lie 13\.6 % .* turned by 6\.8°\.$/);
});

test('nothing is said to have moved where no tensor is of both', () => {
  const tensors = [
    { name: 'a', before: 1 },
    { name: 'b', now: 1 },
  ];
  const [said] = changeSentences(changeOf({ tensors }));
  assert.equal(said, '2 tensors of 2 differ.');
});

test('layers that differ, come or go are told, and nothing else', () => {
  const layer = (name: string, parameters: number) => ({
    ...{ name, className: 'Dense', outputShape: [10], parameters },
  });
  const [a, b, c] = [layer('a', 5), layer('b', 5), layer('c', 1)];
  const layers = changedLayers({ layers: [a, b] }, { layers: [a, layer('b', 7), c] });
  assert.deepEqual(layers, [
    { name: 'b', before: 'Dense · 10 · 5 parameters', now: 'Dense · 10 · 7 parameters' },
    { name: 'c', now: 'Dense · 10 · 1 parameter' },
  ]);
  const [said] = changeSentences(changeOf({ layers, layerCounts: { before: 2, now: 3 } }));
  assert.equal(said, 'The architecture has changed: 2 layers differ, 2 layers at HEAD and 3 now.');
});

test('figures stand side by side, and what was not measured is left out', () => {
  assert.deepEqual(besideFigures(undefined, undefined), []);
  const [largest] = besideFigures(undefined, aReport());
  assert.equal(largest.name, 'Largest eigenvalue');
  assert.ok(largest.now && !('before' in largest));
});

test('a sentence says how far all tensors moved together', () => {
  const [said] = changeSentences(
    changeOf({
      tensors: [{ name: 'a', before: 1, now: 2, relative: 1 }],
      equal: 3,
      relative: 0.25,
      angle: 8,
    }),
  );
  assert.match(said, /^1 tensor of 4 differs: together they lie 25 % of their norm .* turned by 8°\.$/);
  const [same] = changeSentences(changeOf({ equal: 4 }));
  assert.equal(same, 'All tensors are equal to the last bit.');
});

test('a state of git is called what a person calls it', async () => {
  const uri = (query: object, scheme = 'git') =>
    vscode.Uri.from({ scheme, path: '/w/a.keras', query: JSON.stringify(query) });
  assert.equal(await stateName(uri({ ref: 'HEAD' })), 'HEAD');
  assert.equal(await stateName(uri({ ref: '' })), 'index');
  assert.equal(await stateName(uri({ ref: 'f'.repeat(40) })), 'ffffffff');
  assert.equal(await stateName(uri({}, 'vscode-vfs')), 'vscode-vfs');
  let staged: { uri: vscode.Uri }[] = [];
  const api = { getRepository: () => ({ state: { indexChanges: staged } }) };
  fake.extensions['vscode.git'] = { activate: () => Promise.resolve({ getAPI: () => api }) };
  assert.equal(await stateName(uri({ ref: '~' })), 'HEAD');
  staged = [{ uri: vscode.Uri.file('/w/a.keras') }];
  assert.equal(await stateName(uri({ ref: '~' })), 'index');
});

test('a file on disk finds the state that is open beside it, as long as that is open', () => {
  const states = new OpenStates();
  const told: string[] = [];
  const stop = states.onChange((file) => told.push(file));
  const close = states.add('/w/a', { copy: '/c/1', since: 'HEAD' });
  const closeIndex = states.add('/w/a', { copy: '/c/2', since: 'index' });
  assert.equal(states.of('/w/a')?.since, 'index');
  closeIndex();
  assert.equal(states.of('/w/a')?.since, 'HEAD');
  close();
  assert.equal(states.of('/w/a'), undefined);
  stop();
  states.add('/w/a', { copy: '/c/1', since: 'HEAD' });
  assert.equal(told.length, 4);
});

test(
  'a page does not wait for what has changed, and gets it once it is there',
  { timeout: 20_000 },
  async () => {
    const subject = { load: () => Promise.resolve(NOTHING) } as unknown as Subject;
    const change = changeOf({});
    const quick = await withChange(subject, () => Promise.resolve(change)).load(() => assert.fail());
    assert.equal(quick.change, change);
    let come: (found: CheckpointChange) => void = () => undefined;
    let asked = 0;
    const slow = withChange(subject, () => {
      asked++;
      return new Promise((resolve) => (come = resolve));
    });
    const later = new Promise<void>((again) => {
      void slow.load(again).then((facts) => {
        assert.equal(facts.change, undefined);
        come(change);
      });
    });
    // The page's patience keeps no process alive; the editor does.
    const alive = setInterval(() => undefined, 1000);
    await later;
    clearInterval(alive);
    assert.equal((await slow.load(() => undefined)).change, change);
    assert.equal(asked, 1, 'what has come is not asked for again');
  },
);
