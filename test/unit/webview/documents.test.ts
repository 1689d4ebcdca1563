import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesPlot, type LineSeries } from '../../../webview/plots/lines';
import { scatterPlot, type ScatterPoint } from '../../../webview/plots/scatter';
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
  const { svg } = scatterPlot([point('a', 0.001, 1, 0.01), point('b', 10, 2)], WIDE, { xName: 'x', yName: 'y' }); // prettier-ignore
  assert.ok(!svg.includes('NaN') && !svg.includes('Infinity'));
});
