import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { linearTicks, logTicks, symlogTicks } from '../../../webview/plots/axes';
import { spread } from '../../../webview/plots/labels';

test('linear ticks are round and inside', () => {
  assert.deepEqual(
    linearTicks([-0.5, 1.5], 440, 110).map(({ label }) => label),
    ['−0.5', '0', '0.5', '1', '1.5'],
  );
  assert.deepEqual(linearTicks([1, 1], 300, 50), []);
});

test('log ticks write powers only where zeros would have to be counted', () => {
  assert.deepEqual(
    logTicks([0.0017, 0.7], 220, 24).map(({ label }) => label),
    ['0.002', '0.005', '0.01', '0.02', '0.05', '0.1', '0.2', '0.5'],
  );
  assert.deepEqual(
    logTicks([1e-6, 2], 200, 50).map(({ label }) => label),
    ['10⁻⁶', '10⁻⁴', '10⁻²', '1'],
  );
});

test('symmetric-log ticks keep their distance and hold zero', () => {
  const scale = (value: number) => 200 + 60 * Math.sign(value) * Math.log1p(Math.abs(value) / 0.1);
  const ticks = symlogTicks([-3, 140], scale, 34);
  assert.ok(ticks.some(({ label }) => label === '0'));
  assert.ok(ticks.some(({ label }) => label === '100'));
  ticks.slice(1).forEach((tick, i) => assert.ok(scale(tick.value) - scale(ticks[i].value) >= 34));
});

test('labels at an edge keep apart, in order and within bounds', () => {
  const heights = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(heights, (wanted) => {
      const placed = spread(wanted, 12, 0, 200);
      const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b] || placed[a] - placed[b]);
      order.slice(1).forEach((index, i) => assert.ok(placed[index] - placed[order[i]] >= 12 - 1e-9));
      assert.ok(placed.every((height) => height >= -1e-9 && height <= 200 + 1e-9));
    }),
    { seed: 1 },
  );
});
