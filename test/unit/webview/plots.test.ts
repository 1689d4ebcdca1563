import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Slice } from '../../../src/contract/report';
import { linesPlot } from '../../../webview/plots/lines';
import { toCsv } from '../../../webview/plots/csv';
import { cursorAt, moveCursor } from '../../../webview/plots/cursor';
import { interpolationPlot } from '../../../webview/plots/interpolation';
import { slicesPlot } from '../../../webview/plots/slices';
import { spectrumPlot } from '../../../webview/plots/spectrum';
import { eigenvalue } from '../../support/sample-report';
import { sampleSpectrum } from './sample-spectrum';
import { matchesSnapshot } from './snapshot';

const WIDE = { width: 620, height: 240 };
const NARROW = { width: 360, height: 240 };

function slice(label: string, curvature: number, kind: Slice['kind'] = 'eigenvector'): Slice {
  const coordinates = Array.from({ length: 21 }, (_, i) => (i - 10) / 40);
  const train = coordinates.map((t) => 0.1 + 0.02 * t + curvature * (Math.sqrt(1 + t * t) - 1));
  return {
    kind,
    label,
    coordinates,
    loss: { train, test: train.map((loss) => loss + 0.1) },
    curvature,
    slope: 0.02,
  };
}

function interpolation(): Slice {
  const coordinates = Array.from({ length: 21 }, (_, i) => -0.5 + i / 10);
  const loss = (low: number) => coordinates.map((t) => low + t * t * (t - 1) ** 2);
  const accuracy = (high: number) => coordinates.map((t) => high - 0.1 * Math.abs(t * (t - 1)));
  return {
    kind: 'interpolation',
    label: 'line',
    coordinates,
    loss: { train: loss(0.002), test: loss(0.2) },
    accuracy: { train: accuracy(1), test: accuracy(0.95) },
  };
}

test('spectrum: density, both signs, stems with errors', () => {
  matchesSnapshot('spectrum', spectrumPlot(sampleSpectrum(), WIDE).svg);
  matchesSnapshot('spectrum-narrow', spectrumPlot(sampleSpectrum(), NARROW).svg);
});

test('spectrum while it runs: stems alone, the lowest Ritz value as a bound, what has not converged hollow', () => {
  const running = {
    largest: [eigenvalue(100), eigenvalue(40, { converged: false })],
    smallest: [],
    lowestRitz: -1.1,
  };
  const { svg } = spectrumPlot(running, WIDE);
  matchesSnapshot('spectrum-running', svg);
  assert.match(svg, /λmin ≤ −1\.1/);
  assert.equal(svg.match(/class="head pos open"/g)?.length, 1);
});

test('the cursor reads eigenvalues from left to right, with the error and the reason for no other', () => {
  const { series } = spectrumPlot(sampleSpectrum(), WIDE);
  const xs = series[0].points.map(({ x }) => x);
  assert.deepEqual(
    xs,
    [...xs].sort((a, b) => a - b),
  );
  assert.match(series[0].points.at(-1)?.text ?? '', /^λ₁ = 100 ± 8 numeric, over rows no bar: why$/);
});

test('nothing measured draws an empty place', () => {
  const plot = spectrumPlot({ largest: [], smallest: [] }, WIDE);
  assert.deepEqual(plot.series, []);
  assert.match(plot.label, /not measured yet/);
});

test('slices: train, test and the local quadratic', () => {
  matchesSnapshot('slices', slicesPlot([slice('v1', 100), slice('v2', 40)], WIDE, 'id').svg);
  matchesSnapshot('slices-log', slicesPlot([slice('random 1', 30000, 'random')], NARROW, 'id').svg);
});

