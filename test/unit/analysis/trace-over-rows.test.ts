import assert from 'node:assert/strict';
import { test } from 'node:test';
import { traceErrorOverRows } from '../../../src/analysis/spectrum/trace-over-rows';
import { variance } from '../../../src/analysis/statistics';
import { random } from '../../../src/core/random';
import { assertClose, dense, normals } from './operators';

test('rows of linear regression: the spread of |x|^2, though single probes are noisier than it', async () => {
  // With loss (w.x - y)^2 / 2 a row's Hessian is x x', its trace |x|^2.
  const source = random(4);
  const [size, count] = [12, 400];
  const rows = Array.from({ length: count }, () =>
    normals(size, source).map((x) => x * (1 + source.uniform())),
  );
  const squares = rows.map((x) => x.reduce((total, value) => total + value * value, 0));
  const truth = Math.sqrt(variance(squares) / count);
  const found = await traceErrorOverRows(
    async (v) => rows.map((x) => x.reduce((total, value, i) => total + value * v[i], 0) ** 2),
    size,
    1,
  );
  assertClose(found!, truth, 0.1);
});

test('rows that differ by a factor: the error is that of the factors, exactly', async () => {
  const factors = [1, 2, 4, 5];
  const matrix = dense([Float64Array.of(3, 0), Float64Array.of(0, -1)]);
  const along = async (v: Float64Array) => {
    const [product] = await matrix.apply([v]);
    return factors.map((factor) => factor * (v[0] * product[0] + v[1] * product[1]));
  };
  assertClose((await traceErrorOverRows(along, 2, 1))!, 2 * Math.sqrt(variance(factors) / 4), 1e-12);
  assert.equal(await traceErrorOverRows(async () => [1], 2, 1), null);
});
