import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lengthOfBezier, pointOnBezier } from '../../../../src/analysis/curves/bezier';
import { minimumEnergyCurve } from '../../../../src/analysis/curves/minimum-energy';
import { CancelledError } from '../../../../src/core/errors';
import { random } from '../../../../src/core/random';

const [A, B] = [Float64Array.of(-1, 0), Float64Array.of(1, 0)];

/** A valley along the parabola y = c (1 - x²), which is the Bézier curve whose bend is (0, 2 c). */
const HEIGHT = 0.8;
function inValley([x, y]: Float64Array): Promise<Float64Array> {
  const off = y - HEIGHT * (1 - x * x);
  return Promise.resolve(Float64Array.of(4 * off * HEIGHT * x, 2 * off));
}

test('a curve through a parabolic valley is that parabola', async () => {
  const curve = await minimumEnergyCurve({
    a: A,
    b: B,
    steps: 600,
    rate: 0.05,
    draws: random(1),
    gradientAt: inValley,
  });
  // The valley has zero loss along this curve, and no other quadratic one has.
  assert.ok(
    Math.abs(curve.bend[0]) < 0.02 && Math.abs(curve.bend[1] - 2 * HEIGHT) < 0.02,
    [...curve.bend].join(),
  );
  assert.deepEqual([...pointOnBezier(curve, 0)], [...A]);
  assert.deepEqual([...pointOnBezier(curve, 1)], [...B]);
});

test('the length of a curve is that of its parabola, and of a straight one the distance', () => {
  // y = h (1 - x²) on [-1, 1]: sqrt(1 + 4 h²) + asinh(2 h) / (2 h).
  const parabola = Math.sqrt(1 + 4 * HEIGHT ** 2) + Math.asinh(2 * HEIGHT) / (2 * HEIGHT);
  const bend = Float64Array.of(0, 2 * HEIGHT);
  assert.ok(Math.abs(lengthOfBezier({ a: A, bend, b: B }) - parabola) < 1e-6);
  assert.ok(Math.abs(lengthOfBezier({ a: A, bend: Float64Array.of(0.3, 0), b: B }) - 2) < 1e-12);
});

test('a search that is cancelled ends between two steps', async () => {
  const stopped = new AbortController();
  let made = 0;
  const search = minimumEnergyCurve({
    a: A,
    b: B,
    steps: 50,
    rate: 0.05,
    draws: random(1),
    gradientAt: inValley,
    signal: stopped.signal,
    onStep: (done) => {
      made = done;
      if (done === 3) stopped.abort();
    },
  });
  await assert.rejects(search, CancelledError);
  assert.equal(made, 3);
});
