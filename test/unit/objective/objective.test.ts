import assert from 'node:assert/strict';
import { test } from 'node:test';
import { symmetricEigen } from '../../../src/analysis/linear-algebra/symmetric-eigen';
import { norm } from '../../../src/core/vectors';
import { slopesAlong } from '../../../src/objective/evaluation/slopes-along';
import { random } from '../../../src/core/random';
import { denseHessian, denseModel, objectiveOf, rowsOf } from '../../support/dense-model';

const stream = random(11);
const normals = (count: number) => Float64Array.from({ length: count }, () => stream.normal());

const eigenvaluesOf = (rows: readonly Float64Array[]) =>
  Array.from(symmetricEigen(rows.map((row) => Array.from(row))).values).sort((a, b) => b - a);

function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++)
    assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `[${i}]: ${actual[i]}, not ${expected[i]}`);
}

/** X^T D X / n for a diagonal D. */
function gram(x: Float64Array, width: number, weight: (row: number) => number = () => 1): number[][] {
  const rows = x.length / width;
  return Array.from({ length: width }, (_, i) =>
    Array.from({ length: width }, (_unused, j) => {
      let sum = 0;
      for (let r = 0; r < rows; r++) sum += weight(r) * x[r * width + i] * x[r * width + j];
      return sum / rows;
    }),
  );
}

test('linear regression: the Hessian is 2 X^T X / n', async () => {
  const x = normals(40 * 4);
  const objective = await objectiveOf(
    denseModel([4, 1], { bias: false }),
    rowsOf(x, 4, normals(40), [1]),
    'mean-squared-error',
  );
  close(
    (await denseHessian(objective)).flatMap((row) => Array.from(row)),
    gram(x, 4)
      .flat()
      .map((v) => 2 * v),
    1e-12,
  );
});

test('logistic regression: the Hessian is X^T diag(p (1 - p)) X / n', async () => {
  const x = normals(50 * 3);
  const model = denseModel([3, 1], { bias: false });
  const w = model.tensors[0].data;
  const objective = await objectiveOf(
    model,
    rowsOf(
      x,
      3,
      Float64Array.from({ length: 50 }, (_, i) => i % 2),
      [1],
    ),
    'binary-crossentropy',
  );
  const p = (row: number) =>
    1 / (1 + Math.exp(-(x[3 * row] * w[0] + x[3 * row + 1] * w[1] + x[3 * row + 2] * w[2])));
  close(
    (await denseHessian(objective)).flatMap((row) => Array.from(row)),
    gram(x, 3, (row) => p(row) * (1 - p(row))).flat(),
    1e-12,
  );
});

test('softmax regression at W = 0: eigenvalues of X^T X / n over C, each C - 1 times, and d zeros', async () => {
  const [n, d, classes] = [60, 4, 3];
  const x = normals(n * d);
  const objective = await objectiveOf(
    denseModel([d, classes], { bias: false, weights: [new Float64Array(d * classes)] }),
    rowsOf(
      x,
      d,
      Int32Array.from({ length: n }, (_, i) => i % classes),
      [],
    ),
    'categorical-crossentropy',
  );
  const mu = eigenvaluesOf(gram(x, d).map((row) => Float64Array.from(row)));
  const expected = [
    ...mu.flatMap((value) => new Array<number>(classes - 1).fill(value / classes)),
    ...new Array<number>(d).fill(0),
  ];
  close(
    eigenvaluesOf(await denseHessian(objective)),
    expected.sort((a, b) => b - a),
    1e-12,
  );
});

test('deep linear networks at a balanced minimum have the known spectrum', async () => {
  // L layers, whitened inputs, W_k = diag(s^(1/L)): sum over k of s_i^(2(L-k)/L) s_j^(2(k-1)/L).
  const singular = [2, 1, 0.5];
  for (const [layers, largest, trace] of [
    [2, 4, 21],
    [3, 7.559526, 33.85157],
  ]) {
    const root = Float64Array.from(
      [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => (i === j ? singular[i] ** (1 / layers) : 0))),
    );
    const x = Float64Array.from([0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => (i === j ? Math.sqrt(3) : 0))));
    const y = x.map((value, i) => value * singular[i % 3]);
    const objective = await objectiveOf(
      denseModel(new Array<number>(layers + 1).fill(3), {
        bias: false,
        linear: true,
        weights: new Array<Float64Array>(layers).fill(root),
      }),
      rowsOf(x, 3, y, [3]),
      'mean-squared-error',
    );
    // The closed form is for 1/2 of the sum over outputs; the mean over 3 outputs is 2/3 of that.
    const values = eigenvaluesOf(await denseHessian(objective)).map((value) => (value * 3) / 2);
    assert.ok(Math.abs(values[0] - largest) < 1e-6, `${values[0]}`);
    assert.ok(Math.abs(values.reduce((a, b) => a + b) - trace) < 1e-5);
  }
});

const labels = (rows: number) => Int32Array.from({ length: rows }, (_, i) => (i * 7) % 3);

