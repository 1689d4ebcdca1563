import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watchSaid, watchStatus } from '../../../webview/documents/watch-status';
import { WATCH_PLOTS, placed } from '../../../webview/documents/watch-plots';
import { linesPlot } from '../../../webview/plots/lines';
import { matchesSnapshot } from './snapshot';
import { sampleWatch } from './sample-watch';

const WIDE = { width: 620, height: 280 };

const sharpness = WATCH_PLOTS.flat().find(({ id }) => id === 'watch-sharpness')!;

test('sharpness of each checkpoint with its bound, and the line that it is held against', () => {
  const { xName, all } = placed(sampleWatch(12).checkpoints);
  const plot = linesPlot(sharpness.lines(all), WIDE, 'watch', { ...sharpness.options, xName });
  matchesSnapshot('watch', plot.svg);
  assert.deepEqual(
    plot.series.map(({ label, points }) => [label, points.length]),
    [
      ['λ₁', 12],
      ['critical', 12],
      ['2 / rate', 12],
    ],
  );
  assert.deepEqual(plot.table.columns, ['curve', 'epoch', 'curvature', 'error bound']);
  assert.match(plot.series[0].points[11].text, /^λ₁, epoch 12: 19\.3 ± 0\.6$/);
});

test('by epoch in its order where all say theirs, else in the order in which they came', () => {
  const { checkpoints } = sampleWatch(3);
  const [first, second, third] = checkpoints;
  assert.deepEqual(
    placed([third, first, second]).all.map(({ x }) => x),
    [1, 2, 3],
  );
  const { place: _, ...nowhere } = second;
  const mixed = placed([third, nowhere, first]);
  assert.deepEqual(
    [mixed.xName, mixed.all.map(({ checkpoint }) => checkpoint.id)],
    ['checkpoint', [3, 2, 1]],
  );
});

test('a figure that no checkpoint has draws nothing', () => {
  const bare = sampleWatch(3).checkpoints.map(({ threshold: _, ...each }) => each);
  const { all } = placed(bare);
  assert.deepEqual(
    sharpness.lines(all).map(({ name }) => name),
    ['λ₁', 'critical'],
  );
  // What is not there is not explained.
  assert.doesNotMatch(sharpness.settings(all), /2 \/ learning rate/);
  assert.match(sharpness.settings(placed(sampleWatch(3).checkpoints).all), /dashed: 2 \/ learning rate/);
  assert.deepEqual(placed([]).all, []);
});

test('it says until when it waits, that it was stopped, and aloud only what is new', () => {
  const watch = sampleWatch(12);
  const waiting = { stage: 'waiting for checkpoints', fraction: 0, remainingSeconds: undefined };
  assert.match(
    watchStatus(watch, { status: 'running', progress: waiting }) ?? '',
    /^Waiting for checkpoints, until .*30.* if none comes$/,
  );
  const measuring = { ...waiting, stage: 'epoch-3.keras: trace', fraction: 0.4 };
  assert.equal(watchStatus(watch, { status: 'running', progress: measuring }), undefined);
  assert.equal(watchStatus({ ...watch, status: 'cancelled' }, { status: 'cancelled' }), 'Stopped');
  assert.equal(watchStatus({ ...watch, status: 'complete' }, { status: 'idle' }), 'Ended: nothing came');
  assert.equal(watchSaid(watch, { status: 'idle' }), 'cut.keras is cut off or damaged.');
  const of = (count: number) => {
    const { checkpoints, ...rest } = sampleWatch(12);
    return watchSaid({ ...rest, checkpoints: checkpoints.slice(0, count) }, { status: 'idle' });
  };
  assert.equal(of(2), 'epoch-2.keras: λ₁ = 5.44 ± 0.10');
  assert.match(
    of(8),
    /^epoch-8\.keras: λ₁ has passed 12, .* epoch-8\.keras: negative curvature has appeared/,
  );
});