test('the local quadratic touches the loss at zero', () => {
  const { svg } = slicesPlot([slice('v₁', 100)], WIDE, 'id');
  const points = (name: string) =>
    (svg.match(new RegExp(`class="curve ${name}" d="([^"]*)"`))?.[1] ?? '')
      .split(/[ML]/)
      .filter(Boolean)
      .map((pair) => pair.split(',').map(Number));
  const quadratic = points('dash a');
  const train = points('a');
  assert.deepEqual(quadratic[40], train[10]);
  assert.ok(quadratic[0][1] < train[0][1], 'this loss grows more slowly than its quadratic');
});

test('interpolation: log loss and accuracy, both ends named', () => {
  const plot = interpolationPlot(interpolation(), ['small/epoch-020', 'large/epoch-100'], WIDE, 'id');
  matchesSnapshot('interpolation', plot.svg);
  assert.match(plot.series[1].points[5].text, /^t = 0: test loss 0\.2, accuracy 95 %$/);
});

test('names of files cannot break the picture', () => {
  const { svg } = interpolationPlot(interpolation(), ['<b>"&', 'x'], WIDE, 'id');
  assert.doesNotMatch(svg, /<b>/);
});

test('no picture has a number that is none', () => {
  const flat = { ...slice('v₁', 0), loss: { train: new Array<number>(21).fill(0), test: [] } };
  const holes = { ...slice('v₂', 1), loss: { train: new Array<number>(21).fill(NaN), test: [] } };
  for (const plot of [
    slicesPlot([flat], WIDE, 'id'),
    slicesPlot([holes], WIDE, 'id'),
    spectrumPlot({ largest: [eigenvalue(0)], smallest: [] }, WIDE),
    spectrumPlot({ largest: [eigenvalue(-3)], smallest: [eigenvalue(-5)] }, WIDE),
  ]) {
    assert.doesNotMatch(plot.svg, /NaN|Infinity|undefined/);
  }
});

test('the cursor walks along a series, jumps between series and stops at the ends', () => {
  const plot = slicesPlot([slice('v₁', 100), slice('v₂', 40)], WIDE, 'id');
  const start = moveCursor(plot, undefined, 'ArrowRight');
  assert.deepEqual(start, { series: 0, point: 10 });
  assert.deepEqual(moveCursor(plot, start, 'ArrowLeft'), { series: 0, point: 9 });
  assert.deepEqual(moveCursor(plot, start, 'ArrowDown'), { series: 1, point: 10 });
  assert.deepEqual(moveCursor(plot, start, 'End'), { series: 0, point: 20 });
  assert.deepEqual(moveCursor(plot, { series: 0, point: 20 }, 'ArrowRight'), { series: 0, point: 20 });
  assert.equal(moveCursor(plot, start, 'x'), undefined);
});

test('the pointer finds the nearest point', () => {
  const plot = slicesPlot([slice('v₁', 100), slice('v₂', 40)], WIDE, 'id');
  const { x, y } = plot.series[1].points[3];
  assert.deepEqual(cursorAt(plot, x + 2, y - 1), { series: 1, point: 3 });
});

test('CSV keeps all digits, quotes what needs it and runs no formula', () => {
  const rows = [
    ['a,"b"', 0.1 + 0.2, null],
    ['=1+1', -1e-9, 3],
  ];
  assert.equal(
    toCsv({ columns: ['name', 'x', 'y'], rows }),
    'name,x,y\r\n"a,""b""",0.30000000000000004,\r\n\'=1+1,-1e-9,3\r\n',
  );
});

test('lines are read by the short name of their axis, which is told in full below it', () => {
  const series = [{ name: 'train', style: 'a', x: [0, 0.4, 1], y: [0.1, 0.38, 0.1], named: true }];
  const options = { xName: 't', xTitle: 't, from 0 to 1', yName: 'loss', label: 'loss along a curve' };
  const { svg, series: read } = linesPlot(series, { width: 500, height: 300 }, 'curve', options);
  assert.equal(read[0].points[1].text, 'train, t 0.4: 0.38');
  assert.ok(svg.includes('>t, from 0 to 1<'));
});
