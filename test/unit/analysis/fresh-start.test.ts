import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FreshStart } from '../../../src/analysis/spectrum/fresh-start';
import { KrylovSpace } from '../../../src/analysis/spectrum/krylov-space';
import { multiply } from '../../../src/analysis/spectrum/products';
import { random } from '../../../src/core/random';
import { diagonal, normals } from './operators';

/** A start in the whole space, after so many products, restarted to three vectors where it has more than `most`. */
async function grown(
  values: readonly number[],
  start: Float64Array,
  products: number,
  most = Infinity,
  sign: 1 | -1 = 1,
) {
  const fresh = new FreshStart(new KrylovSpace(values.length), start, sign);
  for (let i = 0; i < products && fresh.next; i++) {
    if (fresh.space.size >= most) fresh.restart(3);
    fresh.extend((await multiply(diagonal(values), [fresh.next.vector]))[0]);
  }
  return fresh;
}

const spectrum = Array.from({ length: 200 }, (_, i) => 1 / (1 + i));

test('what a start has along an eigenvector is at most what the bound is made of, at either end', async () => {
  for (const sign of [1, -1] as const)
    for (let seed = 0; seed < 40; seed++) {
      const start = normals(200, random(seed));
      // Next to nothing along the extreme eigenvector: it must not be said to be absent with that chance.
      start[0] = 1e-5 * (1 + seed);
      for (let products = 1; products <= 12; products++) {
        const fresh = await grown(
          spectrum.map((value) => sign * value),
          start,
          products,
          Infinity,
          sign,
        );
        const bound = fresh.bound(start[0] * Math.sqrt(2 / Math.PI));
        assert.ok(sign * bound >= 1 - 1e-9, `${seed}, ${products} products: ${bound}`);
        assert.ok(sign * fresh.reached <= 1 + 1e-12);
      }
    }
});

test('the bound closes in on the extreme eigenvalue, restarted or not, and a smaller chance takes longer', async () => {
  const start = normals(200, random(1));
  for (const most of [Infinity, 6]) {
    const bounds = await Promise.all(
      [4, 8, 16, 32].map(async (products) => (await grown(spectrum, start, products, most)).bound(1e-4)),
    );
    bounds.forEach((bound, i) => assert.ok(bound >= 1 - 1e-12 && (i === 0 || bound < bounds[i - 1])));
    assert.ok(bounds[3] < 1 + 1e-6, `${bounds.join(' ')}`);
  }
  const fresh = await grown(spectrum, start, 8);
  assert.ok(fresh.bound(1e-6) > fresh.bound(1e-3));
});

test('a recurrence that ends has seen all that it can: the bound is its extreme value', async () => {
  const fresh = await grown([2, 2, 1, 1, 0], normals(5, random(2)), 9);
  assert.equal(fresh.next, undefined);
  assert.ok(Math.abs(fresh.bound(1e-6) - 2) < 1e-12);
});
