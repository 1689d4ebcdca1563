import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathSteps } from '../../../../src/analysis/surface/path-steps';

test('distances from the ends and turns of a path of known corners', () => {
  const points = [
    [0, 0, 0],
    [3, 0, 0],
    [3, 4, 0],
    [3, 2, 0],
    [3, 1, Math.sqrt(3)],
  ].map((point) => Float64Array.from(point));
  const steps = pathSteps(points);
  const near = (a: number | undefined, b: number) => assert.ok(Math.abs(a! - b) < 1e-12, `${a} for ${b}`);
  [0, 3, 5, Math.sqrt(13), Math.sqrt(13)].forEach((distance, i) => near(steps[i].fromStart, distance));
  [Math.sqrt(13), 2, Math.sqrt(12), 2, 0].forEach((distance, i) => near(steps[i].fromEnd, distance));
  [90, 180, 60].forEach((angle, i) => near(steps[i + 1].angle, angle));
  assert.equal(steps[0].angle, undefined);
  assert.equal(steps[4].angle, undefined);
});

test('two checkpoints that are the same have no angle', () => {
  const [a, b] = [Float64Array.of(0, 1), Float64Array.of(1, 1)];
  assert.deepEqual(
    pathSteps([a, b, b]).map(({ angle }) => angle),
    [undefined, undefined, undefined],
  );
});
