import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loaded } from '../../../src/core/long-vector';
import { dot, norm } from '../../../src/core/vectors';
import type { EigenEstimate } from '../../../src/analysis/spectrum/eigenpair';
import { ExtremeSearch } from '../../../src/analysis/spectrum/extremes';
import { KrylovSpace } from '../../../src/analysis/spectrum/krylov-space';
import { largest } from '../../../src/analysis/spectrum/largest';
import { CancelledError, UserError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import {
  assertClose,
  dense,
  diagonal,
  inFloat32,
  normals,
  operator,
  rotated,
  sum,
  trainedSpectra,
} from './operators';

function powerLaw(size: number, exponent: number): number[] {
  return Array.from({ length: size }, (_, i) => (i + 1) ** -exponent);
}

/** Softmax regression at W = 0: the Kronecker product of X'X/n with (1/C)(1 - 11'/C). */
function softmaxAtZero(moments: readonly number[], classes: number) {
  return operator(moments.length * classes, (vector) =>
    vector.map((component, i) => {
      const row = Math.floor(i / classes);
      const centre = sum(vector.subarray(row * classes, (row + 1) * classes)) / classes;
      return (moments[row] * (component - centre)) / classes;
    }),
  );
}

test('power laws: the five largest, their true residuals, few products', async () => {
  for (const exponent of [0.5, 1, 2]) {
    const values = powerLaw(1000, exponent);
    const matrix = rotated(values);
    const { pairs, products, complete } = await largest(matrix, { count: 5, seed: 1 });
    assert.equal(pairs.length, 5);
    assert.equal(products, matrix.products);
    assert.ok(complete);
    for (const [i, pair] of pairs.entries()) {
      assert.ok(pair.converged);
      assertClose(pair.value, values[i], 2e-5);
      assertClose(norm(pair.vector), 1, 1e-12);
      const [image] = await matrix.apply([pair.vector]);
      const rest = image.map((entry, j) => entry - pair.value * loaded(pair.vector)[j]);
      assert.ok(Math.abs(pair.residual - norm(rest)) < 1e-6 * norm(rest) + 1e-14);
      assert.ok(Math.abs(pair.value - values[i]) <= pair.errorBound + 1e-14);
    }
  }
});

test('a triple largest eigenvalue is seen three times from every start', async () => {
  const values = [4, 4, 4, 3, 2, ...powerLaw(200, 1)];
  for (let seed = 0; seed < 50; seed++) {
    const { pairs } = await largest(rotated(values, seed), { count: 5, seed });
    for (const [i, pair] of pairs.entries()) {
      assertClose(pair.value, values[i], 1e-5, `seed ${seed}, value ${i}`);
      assert.ok(pair.converged);
    }
  }
});

test('a basis in float32, restarted for memory: eigenvalues to 1e-6, every copy, orthonormal vectors', async () => {
  const plan = { end: 'largest', recurrences: 1, keepOther: 0 } as const;
  for (const [values, size] of [
    [powerLaw(2000, 1), 2000],
    [[4, 4, 4, 3, 2, ...powerLaw(1995, 1)], 2000],
  ] as const)
    for (let seed = 0; seed < 10; seed++) {
      const space = new KrylovSpace(size, [], 'float32');
      assert.equal(space.bytesPerVector, 4 * size);
      const options = { count: 5, seed, tolerance: 1e-4, memory: 16 * space.bytesPerVector };
      const { pairs } = await new ExtremeSearch(inFloat32(rotated(values, seed)), space, plan, options).run();
      assert.ok(space.vectors.every((vector) => vector instanceof Float32Array) && space.size <= 16);
      pairs.forEach(({ value, converged, vector }, i) => {
        assertClose(value, values[i], 1e-6, `seed ${seed}, value ${i}`);
        assert.ok(converged);
        for (const other of pairs.slice(0, i)) assert.ok(Math.abs(dot(vector, other.vector)) < 1e-7);
      });
    }
});

test('a single start alone would miss the copies: the check has something to find', async () => {
  const matrix = diagonal([4, 4, 4, 3, 2, ...powerLaw(200, 1)]);
  const { pairs } = await largest(matrix, { count: 1, seed: 3 });
  assertClose(pairs[0].value, 4, 1e-6);
  const more = await largest(matrix, { count: 2, seed: 3 });
  assertClose(more.pairs[1].value, 4, 1e-5);
  assert.ok(Math.abs(dot(more.pairs[0].vector, more.pairs[1].vector)) < 1e-10);
});

test('softmax regression at W = 0: every eigenvalue has multiplicity C - 1', async () => {
  for (const [classes, count] of [
    [3, 5],
    [10, 5],
    [10, 12],
  ]) {
    const moments = powerLaw(30, 1.5);
    for (let seed = 0; seed < 10; seed++) {
      const { pairs } = await largest(softmaxAtZero(moments, classes), { count, seed });
      for (const [i, pair] of pairs.entries()) {
        assertClose(pair.value, moments[Math.floor(i / (classes - 1))] / classes, 1e-5, `seed ${seed}, ${i}`);
        assert.ok(pair.converged);
      }
    }
  }
});

test("linear regression: X'X/n, rank deficient", async () => {
  const source = random(5);
  const rows = Array.from({ length: 3 }, () => normals(40, source));
  const matrix = operator(40, (vector) => {
    const image = new Float64Array(40);
    for (const row of rows) {
      const projection = dot(row, vector) / 3;
      row.forEach((entry, i) => (image[i] += projection * entry));
    }
    return image;
  });
  const gram = rows.map((a) => Float64Array.from(rows, (b) => dot(a, b) / 3));
  const expected = (await largest(dense(gram), { count: 3 })).pairs.map((pair) => pair.value);
  const { pairs } = await largest(matrix, { count: 5, seed: 2 });
  expected.forEach((value, i) => assertClose(pairs[i].value, value, 1e-10));
  for (const pair of pairs.slice(3)) assert.ok(Math.abs(pair.value) < 1e-10 && pair.converged);
});

test('one to six dimensions: the whole spectrum, exactly, however many are asked for', async () => {
  for (let size = 1; size <= 6; size++) {
    const values = Array.from({ length: size }, (_, i) => 2 - i * i);
    for (const count of [1, size, size + 4]) {
      const { pairs } = await largest(rotated(values, size), { count, seed: size });
      assert.equal(pairs.length, Math.min(count, size));
      for (const [i, pair] of pairs.entries()) {
        assert.ok(Math.abs(pair.value - values[i]) < 1e-12 && pair.converged);
      }
    }
  }
});

test('the zero matrix, the identity, and nothing asked for', async () => {
  for (const value of [0, 1, -3]) {
    const { pairs, complete } = await largest(diagonal(new Array<number>(50).fill(value)), { count: 3 });
    assert.deepEqual(
      pairs.map((pair) => pair.converged),
      [true, true, true],
    );
    pairs.forEach((pair) => assert.ok(Math.abs(pair.value - value) < 1e-12));
    assert.ok(complete);
  }
  const none = await largest(diagonal([1, 2]), { count: 0 });
  assert.deepEqual([none.pairs.length, none.products], [0, 0]);
});

test('algebraically largest: a larger negative eigenvalue does not count, and the lowest Ritz value is at most marked', async () => {
  const values = [2, 1.5, 1, ...powerLaw(100, 1).map((value) => -5 * value)];
  const { pairs, lowestRitz } = await largest(rotated(values), { count: 3, seed: 4 });
  pairs.forEach((pair, i) => assertClose(pair.value, values[i], 1e-5));
  assert.equal(lowestRitz.converged, false);
  assert.ok(lowestRitz.value >= -5 - 1e-12 && lowestRitz.value < 0);
});

test('trained networks: five values to 2e-5 from 12 to 15 products, about five for the question, one for their rounding', async () => {
  for (const { name, values } of trainedSpectra.filter((spectrum) => spectrum.values.length > 10)) {
    for (let seed = 0; seed < 3; seed++) {
      const { pairs, products } = await largest(rotated(values), { count: 5, seed });
      for (const [i, pair] of pairs.entries()) {
        assertClose(pair.value, values[i], 2e-5, `${name}, seed ${seed}, value ${i}`);
        assert.ok(pair.converged && pair.residual <= 1e-3 * pair.value);
      }
      // Where products cost next to nothing, what was missed is looked for longer.
      assert.ok(products <= (values.length > 400 ? 20 : 28), `${name}: ${products} products`);
    }
  }
});

test('in float32 the true residual stays above rounding however long the recurrence runs', async () => {
  const { values } = trainedSpectra.find((spectrum) => spectrum.name === 'mlp-digits')!;
  const { pairs, space } = await largest(inFloat32(rotated(values)), {
    count: 5,
    tolerance: 1e-12,
    floor: 1e-12,
    maxProducts: 60,
  });
  const ritz = space.ritz();
  assert.ok(ritz.residuals.at(-1)! < 1e-11 * values[0]);
  for (const [i, pair] of pairs.entries()) {
    assertClose(pair.value, values[i], 1e-6);
    assert.ok(pair.residual > 1e-9 * pair.value && pair.residual < 1e-6 * values[0]);
    assert.equal(pair.converged, false);
  }
});

test('a value that streams before it is measured states no smaller error than float32 leaves', async () => {
  const { values } = trainedSpectra.find((spectrum) => spectrum.name === 'mlp-digits')!;
  const streamed: (readonly EigenEstimate[])[] = [];
  const options = { count: 5, seed: 1, onValues: (found: readonly EigenEstimate[]) => streamed.push(found) };
  await largest(inFloat32(rotated(values)), options);
  assert.ok(streamed.length > 0);
  for (const { value, residual, errorBound } of streamed.flat()) {
    assert.ok(errorBound >= residual && errorBound >= 0.99e-6 * values[0], `${value} ± ${errorBound}`);
  }
});

test('short memory: thick restarts find the same values', async () => {
  const { values } = trainedSpectra.find((spectrum) => spectrum.name === 'mlp-digits')!;
  const short = await largest(rotated(values), { count: 5, seed: 1, memory: 0 });
  assert.ok(short.space.size <= 24);
  short.pairs.forEach((pair, i) => {
    assertClose(pair.value, values[i], 2e-5);
    assert.ok(pair.converged);
  });
  const close = [4, 4, 4, ...Array.from({ length: 300 }, (_, i) => 3 - i / 100)];
  const restarted = await largest(rotated(close), { count: 5, seed: 1, memory: 0 });
  assert.ok(restarted.products > 60, 'the basis must have overflowed');
  restarted.pairs.forEach((pair, i) => assertClose(pair.value, close[i], 1e-4));
});

test('values stream as they converge, most extreme first, and progress counts products', async () => {
  const seen: number[][] = [];
  const counts: number[] = [];
  const { products, pairs } = await largest(rotated(powerLaw(300, 1)), {
    count: 4,
    seed: 6,
    onValues: (values) => seen.push(values.map((entry) => entry.value)),
    onProgress: (count) => counts.push(count),
  });
  assert.deepEqual(
    seen.map((values) => values.length),
    [...new Set(seen.map((values) => values.length))].sort((a, b) => a - b),
  );
  assert.equal(seen.at(-1)!.length, 4);
  seen.at(-1)!.forEach((value, i) => assertClose(value, pairs[i].value, 1e-3));
  assert.equal(counts.at(-1), products);
});

test('the same seed gives the same digits; another seed the same values', async () => {
  const run = async (seed: number) => (await largest(rotated(powerLaw(200, 1)), { count: 3, seed })).pairs;
  assert.deepEqual(await run(7), await run(7));
  const other = await run(8);
  assert.notDeepEqual(other, await run(7));
  other.forEach((pair, i) => assertClose(pair.value, 1 / (i + 1), 1e-5));
});

test('out of products: what there is, marked not converged', async () => {
  const values = powerLaw(500, 0.2);
  const cut = await largest(rotated(values), { count: 5, maxProducts: 8 });
  assert.equal(cut.complete, false);
  assert.equal(cut.pairs.length, 5);
  assert.ok(cut.pairs.every((pair) => !pair.converged));
  assert.equal(cut.products, 9);
});

test('cancelling stops between products; a product that is not finite is refused in a sentence', async () => {
  const controller = new AbortController();
  const matrix = rotated(powerLaw(100, 1));
  const running = largest(matrix, {
    count: 5,
    signal: controller.signal,
    onProgress: (products) => products === 4 && controller.abort(),
  });
  await assert.rejects(running, CancelledError);
  assert.equal(matrix.products, 4);
  const broken = operator(10, (vector) => vector.map((value, i) => (i === 3 ? Number.NaN : value)));
  await assert.rejects(
    largest(broken, { count: 1 }),
    (error) => error instanceof UserError && /not finite/.test(error.message),
  );
});

test('on the least memory the same values are found, with no more vectors than said', async () => {
  const values = powerLaw(1000, 0.5);
  const full = await largest(rotated(values), { count: 5, seed: 1 });
  const tight = await largest(rotated(values), { count: 5, seed: 1, memory: 0 });
  const most = tight.space.size + tight.space.frontier.length;
  assert.ok(most <= 13, `${most} vectors`);
  assert.ok(full.space.size > 13 && tight.products > full.products && tight.products < 3 * full.products);
  tight.pairs.forEach((pair, i) => {
    assert.ok(pair.converged);
    assertClose(pair.value, full.pairs[i].value, 2e-5);
  });
});
