import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markdownOf } from '../../../src/editor/panel/markdown-of';
import type { PanelState } from '../../../src/contract/panel-protocol';
import { aReport } from './a-report';

const state = (changes: Partial<PanelState>): PanelState => ({
  ...{ view: 'report', title: 'x_1.keras — run|a', job: { status: 'idle' }, stale: [] },
  ...{ report: undefined, summary: undefined },
  ...changes,
});

test('a report is its figures, how they were measured and what they mean, in Markdown', () => {
  const text = markdownOf(state({ report: aReport() })) ?? '';
  const [title, how, table, say] = text.split('\n\n');
  assert.equal(title, '**x\\_1.keras — run\\|a**', 'names of files are no Markdown');
  assert.match(how, /all 1,437 training rows/);
  const rows = table.split('\n');
  assert.deepEqual(rows.slice(0, 2), ['|  |  |', '|:--|--:|']);
  assert.match(rows[2], /^\| Largest eigenvalue \| 2\.88700 ± 0\.00020 numeric \|$/);
  assert.match(say, /gradient descent diverges for steps above 0\.693/);
});

test('a comparison is a row a measure, and what holds no figures is nothing', () => {
  const members = ['a.keras', 'b.keras'].map((label) => ({ label, path: `/w/${label}` }));
  const reports = [aReport(), aReport()];
  const comparison = { kind: 'comparison', members, reports, findings: ['They differ.'] };
  const text = markdownOf(state({ view: 'document', document: comparison as never })) ?? '';
  assert.match(text, /\| {2}\| a\.keras \| b\.keras \|\n\|:--\|--:\|--:\|\n/);
  assert.match(text, /\| test accuracy \| 0\.96[^|]* \| 0\.96/);
  assert.match(text, /They differ\.\n$/);
  assert.equal(markdownOf(state({})), undefined);
  assert.equal(markdownOf(state({ document: { ...comparison, reports: [] } as never })), undefined);
});
