import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DocumentRequest } from '../../../src/editor/documents/document-request';
import { memberReports, memberRequest } from '../../../src/editor/documents/member-requests';
import { settingsText } from '../../../src/settings/fingerprint';
import { compareRequest } from '../../../src/settings/merge';
import type { Comparison } from '../../../src/contract/comparison';
import { aReport } from './a-report';

const reportOf = (path: string) => aReport({ checkpoint: { ...aReport().checkpoint, path } });
const trained = { seed: 3, labelNoise: 0.2 };

/** Four checkpoints were asked for, and the first could not be read. */
const request: DocumentRequest = {
  method: 'compare',
  params: compareRequest(['/w/a', '/w/b', '/w/c', '/w/d'], { data: '/w/d.npz' }),
};
const comparison: Comparison = {
  schemaVersion: 1,
  kind: 'comparison',
  status: 'complete',
  createdAt: '',
  title: '',
  members: ['/w/b', '/w/c', '/w/d'].map((path) => ({
    label: path,
    path,
    run: 'r',
    hyperparameters: {},
    ...(path === '/w/c' ? { trained } : {}),
  })),
  reports: ['/w/b', '/w/c', '/w/d'].map(reportOf),
  correlations: [],
  barriers: [],
  findings: [],
  notes: [],
  seconds: 0,
};

test('a member is opened by its own path although others failed', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((index) => memberRequest(request, comparison, index)?.checkpoint),
    ['/w/b', '/w/c', '/w/d', undefined],
  );
});

test('every report is stored, each under the request that would give it again', () => {
  const stored = memberReports(request, comparison);
  assert.deepEqual(
    stored.map(({ report }) => report.checkpoint.path),
    ['/w/b', '/w/c', '/w/d'],
  );
  for (const { request: made, report } of stored) assert.equal(made.checkpoint, report.checkpoint.path);
  assert.deepEqual(memberReports(request, { ...comparison, status: 'running' }), []);
});

test('what was measured on noisy labels is stored as that', () => {
  const [clean, noisy] = memberReports(request, comparison).map((each) => each.request);
  assert.equal(clean.trained, undefined);
  assert.deepEqual(noisy.trained, trained);
  assert.notEqual(settingsText(clean), settingsText(noisy));
});
