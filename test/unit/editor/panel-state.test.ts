import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelState, type PanelFacts } from '../../../src/editor/panel/panel-state';
import type { Run } from '../../../src/editor/runs/run-queue';
import { titleOfPaths } from '../../../src/editor/runs/identity';
import { analyzeRequest } from '../../../src/settings/merge';
import { aReport } from './a-report';

const facts: PanelFacts = {
  view: 'report',
  title: 'x.keras',
  run: undefined,
  ahead: 0,
  stored: undefined,
  stale: [],
  summary: undefined,
  problem: undefined,
  restore: undefined,
  rest: undefined,
  settable: true,
};
const run = (changes: Partial<Run>): Run => ({
  id: 1,
  request: analyzeRequest('/w/x.keras', { data: '/w/d.npz' }),
  identity: 'i',
  status: 'running',
  progress: undefined,
  report: undefined,
  error: undefined,
  reuse: false,
  whole: false,
  rest: undefined,
  ...changes,
});

test('a stored report shows until the run has its own', () => {
  const stored = aReport({ notes: ['old'] });
  const before = panelState({ ...facts, stored, stale: ['Changed.'], run: run({}) });
  assert.deepEqual(before.report?.notes, ['old']);
  assert.deepEqual(before.stale, ['Changed.']);
  assert.equal(before.job.status, 'running');
  const after = panelState({ ...facts, stored, stale: ['Changed.'], run: run({ report: aReport() }) });
  assert.deepEqual(after.report?.notes, []);
  assert.deepEqual(after.stale, []);
});

test('what a cancelled run had found says that it is not whole', () => {
  const state = panelState({
    ...facts,
    run: run({ status: 'cancelled', report: aReport({ status: 'running' }) }),
  });
  assert.equal(state.report?.status, 'cancelled');
  assert.equal(state.job.status, 'cancelled');
});

test('a failure carries its sentence, a queue its length', () => {
  const failed = panelState({ ...facts, run: run({ status: 'failed', error: new Error('No data.') }) });
  assert.deepEqual(failed.job, { status: 'failed', message: 'No data.', ofRun: true });
  assert.deepEqual(panelState({ ...facts, ahead: 2, run: run({ status: 'queued' }) }).job, {
    status: 'queued',
    ahead: 2,
  });
  assert.deepEqual(panelState({ ...facts, problem: 'Gone.' }).job, {
    status: 'failed',
    message: 'Gone.',
    ofRun: false,
  });
  assert.deepEqual(panelState(facts).job, { status: 'idle' });
});

test('titles tell files of one name apart', () => {
  assert.equal(titleOfPaths('/r/alpha/a.keras', undefined), 'a.keras — alpha');
  assert.equal(titleOfPaths('/r/a.keras', '/r/b.keras'), 'a.keras → b.keras — r');
  assert.equal(titleOfPaths('/r/one/a.keras', '/r/two/a.keras'), 'one/a.keras → two/a.keras');
  assert.equal(titleOfPaths('/r/one/a.keras', '/r/two/b.keras'), 'one/a.keras → two/b.keras');
  assert.equal(titleOfPaths('/r/cnn/model.json', undefined), 'model.json — cnn');
});

test('unscaled inputs and first figures come with what can be done about them', () => {
  const ids = (changed: Partial<PanelFacts>) =>
    panelState({ ...facts, ...changed }).offers?.flatMap(({ actions }) => actions.map(({ id }) => id));
  const unscaled = aReport({ suggestions: [{ id: 'scale-inputs', text: 'Bytes.' }] });
  assert.deepEqual(ids({ stored: unscaled }), ['scale-inputs']);
  assert.deepEqual(ids({ stored: unscaled, settable: false }), []);
  const penalized = aReport({ suggestions: [{ id: 'include-penalties', text: 'Left out.' }] });
  assert.deepEqual(panelState({ ...facts, stored: penalized }).offers?.[0]?.actions, [
    { id: 'include-penalties', label: 'Include them' },
  ]);
  assert.deepEqual(ids({ run: run({ report: unscaled }) }), ['scale-inputs'], 'while it runs, too');
  const first = { status: 'finished', report: aReport(), rest: 'First figures.' } as const;
  assert.deepEqual(ids({ run: run(first) }), ['measure-rest']);
  assert.deepEqual(ids({ run: run({ ...first, status: 'running' }) }), []);
  assert.deepEqual(ids({ stored: aReport(), rest: 'First figures.' }), ['measure-rest']);
  assert.deepEqual(ids({ run: run({ ...first, rest: undefined }), rest: 'First figures.' }), []);
});
