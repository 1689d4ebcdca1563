import assert from 'node:assert/strict';
import { test } from 'node:test';
import { symmetricEigen } from '../../../src/analysis/linear-algebra/symmetric-eigen';
import { exactSpectrum } from '../../../src/analysis/spectrum/exact';
import { SpectrumOverRows } from '../../../src/analysis/spectrum/spectrum-over-rows';
import { mean, variance } from '../../../src/analysis/statistics';
import { random } from '../../../src/core/random';
import { assertClose, dense, normals, randomSymmetric, sum } from './operators';

/** Rows whose matrices are c x x' with c of either sign, and their mean, all rows or all but one. */
const SIZE = 12;
const COUNT = 600;
const source = random(11);
const rows = Array.from({ length: COUNT }, (_, i) => ({
  c: i % 5 === 0 ? -0.4 : 1,
  x: normals(SIZE, source).map((value, j) => (value * (1 + source.uniform())) / (1 + j)),
}));
const along = async (v: Float64Array) =>
  Float64Array.from(rows, ({ c, x }) => c * x.reduce((total, value, j) => total + value * v[j], 0) ** 2);
const total = Array.from({ length: SIZE }, (_, i) =>
  Float64Array.from({ length: SIZE }, (_unused, j) => sum(rows.map(({ c, x }) => c * x[i] * x[j]))),
);
const whole = dense(total.map((row) => row.map((value) => value / COUNT)));

/** The delete-one jackknife (Efron 1982, section 3.2), each time with all eigenvalues anew. */
function jackknife(figure: (eigenvalues: readonly number[]) => number): number {
  const without = rows.map(({ c, x }) => {
    const rest = total.map((row, i) => row.map((value, j) => (value - c * x[i] * x[j]) / (COUNT - 1)));
    return figure([...symmetricEigen(rest).values]);
  });
  const centre = mean(without);
  return Math.sqrt(((COUNT - 1) / COUNT) * sum(without.map((value) => (value - centre) ** 2)));
}

const positive = (x: number) => Math.max(x, 0);

test('errors over rows are those of the jackknife', async () => {
  const { matrix, eigenvalues } = await exactSpectrum(whole);
  const overRows = new SpectrumOverRows(matrix, along, 1);
  const trace = sum(eigenvalues.map(positive));
  const squares = sum(eigenvalues.map((x) => positive(x) ** 2));
  const logarithmic = sum(eigenvalues.map((x) => (x > 0 ? x * Math.log(x) : 0)));
  const cases = {
    trace: { slope: () => 1, figure: sum },
    participation: {
      slope: (x: number) => (x > 0 ? (2 * trace) / squares - 2 * (trace / squares) ** 2 * x : 0),
      figure: (values: readonly number[]) =>
        sum(values.map(positive)) ** 2 / sum(values.map((x) => positive(x) ** 2)),
    },
    entropy: {
      slope: (x: number) => (x > 0 ? (logarithmic / trace - Math.log(x)) / trace : 0),
      figure(values: readonly number[]) {
        const shares = values.filter((x) => x > 0).map((x) => x / sum(values.map(positive)));
        return -sum(shares.map((p) => p * Math.log(p)));
      },
    },
    'effective dimensionality': {
      slope: (x: number) => (x > 0 ? 0.01 / (x + 0.01) ** 2 : 0),
      figure: (values: readonly number[]) => sum(values.map((x) => positive(x) / (positive(x) + 0.01))),
    },
  };
  for (const [name, { slope, figure }] of Object.entries(cases))
    assertClose((await overRows.errorOf(slope))!, jackknife(figure), 0.15, name);
});

test('rows that differ by a factor move a function homogeneous of degree 0 by nothing, the trace as the factors', async () => {
  const factors = [1, 2, 4, 5];
  const matrix = dense([Float64Array.of(3, 0), Float64Array.of(0, 2)]);
  const overRows = new SpectrumOverRows(
    matrix,
    async (v) => {
      const [product] = await matrix.apply([v]);
      return factors.map((factor) => (factor / 3) * (v[0] * product[0] + v[1] * product[1]));
    },
    1,
  );
  assertClose((await overRows.errorOf(() => 1))!, (5 / 3) * Math.sqrt(variance(factors) / 4), 1e-12);
  // Participation: trace 5, squares 13.
  assert.ok((await overRows.errorOf((x) => (2 * 5) / 13 - (2 * 25 * x) / 169))! < 1e-7);
  assert.equal(await new SpectrumOverRows(matrix, async () => [1], 1).errorOf(() => 1), null);
});

test('the matrix that exact eigenvalues leave multiplies as the operator did', async () => {
  const operator = dense(randomSymmetric(40, 3));
  const { matrix } = await exactSpectrum(operator);
  const vectors = [1, 2].map((seed) => normals(40, random(seed)));
  const [found, expected] = [await matrix.apply(vectors), await operator.apply(vectors)];
  found.forEach((image, k) =>
    image.forEach((value, i) => assert.ok(Math.abs(value - expected[k][i]) < 1e-12)),
  );
});
