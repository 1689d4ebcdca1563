import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatBytes,
  formatCount,
  formatNumber,
  formatPercent,
  formatSeconds,
  formatWithError,
  powerOfTen,
  subscript,
  withError,
} from '../../../src/wording/format-number';

test('numbers keep four digits, a true minus sign and no idle zeros', () => {
  assert.equal(formatNumber(100.99118), '101');
  assert.equal(formatNumber(100.99118, 5), '100.99');
  assert.equal(formatNumber(-2.38722), '−2.387');
  assert.equal(formatNumber(0), '0');
  assert.equal(formatNumber(2.7), '2.7');
  assert.equal(formatNumber(123456.7), '123457');
  assert.equal(formatNumber(NaN), 'not a number');
  assert.equal(formatNumber(-Infinity), '−∞');
});

test('powers of ten stand where zeros would have to be counted', () => {
  assert.equal(formatNumber(0.000021, 2), '2.1×10⁻⁵');
  assert.equal(formatNumber(2_500_000, 3), '2.5×10⁶');
  assert.equal(formatNumber(0.0001), '0.0001');
  assert.equal(powerOfTen(-12), '10⁻¹²');
  assert.equal(`λ${subscript(10)}`, 'λ₁₀');
});

test('what is shown reads back to the value', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-4, max: 999_999, noNaN: true }), fc.boolean(), (magnitude, negative) => {
      const value = negative ? -magnitude : magnitude;
      const read = Number(formatNumber(value, 5).replace('−', '-'));
      assert.ok(Math.abs(read - value) <= 5.001e-5 * magnitude, `${value} shown as ${read}`);
    }),
    { seed: 1 },
  );
});

test('value and error end at the same digit', () => {
  assert.deepEqual(formatWithError(228.73159, 3.07), { value: '228.7', error: '3.1' });
  assert.deepEqual(formatWithError(100.99118, 0.0202), { value: '100.991', error: '0.020' });
  assert.deepEqual(formatWithError(-2.38722, 0.00048), { value: '−2.3872', error: '0.0005' });
  assert.deepEqual(formatWithError(1234.5, 60), { value: '1230', error: '60' });
  assert.deepEqual(formatWithError(-0.0001, 0.3), { value: '0.00', error: '0.30' });
});

test('digits that the error makes meaningless are not shown, before the point neither', () => {
  assert.deepEqual(formatWithError(47600.8, 34379), { value: '48000', error: '34000' });
  assert.deepEqual(formatWithError(-62510.4, 2718), { value: '−62500', error: '2700' });
  assert.deepEqual(formatWithError(300, 34379), { value: '0', error: '34000' });
  assert.deepEqual(formatWithError(2.534e7, 4.1e5), { value: '2.53×10⁷', error: '410000' });
});

test('an error far below the value does not lengthen it, and is at most the last digit shown', () => {
  assert.deepEqual(formatWithError(100.9911849, 4.2e-7), { value: '100.991', error: '0.001' });
  assert.deepEqual(formatWithError(2.89197, 1.3e-28), { value: '2.89197', error: '1×10⁻⁵' });
  assert.deepEqual(formatWithError(30.538022, 0.0061, 4), { value: '30.54', error: '0.01' });
});

test('no error, no plus-minus', () => {
  assert.equal(withError(2.5, null), '2.5');
  assert.equal(withError(2.5, 0), '2.5');
  assert.equal(withError(2.5, Infinity), '2.5');
  assert.equal(withError(2.5, 0.1), '2.50 ± 0.10');
});

test('counts, shares, times and sizes', () => {
  assert.equal(formatCount(1437), '1,437');
  assert.equal(formatCount(55050123), '55,050,123');
  assert.equal(formatPercent(0.9765625), '97.7 %');
  assert.equal(formatPercent(1), '100 %');
  assert.equal(formatSeconds(0.234), '0.23 s');
  assert.equal(formatSeconds(1.94), '1.9 s');
  assert.equal(formatSeconds(7), '7 s');
  assert.equal(formatSeconds(59.7), '1 min');
  assert.equal(formatSeconds(125), '2 min 5 s');
  assert.equal(formatSeconds(3780), '1 h 3 min');
  assert.equal(formatBytes(212e6), '212 MB');
});
