import { type Vector, loaded } from '../../../src/core/long-vector';
import { Scratch } from '../../../src/machine/scratch';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { symmetricEigen } from '../../../src/analysis/linear-algebra/symmetric-eigen';
import { dot, norm, orthogonalize } from '../../../src/core/vectors';
import { KrylovSpace } from '../../../src/analysis/spectrum/krylov-space';
import { multiply } from '../../../src/analysis/spectrum/products';
import { random } from '../../../src/core/random';
import { dense, diagonal, normals, randomSymmetric, sum } from './operators';

/** The largest entry of HQ - QG - FB, of Q'Q - 1 and of [Q]'F, G against Q'HQ. */
async function defect(space: KrylovSpace, rows: Float64Array[]): Promise<number> {
  const images = await multiply(dense(rows), space.vectors);
  let worst = 0;
  const see = (value: number) => (worst = Math.max(worst, Math.abs(value)));
  images.forEach((image, j) => {
    for (let row = 0; row < rows.length; row++) {
      const inside = sum(space.vectors.map((vector, i) => loaded(vector)[row] * space.projected[i][j]));
      const outside = sum(space.frontier.map((entry) => entry.vector[row] * entry.coupling[j]));
      see(image[row] - inside - outside);
    }
    space.vectors.forEach((vector, i) => see(dot(vector, space.vectors[j]) - (i === j ? 1 : 0)));
    space.frontier.forEach((entry) => see(dot(entry.vector, space.vectors[j])));
  });
  return worst;
}

for (const [precision, tolerance, where] of [
  ['float64', 1e-12, 'memory'],
  ['float32', 2e-6, 'memory'],
  ['float32', 2e-6, 'a file'],
] as const)
  test(`a space in ${precision} and ${where} keeps HQ = QG + FB through extensions, joining starts, joining spaces and restarts`, async (t) => {
    const scratch = new Scratch();
    t.after(() => scratch.dispose());
    const resting = (vector: Vector) => scratch.store(vector);
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('extend' as const), at: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('begin' as const), at: fc.nat(99) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('compress' as const), at: fc.nat(9) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('absorb' as const), at: fc.nat(9) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 14 }),
        fc.array(step, { maxLength: 25 }),
        async (size, steps) => {
          const rows = randomSymmetric(size, size);
          const space = new KrylovSpace(size, [], precision, where === 'memory' ? undefined : resting);
          space.begin(normals(size, random(3, size)));
          for (const { kind, at } of steps) {
            if (kind === 'begin') space.begin(normals(size, random(4, at)));
            if (kind === 'extend' && space.frontier.length > 0) {
              const next = space.frontier[at % space.frontier.length];
              space.extend(next, (await multiply(dense(rows), [next.vector]))[0]);
            }
            if (kind === 'compress' && space.size > 1) {
              const { coefficients } = space.ritz();
              space.compress(coefficients.slice(0, 1 + (at % space.size)));
            }
            if (kind === 'absorb') {
              const other = space.complement();
              let next = other.begin(normals(size, random(5, at)));
              for (let i = 0; i < at && next; i++)
                next = other.extend(next, (await multiply(dense(rows), [next.vector]))[0]);
              space.absorb(other);
            }
          }
          assert.ok((await defect(space, rows)) < tolerance);
          assert.ok(space.room >= 0);
        },
      ),
      { seed: 11, numRuns: 60 },
    );
  });

test('Ritz residuals are those of the Ritz vectors', async () => {
  const rows = randomSymmetric(20, 2);
  const space = new KrylovSpace(20);
  let next = space.begin(normals(20, random(1)));
  for (let i = 0; i < 6; i++) next = space.extend(next!, (await multiply(dense(rows), [next!.vector]))[0]);
  const { values, residuals, coefficients } = space.ritz();
  for (let i = 0; i < 6; i++) {
    const vector = space.combine(coefficients[i]);
    const [image] = await dense(rows).apply([vector]);
    const rest = image.map((entry, j) => entry - values[i] * vector[j]);
    assert.ok(Math.abs(norm(rest) - residuals[i]) < 1e-12);
  }
});

test('a space stops at an invariant subspace and never holds more than the dimension', async () => {
  const values = [3, 3, 3, 1, 1, 0];
  const space = new KrylovSpace(6);
  let next = space.begin(normals(6, random(1)));
  while (next) next = space.extend(next, (await multiply(diagonal(values), [next.vector]))[0]);
  assert.equal(space.size, 3);
  assert.equal(space.frontier.length, 0);
  for (let start = 0; space.size < 6; start++) {
    next = space.begin(normals(6, random(2, start)));
    while (next) next = space.extend(next, (await multiply(diagonal(values), [next.vector]))[0]);
  }
  assert.equal(space.begin(normals(6, random(3))), undefined);
  assert.deepEqual(
    [...space.ritz().values].map((value) => Math.round(value * 1e10) / 1e10),
    [...values].reverse(),
  );
});

test('a deflated space does not see the vectors taken out', async () => {
  const space = new KrylovSpace(4, [Float64Array.of(1, 0, 0, 0)]);
  let next = space.begin(Float64Array.of(1, 1, 1, 1));
  while (next) next = space.extend(next, (await multiply(diagonal([9, 3, 2, 1]), [next.vector]))[0]);
  assert.equal(space.size, 3);
  space.ritz().values.forEach((value, i) => assert.ok(Math.abs(value - (i + 1)) < 1e-12));
});

test('small symmetric eigenproblems are exact to rounding at every scale', () => {
  for (const size of [1, 2, 10, 100]) {
    for (const factor of [1e-300, 1, 1e200]) {
      const laplacian = Array.from({ length: size }, (_, i) =>
        Float64Array.from(
          { length: size },
          (_unused, j) => factor * (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0),
        ),
      );
      const eigen = symmetricEigen(laplacian);
      eigen.values.forEach((value, i) => {
        const expected = 2 - 2 * Math.cos((Math.PI * (i + 1)) / (size + 1));
        assert.ok(Math.abs(value / factor - expected) < 2e-14);
        const length = sum(Array.from({ length: size }, (_, row) => eigen.component(row, i) ** 2));
        assert.ok(Math.abs(length - 1) < 1e-13);
      });
    }
  }
  assert.deepEqual(
    [
      ...symmetricEigen([
        [0, 0],
        [0, 0],
      ]).values,
    ],
    [0, 0],
  );
  assert.deepEqual([...symmetricEigen([]).values], []);
  assert.throws(() => symmetricEigen([[Number.NaN]]), RangeError);
});

test('orthogonalizing a vector almost inside the span leaves what is outside, orthogonal to rounding', () => {
  const basis = [Float64Array.of(1, 0, 0), Float64Array.of(0, 1, 0)];
  const vector = Float64Array.of(1, 2, 1e-9);
  assert.ok(Math.abs(orthogonalize(vector, basis) - 1e-9) < 1e-20);
  assert.equal(vector[0], 0);
});
