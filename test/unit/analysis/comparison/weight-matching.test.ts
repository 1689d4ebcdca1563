import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChannelGroup, assign, matchWeights } from '../../../../src/analysis/comparison/weight-matching';
import { permuteChannels } from '../../../../src/symmetries/channel-axes';
import { CancelledError } from '../../../../src/core/errors';
import { random, shuffle } from '../../../../src/core/random';

const stream = random(5);
const normals = (length: number) => Float64Array.from({ length }, () => stream.normal());
const ordered = (length: number) => Int32Array.from({ length }, (_, i) => i);

function* permutations(items: readonly number[]): Iterable<number[]> {
  if (items.length === 0) yield [];
  for (const first of items)
    for (const rest of permutations(items.filter((item) => item !== first))) yield [first, ...rest];
}

test('the assignment is the best of all permutations, with ties and negative entries too', () => {
  for (let size = 1; size <= 6; size++)
    for (let repeat = 0; repeat < 20; repeat++) {
      const round = repeat % 4 === 0 ? Math.round : (value: number) => value;
      const gains = Array.from({ length: size }, () => normals(size).map(round));
      const sum = (columns: ArrayLike<number>) => gains.reduce((all, row, i) => all + row[columns[i]], 0);
      const columns = assign(gains);
      assert.equal(new Set(columns).size, size);
      const best = Math.max(...[...permutations([...ordered(size)])].map(sum));
      assert.ok(Math.abs(sum(columns) - best) < 1e-12, `${sum(columns)}, not ${best}`);
    }
});

/** A dense network of these widths: kernels [in, out] one after the other, and a group for each hidden layer. */
function dense(...widths: readonly number[]): { groups: ChannelGroup[]; size: number } {
  let size = 0;
  const kernels = widths.slice(1).map((out, i) => {
    const offset = size;
    size += widths[i] * out;
    return { offset, length: widths[i] * out };
  });
  const groups = widths.slice(1, -1).map((channels, i): ChannelGroup => ({
    channels,
    places: [
      { ...kernels[i], axis: { channels, inner: 1 } },
      { ...kernels[i + 1], axis: { channels, inner: widths[i + 2] } },
    ],
  }));
  return { groups, size };
}

function reordered(weights: Float64Array, groups: readonly ChannelGroup[], orders: readonly Int32Array[]) {
  const moved = weights.slice();
  groups.forEach(({ places }, g) => {
    for (const { offset, length, axis } of places)
      permuteChannels(moved.subarray(offset, offset + length), axis, orders[g]);
  });
  return moved;
}

test('weights that were shuffled are put back in order, layer after layer', async () => {
  const { groups, size } = dense(5, 8, 7, 3);
  const weights = normals(size);
  const orders = groups.map(({ channels }) => shuffle(ordered(channels), stream));
  const shuffled = reordered(weights, groups, orders);
  assert.notDeepEqual(shuffled, weights);
  const found = await matchWeights(weights, shuffled, groups, { seed: 1 });
  assert.deepEqual(reordered(shuffled, groups, found), weights);
});

test('a single hidden layer has the nearest of all orders, and several end where no layer alone can do better', async () => {
  const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  for (const widths of [
    [2, 5, 3],
    [2, 4, 5, 2],
  ]) {
    const { groups, size } = dense(...widths);
    const [a, b] = [normals(size), normals(size)];
    const found = await matchWeights(a, b, groups, { seed: 1 });
    const reached = product(a, reordered(b, groups, found));
    groups.forEach(({ channels }, g) => {
      for (const order of permutations([...ordered(channels)])) {
        const other = found.map((each, i) => (i === g ? Int32Array.from(order) : each));
        assert.ok(product(a, reordered(b, groups, other)) <= reached + 1e-12);
      }
    });
  }
});

test('a tensor that holds the channels twice never leaves less than there was', async () => {
  const axes = [1, 6].map((inner) => ({ offset: 0, length: 36, axis: { channels: 6, inner } }));
  const groups = [{ channels: 6, places: axes }];
  for (let repeat = 0; repeat < 20; repeat++) {
    const [a, b] = [normals(36), normals(36)];
    const moved = reordered(b, groups, await matchWeights(a, b, groups, { seed: 1 }));
    const product = (values: Float64Array) => values.reduce((sum, value, i) => sum + value * a[i], 0);
    assert.ok(product(moved) >= product(b) - 1e-12);
  }
});

test('it stops when cancelled', async () => {
  const { groups, size } = dense(2, 3, 2);
  const controller = new AbortController();
  controller.abort();
  await assert.rejects(
    matchWeights(normals(size), normals(size), groups, { seed: 1, signal: controller.signal }),
    CancelledError,
  );
});