test('gradient and products do not depend on how rows fall into chunks', async () => {
  // 1,500 rows are two chunks of 750; 1,501 are 751 and 750, so the last is padded; 1 row is a chunk of one.
  const x = normals(1501 * 5);
  const model = denseModel([5, 6, 3]);
  const part = (rows: number) => rowsOf(x.slice(0, 5 * rows), 5, labels(rows), []);
  const v = normals(6 * 5 + 6 + 6 * 3 + 3);
  const at = async (rows: number) => {
    const objective = await objectiveOf(model, part(rows), 'categorical-crossentropy');
    const { gradient } = await objective.gradient(objective.origin);
    const [product] = await objective.hvp(objective.origin, [v]);
    return { gradient, product, chunkRows: objective.chunkRows };
  };
  const [even, padded, last] = [await at(1500), await at(1501), await single()];
  assert.equal(even.chunkRows, 750);
  assert.equal(padded.chunkRows, 751);
  const mixed = (a: Float64Array, b: Float64Array) => a.map((value, i) => (1500 * value + b[i]) / 1501);
  close(padded.gradient, mixed(even.gradient, last.gradient), 1e-13);
  close(padded.product, mixed(even.product, last.product), 1e-12);

  async function single() {
    const objective = await objectiveOf(
      model,
      rowsOf(x.slice(5 * 1500), 5, labels(1501).slice(1500), []),
      'categorical-crossentropy',
    );
    const { gradient } = await objective.gradient(objective.origin);
    const [product] = await objective.hvp(objective.origin, [v]);
    return { gradient, product };
  }
});

test('several vectors at once give what each gives alone, and the Hessian is symmetric', async () => {
  const objective = await objectiveOf(
    denseModel([4, 5, 3]),
    rowsOf(normals(30 * 4), 4, labels(30), []),
    'categorical-crossentropy',
  );
  const vectors = Array.from({ length: 7 }, () => normals(objective.parameters.dimension));
  const together = await objective.hvp(objective.origin, vectors);
  for (const [i, vector] of vectors.entries())
    close((await objective.hvp(objective.origin, [vector]))[0], together[i], 1e-13);
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  assert.ok(Math.abs(dot(vectors[0], together[1]) - dot(vectors[1], together[0])) < 1e-12);
  assert.equal(objective.cost.hvps, 14);
});

test('derivatives of single rows along a vector average to g.v and v.Hv', async () => {
  const objective = await objectiveOf(
    denseModel([4, 5, 3]),
    rowsOf(normals(30 * 4), 4, labels(30), []),
    'categorical-crossentropy',
  );
  const v = normals(objective.parameters.dimension);
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b) / values.length;
  const { losses, first, second } = await objective.directional(objective.origin, v);
  const { gradient, loss } = await objective.gradient(objective.origin);
  assert.ok(Math.abs(mean(losses) - loss) < 1e-13);
  assert.ok(Math.abs(mean(first) - dot(gradient, v)) < 1e-12);
  assert.ok(Math.abs(mean(second) - dot(v, (await objective.hvp(objective.origin, [v]))[0])) < 1e-11);
});

test('slopes of single rows along several vectors in one pass are those along each, however long it is', async () => {
  const objective = await objectiveOf(
    denseModel([4, 5, 3]),
    rowsOf(normals(30 * 4), 4, labels(30), []),
    'categorical-crossentropy',
  );
  const { dimension } = objective.parameters;
  const vectors = [1, 1e-12, 1e6, 0].map((size) => normals(dimension).map((value) => size * value));
  // Three in the first pass, the last alone.
  const slopes = await slopesAlong(objective, objective.origin, vectors);
  assert.equal(slopes.length, 4);
  for (const [i, vector] of vectors.entries()) {
    const { first } = await objective.directional(objective.origin, vector);
    close(slopes[i], first, 1e-12 * (norm(vector) || 1));
  }
});

test('a cancelled product stops with CancelledError', async () => {
  const objective = await objectiveOf(
    denseModel([4, 5, 3]),
    rowsOf(normals(30 * 4), 4, labels(30), []),
    'categorical-crossentropy',
  );
  const signal = AbortSignal.abort();
  const v = normals(objective.parameters.dimension);
  await assert.rejects(objective.hvp(objective.origin, [v], signal), { name: 'CancelledError' });
});

test('figures are made of the outputs chunk by chunk, in the order of the rows, and losses alone are the same', async () => {
  const objective = await objectiveOf(
    denseModel([3, 2], { bias: false }),
    rowsOf(normals(50 * 3), 3, normals(50 * 2), [2]),
    'mean-squared-error',
  );
  const whole = await objective.values('train', objective.origin);
  const chunks: [number, number][] = [];
  const { losses, figures } = await objective.figures('train', objective.origin, ({ outputs }, from, to) => {
    chunks.push([from, to]);
    return Float64Array.from({ length: to - from }, (_, i) => outputs[2 * i + 1]);
  });
  close(
    figures,
    whole.outputs.filter((_, i) => i % 2 === 1),
    0,
  );
  close(losses, whole.losses, 0);
  close(await objective.losses('train', objective.origin), whole.losses, 0);
  assert.deepEqual(
    chunks.sort(([a], [b]) => a - b),
    [
      [0, 25],
      [25, 50],
    ],
  );
});
