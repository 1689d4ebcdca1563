import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelState, type PanelFacts } from '../../../src/editor/panel/panel-state';
import { titleOfPaths, type DocumentJob, type ReportJob } from '../../../src/editor/jobs/job';
import { analyzeRequest } from '../../../src/settings/merge';
import { aHistory } from './a-history';
import { aReport } from './a-report';

const facts: PanelFacts = {
  view: 'report',
  title: 'x.keras',
  job: undefined,
  ahead: 0,
  stored: undefined,
  stale: [],
  summary: undefined,
  problem: undefined,
  contents: undefined,
  next: [],
  restore: undefined,
  rest: undefined,
  settable: true,
};
const job = (changes: Partial<ReportJob>): ReportJob => ({
  id: 1,
  asked: analyzeRequest('/w/x.keras', { data: '/w/d.npz' }),
  key: 'i',
  status: 'running',
  progress: undefined,
  found: undefined,
  error: undefined,
  reuse: false,
  whole: false,
  rest: undefined,
  instead: undefined,
  ...changes,
});

test('a stored report shows until the run has its own', () => {
  const stored = aReport({ notes: ['old'] });
  const before = panelState({ ...facts, stored, stale: ['Changed.'], job: job({}) });
  assert.deepEqual(before.report?.notes, ['old']);
  assert.deepEqual(before.stale, ['Changed.']);
  assert.equal(before.job.status, 'running');
  const after = panelState({ ...facts, stored, stale: ['Changed.'], job: job({ found: aReport() }) });
  assert.deepEqual(after.report?.notes, []);
  assert.deepEqual(after.stale, []);
});

test('a document is what its job holds, and one that failed before it had anything cannot go on', () => {
  const asked = { request: { method: 'file', params: { path: '/w/h.json' } }, title: 'h' } as const;
  const ofDocument = (changes: Partial<DocumentJob>): DocumentJob =>
    ({ ...job({}), asked, ...changes }) as never;
  const found = aHistory('/w');
  const shown = panelState({
    ...facts,
    view: 'document',
    job: ofDocument({ status: 'idle', found: found }),
  });
  assert.deepEqual([shown.job, shown.document, shown.report], [{ status: 'idle' }, found, undefined]);
  const failed = { status: 'failed', error: new Error('Full.') } as const;
  const begunOf = (more: object) => panelState({ ...facts, job: ofDocument({ ...failed, ...more }) }).job;
  const told = { status: 'failed', message: 'Full.', ofRun: true };
  assert.deepEqual(begunOf({}), { ...told, begun: false });
  assert.deepEqual(begunOf({ found }), { ...told, begun: true });
});

test('a failure carries its sentence, a queue its length', () => {
  const failed = panelState({ ...facts, job: job({ status: 'failed', error: new Error('No data.') }) });
  assert.deepEqual(failed.job, { status: 'failed', message: 'No data.', ofRun: true });
  assert.deepEqual(panelState({ ...facts, ahead: 2, job: job({ status: 'queued' }) }).job, {
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
  assert.deepEqual(ids({ job: job({ found: unscaled }) }), ['scale-inputs'], 'while it runs, too');
  const rest = {
    text: 'First figures.',
    steps: [{ id: 'layers', seconds: 7.6 }, { id: 'parts' }],
    seconds: 121,
  } as const;
  const first = { status: 'finished', found: aReport(), rest } as const;
  const steps = ['measure-layers', 'measure-parts', 'measure-rest'];
  assert.deepEqual(ids({ job: job(first) }), steps);
  assert.deepEqual(
    panelState({ ...facts, job: job(first) }).offers?.[0].actions.map(({ label }) => label),
    ['Layers · 8 s', 'Everything on few rows', 'All of it · 2 min 1 s'],
  );
  assert.deepEqual(ids({ job: job({ ...first, status: 'running' }) }), []);
  assert.deepEqual(ids({ stored: aReport(), rest }), steps);
  assert.deepEqual(ids({ job: job({ ...first, rest: undefined }), rest }), []);
});
