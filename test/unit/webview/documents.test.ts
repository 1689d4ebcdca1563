import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochLines } from '../../../webview/documents/epoch-lines';
import { linesPlot, type LineSeries } from '../../../webview/plots/lines';
import { scatterPlot, type ScatterPoint } from '../../../webview/plots/scatter';
import { sampleReport } from '../../support/sample-report';
import { matchesSnapshot } from './snapshot';

const WIDE = { width: 620, height: 240 };

const steps = Array.from({ length: 30 }, (_, i) => 50 * i);
const sharpness: LineSeries = {
  name: 'λ₁',
  style: 'a',
  x: steps,
  y: steps.map((step) => 20 * (1 - Math.exp(-step / 300)) + Math.sin(step)),
};
const stability: LineSeries = { name: 'stability', style: 'b dash', x: steps, y: steps.map(() => 20) };
const names = { xName: 'step', yName: 'sharpness', label: 'Sharpness over steps' };

test('lines: two curves with their names at the ends', () => {
  const { svg, table } = linesPlot([sharpness, stability], WIDE, 'lines', names);
  matchesSnapshot('lines', svg);
  assert.equal(table.rows.length, 60);
  assert.deepEqual(table.rows[59], ['stability', 1450, 20, null]);
});

test('lines: points that are not finite break a curve, and the cursor passes over them', () => {
  const broken = { ...sharpness, y: sharpness.y.map((value, i) => (i === 10 ? Number.NaN : value)) };
  const { svg, series } = linesPlot([broken], WIDE, 'broken', names);
  assert.equal(series[0].points.length, 29);
  assert.equal(svg.match(/class="curve a" d="M[^"]*M/g)?.length, 1);
  assert.ok(!svg.includes('NaN'));
});

test('lines: a single epoch and nothing at all draw without numbers that are none', () => {
  const single = { ...sharpness, x: [0], y: [1] };
  assert.ok(!linesPlot([single], WIDE, 'single', names).svg.includes('NaN'));
  assert.match(linesPlot([], WIDE, 'none', names).label, /not measured yet/);
});

const point = (name: string, x: number, y: number, xError: number | null = null): ScatterPoint => ({
  name,
  group: name.slice(0, 1),
  x,
  y,
  xError,
  yError: 0.01,
});

test('scatter: error bars both ways, a colour for each run', () => {
  const points = [point('a1', 1.1, 0.2, 0.1), point('a2', 2.5, 0.21), point('b1', 3.8, 0.19, 0.3)];
  const { svg, series } = scatterPlot(points, WIDE, { xName: 'lambda max', yName: 'test loss' });
  matchesSnapshot('scatter', svg);
  assert.equal(svg.match(/<circle/g)?.length, 3);
  assert.match(series[0].points[0].text, /a1: lambda max 1\.1.* ± 0\.1/);
});

test('scatter: an error that reaches below zero stays on a logarithmic axis', () => {
  const { svg } = scatterPlot([point('a', 0.001, 1, 0.01), point('b', 10, 2)], WIDE, {
    xName: 'x',
    yName: 'y',
  });
  assert.ok(!svg.includes('NaN') && !svg.includes('Infinity'));
});

test('lines: dots and bars of the errors, also of one that reaches below zero', () => {
  const line = { name: 'a', style: 'a', x: [10, 20, 30], y: [1, 40, 300], error: [2, 5, null] };
  const { svg, table } = linesPlot([line], WIDE, 'marks', { ...names, marks: true });
  matchesSnapshot('lines-marks', svg);
  assert.equal(svg.match(/<circle/g)?.length, 3);
  assert.equal(svg.match(/<line class="error a"/g)?.length, 2);
  assert.ok(!svg.includes('NaN') && !svg.includes('Infinity'));
  assert.deepEqual(table.rows[1], ['a', 20, 40, 5]);
});

test('over training: one line a run in the order of epochs; a run with one epoch, or none, has no line', () => {
  const member = (run: string, epoch?: number) => ({
    label: '',
    path: '',
    run,
    hyperparameters: {},
    ...(epoch === undefined ? {} : { epoch }),
  });
  const members = [
    member('small', 20),
    member('small', 10),
    member('large', 5),
    member('large', 5),
    member('other'),
  ];
  const reports = members.map((_, i) => sampleReport({ notes: [String(i)] }));
  const lines = epochLines({ members, reports }, ({ notes }) => ({
    value: Number(notes[0]),
    standardError: 0.5,
  }));
  assert.deepEqual(lines, [{ name: 'small', style: 'a', x: [10, 20], y: [1, 0], error: [0.5, 0.5] }]);
  assert.deepEqual(
    epochLines({ members, reports: reports.slice(0, 1) }, () => undefined),
    [],
  );
});
