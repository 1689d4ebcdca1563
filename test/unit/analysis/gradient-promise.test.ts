import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gradientPromise } from '../../../src/analysis/gradient-promise';
import { KrylovSpace } from '../../../src/analysis/spectrum/krylov-space';
import { random } from '../../../src/core/random';
import { diagonal, normals, rotated } from './operators';

const options = { flattest: 1e-9, negligible: 1e-9, products: 16 };

describe('what a gradient promises', () => {
  it('is gᵀH⁻¹g/2, flat directions included', async () => {
    const values = [20023.4, 2.19455];
    const gradient = Float64Array.of(0.3, 6.58);
    const exact = values.reduce((sum, value, i) => sum + gradient[i] ** 2 / value, 0) / 2;
    const { value, end } = await gradientPromise(diagonal(values), gradient, options);
    assert.ok(Math.abs(value / exact - 1) < 1e-9, `${value} for ${exact}`);
    assert.equal(end, 'settled');
  });

  it('is never more than that where it did not reach the end, and says so', async () => {
    const values = Array.from({ length: 40 }, (_, i) => 10 ** (4 - i / 10));
    const gradient = Float64Array.from(values, (value) => Math.sqrt(value));
    const { value, end, products } = await gradientPromise(rotated(values), gradient, options);
    assert.equal(end, 'open');
    assert.equal(products, 16);
    const exact = values.length / 2;
    // The operator is another in that basis: a bound by its flattest curvature alone.
    assert.ok(
      value > 0 && value <= gradient.reduce((sum, slope) => sum + slope ** 2, 0) / 2 / values.at(-1)!,
    );
    const { value: whole } = await gradientPromise(diagonal(values), gradient, {
      ...options,
      products: 2000,
    });
    assert.ok(Math.abs(whole / exact - 1) < 1e-6, `${whole}`);
    const { value: part } = await gradientPromise(diagonal(values), gradient, options);
    assert.ok(part < whole);
  });

  it('takes no product where the gradient is too small to count even along the flattest direction', async () => {
    const operator = diagonal([1, 0.01]);
    const found = await gradientPromise(operator, Float64Array.of(1e-6, 1e-6), {
      ...options,
      flattest: 0.01,
    });
    assert.deepEqual(found, { value: 0, end: 'settled', products: 0 });
    assert.equal(operator.products, 0);
  });

  it('is the same where a search began with the gradient, whose steps take no product, and goes on from there', async () => {
    const values = Array.from({ length: 60 }, (_, i) => 10 ** (1 - i / 30));
    const gradient = normals(60, random(3));
    for (const [count, products] of [
      [12, 8],
      [12, 12],
      [12, 30],
    ]) {
      const asked = { ...options, products };
      const operator = rotated(values);
      const space = new KrylovSpace(60);
      const [image] = await operator.apply([gradient]);
      space.take(gradient.slice(), image);
      while (space.size < count) {
        const [next] = space.frontier;
        space.extend(next, (await operator.apply([next.vector]))[0]);
      }
      const alone = await gradientPromise(operator, gradient, asked);
      const found = await gradientPromise(operator, gradient, { ...asked, space });
      assert.equal(found.products, Math.max(0, products - count));
      assert.equal(found.end, alone.end);
      assert.ok(Math.abs(found.value / alone.value - 1) < 1e-6, `${found.value} for ${alone.value}`);
      // A gradient that the space does not hold is multiplied.
      const other = normals(60, random(4));
      const [whole, own] = [
        await gradientPromise(operator, other, { ...asked, space }),
        await gradientPromise(operator, other, asked),
      ];
      assert.deepEqual(whole, own);
    }
  });

  it('counts negative curvature by its size', async () => {
    const { value, end } = await gradientPromise(diagonal([-0.5, 3]), Float64Array.of(1, 0), options);
    assert.deepEqual([value, end], [1, 'downwards']);
  });

  it('is open where curvature is no more than rounding', async () => {
    const found = await gradientPromise(diagonal([0, 5]), Float64Array.of(1, 0), options);
    assert.equal(found.end, 'open');
  });
});
