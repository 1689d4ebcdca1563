import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Curve, CurveBarrier } from '../../../../src/contract/curve';
import { curveSentences } from '../../../../src/wording/interpretation/of-curve';

const barrier = (value: number, standardError = 0.01): CurveBarrier => ({ value, standardError, at: 0.5 });

function found(line: CurveBarrier, curve: CurveBarrier, test?: CurveBarrier): Curve {
  const profile = (train: CurveBarrier) => ({
    slice: {
      kind: 'interpolation' as const,
      label: '',
      coordinates: [],
      loss: { train: [], test: [] },
    },
    barrier: { train, ...(test ? { test } : {}) },
  });
  return {
    steps: 400,
    rate: 0.01,
    batch: 128,
    seed: 1,
    made: 400,
    batchNorm: 'none',
    length: { line: 2, curve: 3 },
    line: profile(line),
    curve: profile(curve),
  };
}

test('a curve below a tenth of the barrier joins the ends', () => {
  const [sentence] = curveSentences(found(barrier(0.5), barrier(0.05)));
  assert.match(
    sentence,
    /^A curve of low loss joins the two: .* by 0\.050 ± 0\.010 along the curve, 1\.5 times as/,
  );
});

test('a curve above that goes around a part, and one that is no lower shows nothing', () => {
  assert.match(curveSentences(found(barrier(0.5), barrier(0.06)))[0], /goes around a part of the barrier/);
  assert.match(curveSentences(found(barrier(0.5), barrier(0.5)))[0], /does not show that there is none/);
});

test('within its error over rows the straight line has no barrier to go around', () => {
  assert.match(curveSentences(found(barrier(0.019), barrier(0)))[0], /no barrier to go around/);
});

test('the test loss has a sentence of its own, and a curve that is not measured none', () => {
  const all = found(barrier(0.5), barrier(0.01), barrier(0.2));
  assert.match(curveSentences(all)[1], /^In the test loss it rises by 0\.200 ± 0\.010 along the curve/);
  assert.deepEqual(curveSentences({ ...all, curve: undefined }), []);
});
