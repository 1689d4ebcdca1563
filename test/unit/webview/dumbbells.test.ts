import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dumbbell, dumbbellsHeight, dumbbellsPlot } from '../../../webview/plots/dumbbells';
import { isRescaled, rescaledMeasures } from '../../../src/wording/rescaled-ratios';
import type { Report } from '../../../src/contract/report';
import { sampleReport } from '../../support/sample-report';
import { matchesSnapshot } from './snapshot';

const OPTIONS = { xName: 'value over value as saved', beforeName: 'as saved', afterName: 'rescaled by 5' };
const row = (name: string, before: number, after: number, error: number | null = null): Dumbbell => ({
  name,
  before: { value: before, standardError: error },
  after: { value: after, standardError: error === null ? null : (error * after) / before },
  ratio: after / before,
});
const rows = [row('largest eigenvalue', 2, 50, 0.4), row('trace', 10, 4, 12), row('Fisher-Rao norm', 3, 3)];

test('a dumbbell a measure: a hollow dot at 1, a filled one at the ratio, bars where errors are known', () => {
  for (const width of [760, 380]) {
    const { svg, series, table, label } = dumbbellsPlot(
      rows,
      { width, height: dumbbellsHeight(rows.length, width) },
      OPTIONS,
    );
    matchesSnapshot(`dumbbells-${width}`, svg);
    const at = (name: string) =>
      [...svg.matchAll(new RegExp(`class="${name}" cx="([\\d.]+)"`, 'g'))].map(([, x]) => Number(x));
    const [hollow, filled] = [at('dot hollow'), at('dot a')];
    assert.equal(new Set(hollow).size, 1, 'all begin at one ratio');
    assert.ok(filled[0] > hollow[0] && filled[1] < hollow[1] && filled[2] === hollow[2]);
    // On a logarithmic axis twice the logarithm is twice as far.
    const far = (i: number) => (filled[i] - hollow[i]) / Math.log(rows[i].ratio);
    assert.ok(Math.abs(far(0) / far(1) - 1) < 1e-2);
    assert.equal(svg.match(/class="error a"/g)?.length, 12, 'four bars, each with two caps');
    assert.ok(!/NaN|Infinity/.test(svg), 'a bar that reaches below zero stays on the axis');
    assert.match(label, /2 of 3 moved/);
    assert.deepEqual(table.rows[0], ['largest eigenvalue', 2, 0.4, 50, 10, 25]);
    assert.deepEqual(
      series.map(({ points }) => points.map(({ text }) => text)),
      [
        ['largest eigenvalue: as saved 2.0 ± 0.4', 'largest eigenvalue: rescaled by 5 50 ± 10, × 25'],
        ['trace: rescaled by 5 4 ± 5, × 0.4', 'trace: as saved 10 ± 12'],
        ['Fisher-Rao norm: as saved 3', 'Fisher-Rao norm: rescaled by 5 3, stays'],
      ],
    );
  }
});

test('nothing to show is said', () => {
  assert.match(dumbbellsPlot([], { width: 400, height: 90 }, OPTIONS).label, /nothing to show/);
});

const member = (path: string, hyperparameters = {}) => ({ label: '', path, run: '', hyperparameters });
const MEMBERS = [member('/a.keras'), member('/a.keras', { factor: 5 })];

/** A report with these measures alone. */
function reportOf(values: Readonly<Record<string, number>>): Report {
  const measures = Object.entries(values).map(([id, value]) => ({
    ...{ id, value, standardError: null, settings: {} },
    invariant: id === 'fisher-rao-norm',
  }));
  const report = sampleReport();
  const spectrum = { ...report.spectrum, largest: [], trace: undefined };
  return { ...report, spectrum, measures };
}

test('only a checkpoint beside itself rescaled is one', () => {
  assert.ok(isRescaled({ members: MEMBERS }));
  assert.ok(!isRescaled({ members: [MEMBERS[0], member('/b.keras', { factor: 5 })] }), 'another file');
  assert.ok(!isRescaled({ members: [MEMBERS[0], MEMBERS[0]] }), 'no factor');
  assert.ok(!isRescaled({ members: [...MEMBERS, MEMBERS[0]] }), 'more than two');
  assert.ok(!isRescaled({ members: [] }));
});

test('ratios stand by blocks, the furthest first; what has no ratio is named', () => {
  const reports = [
    reportOf({ 'fisher-rao-norm': 3, trace: 4, 'lambda-max': 2, 'lambda-min': -1, 'negative-mass': 0 }),
    reportOf({ 'fisher-rao-norm': 3, trace: 2, 'lambda-max': 50, 'lambda-min': -4, 'negative-mass': 1 }),
  ];
  const { measures, without } = rescaledMeasures({ members: MEMBERS, reports });
  assert.deepEqual(
    measures.map(({ id, ratio }) => [id, ratio]),
    [
      ['lambda-max', 25],
      ['lambda-min', 4],
      ['trace', 0.5],
      ['fisher-rao-norm', 1],
    ],
  );
  assert.deepEqual(without, ['negative-mass']);
  assert.deepEqual(rescaledMeasures({ members: MEMBERS, reports: reports.slice(0, 1) }).measures, []);
});
