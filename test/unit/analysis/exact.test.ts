import assert from 'node:assert/strict';
import { test } from 'node:test';
import { symmetricEigen } from '../../../src/analysis/linear-algebra/symmetric-eigen';
import { symmetricEigenvalues } from '../../../src/analysis/linear-algebra/symmetric-eigenvalues';
import { orthogonalize, scale } from '../../../src/core/vectors';
import { exactSpectrum } from '../../../src/analysis/spectrum/exact';
import { type Random, random } from '../../../src/core/random';

/** A random symmetric matrix, row after row, some of its spectrum repeated and some zero. */
function matrixOf(size: number, seed: number): Float64Array {
  const stream = random(seed);
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++)
      matrix[i * size + j] = matrix[j * size + i] = stream.normal() * 10 ** ((i % 7) - 3);
  return matrix;
}

const rowsOf = (matrix: Float64Array, size: number) =>
  Array.from({ length: size }, (_, i) => Array.from(matrix.subarray(i * size, (i + 1) * size)));

const operatorOf = (matrix: Float64Array, size: number) => ({
  dimension: size,
  apply: (vectors: readonly Float64Array[]) =>
    Promise.resolve(
      vectors.map((v) =>
        Float64Array.from({ length: size }, (_, i) =>
          v.reduce((sum, x, j) => sum + matrix[i * size + j] * x, 0),
        ),
      ),
    ),
});

test('eigenvalues without vectors are those with vectors', async () => {
  for (const size of [1, 2, 3, 5, 40, 90]) {
    const matrix = matrixOf(size, size);
    const expected = symmetricEigen(rowsOf(matrix, size)).values;
    const norm = Math.max(...expected.map(Math.abs));
    const values = await symmetricEigenvalues(matrix.slice(), size);
    values.forEach((value, i) =>
      assert.ok(Math.abs(value - expected[i]) <= 1e-13 * norm, `${size}: ${value} ${expected[i]}`),
    );
  }
});

test('diagonal, zero and repeated spectra are exact', async () => {
  const diagonal = [3, -1, 0, 3, 0.5];
  const matrix = new Float64Array(25);
  diagonal.forEach((value, i) => (matrix[6 * i] = value));
  assert.deepEqual([...(await symmetricEigenvalues(matrix, 5))], [-1, 0, 0.5, 3, 3]);
  assert.deepEqual([...(await symmetricEigenvalues(new Float64Array(9), 3))], [0, 0, 0]);
});

test('spectra that fall to nothing, and rounding beyond: found to rounding of the norm', async () => {
  const size = 300;
  const stream = random(5);
  // Orthonormal directions with eigenvalues 1, 1/2, 1/4...; the other 260 eigenvalues are zero.
  const directions = Array.from({ length: 40 }, () =>
    Float64Array.from({ length: size }, () => stream.normal()),
  );
  directions.forEach((v, k) => scale(v, 1 / orthogonalize(v, directions.slice(0, k))));
  const matrix = new Float64Array(size * size);
  directions.forEach((v, k) => {
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) matrix[i * size + j] += 2 ** -k * v[i] * v[j];
  });
  const values = (await symmetricEigenvalues(matrix, size)).reverse();
  values.forEach((value, k) => assert.ok(Math.abs(value - (k < 40 ? 2 ** -k : 0)) < 1e-14, `${k}: ${value}`));
  await assert.rejects(symmetricEigenvalues(Float64Array.of(1, 2, Number.NaN, 3), 2), RangeError);
});

test('dead parameters, denormal and badly scaled entries: finite, and those with vectors', async () => {
  const scalings: Record<string, (stream: Random, i: number, j: number) => number> = {
    live: () => 1,
    denormal: () => 1e-310,
    huge: () => 1e300,
    'falling to nothing': (stream) => 10 ** (-320 * stream.uniform()),
    'falling along the diagonal': (_stream, i, j) => 10 ** -(4 * (i + j)),
    'a large one among small ones': (_stream, i, j) => (i + j === 0 ? 1e12 : 1e-9),
  };
  for (const [kind, scaling] of Object.entries(scalings))
    for (const size of [2, 7, 60, 120])
      for (const share of [0.1, 0.5, 1]) {
        const stream = random(size, 10 * share);
        const live = Array.from({ length: size }, () => stream.uniform() < share);
        const matrix = new Float64Array(size * size);
        for (let i = 0; i < size; i++)
          for (let j = 0; j <= i; j++)
            matrix[i * size + j] = matrix[j * size + i] =
              live[i] && live[j] ? stream.normal() * scaling(stream, i, j) : 0;
        const expected = symmetricEigen(rowsOf(matrix, size)).values;
        const norm = Math.max(...expected.map(Math.abs));
        const values = await symmetricEigenvalues(matrix, size);
        values.forEach((value, i) =>
          assert.ok(
            Math.abs(value - expected[i]) <= 1e-13 * norm,
            `${kind}, ${size}, ${share}: ${value} for ${expected[i]}`,
          ),
        );
      }
});

test('an operator gives its whole spectrum, its trace and those of its blocks', async () => {
  const size = 30;
  const matrix = matrixOf(size, 4);
  const blocks = [
    { offset: 0, length: 12 },
    { offset: 12, length: 18 },
  ];
  const found = await exactSpectrum(operatorOf(matrix, size), { blocks });
  const rows = rowsOf(matrix, size);
  const expected = symmetricEigen(rows).values;
  const norm = Math.max(...expected.map(Math.abs));
  found.eigenvalues.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) <= 1e-13 * norm));
  assert.ok(Math.abs(found.trace - rows.reduce((sum, row, i) => sum + row[i], 0)) <= 1e-12 * norm);
  assert.equal(found.asymmetry, 0);
  blocks.forEach(({ offset, length }, b) => {
    const part = rows.slice(offset, offset + length).map((row) => row.slice(offset, offset + length));
    assert.ok(Math.abs(found.blocks[b].largest - symmetricEigen(part).values[length - 1]) <= 1e-13 * norm);
    assert.ok(
      Math.abs(found.blocks[b].trace - part.reduce((sum, row, i) => sum + row[i], 0)) <= 1e-12 * norm,
    );
  });
});

test('what is not symmetric is measured and averaged away', async () => {
  const found = await exactSpectrum(operatorOf(Float64Array.of(1, 2.5, 1.5, 1), 2));
  assert.ok(Math.abs(found.asymmetry - Math.SQRT1_2) < 1e-15);
  assert.ok(Math.abs(found.eigenvalues[0] + 1) < 1e-15 && Math.abs(found.eigenvalues[1] - 3) < 1e-15);
});

test('it stops when cancelled', async () => {
  const size = 200;
  const cancel = new AbortController();
  const running = symmetricEigenvalues(matrixOf(size, 2), size, cancel.signal, () => cancel.abort());
  await assert.rejects(running, { name: 'CancelledError' });
});
