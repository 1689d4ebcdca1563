import assert from 'node:assert/strict';
import { test } from 'node:test';
import { studentQuantile } from '../../../src/analysis/student';

/** Degrees of freedom, and the quantiles at 0.975 and 0.995 by SciPy 1.16 (test/corpus/make/student.py). */
const SCIPY = [
  [1, 12.706204736174694, 63.656741162871526],
  [2, 4.302652729749462, 9.924843200918287],
  [3, 3.1824463052837078, 5.840909309733355],
  [4, 2.7764451051977934, 4.604094871349992],
  [7, 2.364624251592784, 3.4994832973504924],
  [9, 2.262157162798205, 3.249835541592126],
  [29, 2.045229642132703, 2.756385903670605],
  [200, 1.9718962236339088, 2.600634436191558],
] as const;

test("quantiles of Student's t are SciPy's", () => {
  for (const [degrees, at95, at99] of SCIPY) {
    assert.ok(Math.abs(studentQuantile(0.95, degrees) / at95 - 1) < 1e-9, String(degrees));
    assert.ok(Math.abs(studentQuantile(0.99, degrees) / at99 - 1) < 1e-9, String(degrees));
  }
});
