import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradientNormOverRows } from '../../../src/analysis/gradient-over-rows';
import type { LongVector } from '../../../src/core/long-vector';
import { dot } from '../../../src/core/vectors';
import { random } from '../../../src/core/random';

const WIDTH = 30;
const ROWS = 100;

/** The length over all rows as found from few of them, whose gradients are normal about one of this length. */
async function found(length: number, simulation: number) {
  const stream = random(simulation, 5);
  const rows = Array.from({ length: ROWS }, () =>
    Float64Array.from({ length: WIDTH }, (_, i) => (i === 0 ? length : 0) + stream.normal() / (1 + i / 5)),
  );
  const gradient = Float64Array.from(
    { length: WIDTH },
    (_, i) => rows.reduce((sum, row) => sum + row[i], 0) / ROWS,
  );
  const along = async (vectors: Iterable<LongVector>) =>
    Array.from(vectors, (vector) => Float64Array.from(rows, (row) => dot(row, vector)));
  const { value, standardError } = await gradientNormOverRows(gradient, along, simulation);
  return { value, standardError: standardError!, plain: Math.hypot(...gradient) };
}

for (const length of [0, 0.1, 0.2, 0.3, 1])
  test(`the length ${length} of the gradient over all rows lies within its error`, async () => {
    const all = await Promise.all(Array.from({ length: 200 }, (_, i) => found(length, i + 1)));
    const inside = (bars: number) =>
      all.filter(({ value, standardError }) => Math.abs(value - length) <= bars * standardError).length /
      all.length;
    assert.ok(inside(1) >= 0.5 && inside(1) <= 0.8 && inside(2) >= 0.84, `${inside(1)} ${inside(2)}`);
    // That of few rows is too long by far more than this where the gradient is short.
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [plain, left] = [mean(all.map((each) => each.plain)), mean(all.map((each) => each.value))];
    assert.ok(Math.abs(left - length) < Math.abs(plain - length) + 1e-3, `${left} ${plain}`);
  });

test('one row has no spread', async () => {
  const { value, standardError, reason } = await gradientNormOverRows(
    Float64Array.of(3, 4),
    async (vectors) => Array.from(vectors, (vector) => Float64Array.of(dot(Float64Array.of(3, 4), vector))),
    1,
  );
  assert.deepEqual([value, standardError], [5, null]);
  assert.match(reason!, /^One row has no spread/);
});

test('rows without a gradient have no error of its length', async () => {
  const found = await gradientNormOverRows(
    new Float64Array(3),
    async (vectors) => Array.from(vectors, () => new Float64Array(5)),
    1,
  );
  assert.deepEqual([found.value, found.standardError], [0, null]);
  assert.match(found.reason!, /exactly 0/);
});
