import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orthogonalize, scale } from '../../../../src/core/vectors';
import { reduceSum, square, sub } from '../../../../src/autodiff/operations';
import { BatchObjective } from '../../../../src/objective/evaluation/batches';
import { random } from '../../../../src/core/random';
import { batchSharpness, ratioOfMeans } from '../../../../src/training/curvature/batch-sharpness';
import { shuffled } from '../../../../src/training/curvature/draws';
import {
  estimateNoise,
  noiseBatches,
  twoBatchEstimate,
} from '../../../../src/training/curvature/noise-scale';
import { denseModel, rowsOf } from '../../../support/dense-model';
import { trackerOf } from './batch-normed';

// Linear regression y = w.x, where everything is known: g_i = 2 (w.x_i - y_i) x_i and H_i = 2 x_i x_i'.
const WIDTH = 3;
const stream = random(5);
const normals = (count: number) => Float64Array.from({ length: count }, () => stream.normal());
const model = denseModel([WIDTH, 1], { bias: false });
const theta = Float64Array.from([0.8, -0.3, 0.5]);
const point = { theta, state: new Float64Array(0) };
const count = (rows: number) => Int32Array.from({ length: rows }, (_, i) => i);

const objectiveOn = (x: Float64Array, y: Float64Array) =>
  BatchObjective.create({
    model,
    head: {
      labelShape: [1],
      labelDtype: 'float',
      perRow: (output, labels) => reduceSum(square(sub(output, labels)), [1]),
      convexInput: (output) => output,
    },
    train: rowsOf(x, WIDTH, y, [1]),
    scaling: { scale: 1, mean: [0], std: [1] },
    rearrangement: undefined,
    backend: 'reference',
    local: true,
  });

const rowOf = (x: Float64Array, i: number) => x.subarray(i * WIDTH, (i + 1) * WIDTH);
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, j) => sum + value * b[j], 0);

function rowGradients(x: Float64Array, y: Float64Array): Float64Array[] {
  return Array.from(y, (target, i) => {
    const error = dot(rowOf(x, i), theta) - target;
    return rowOf(x, i).map((value) => 2 * error * value);
  });
}

const meanOf = (vectors: readonly Float64Array[]) =>
  vectors[0].map((_, j) => vectors.reduce((sum, vector) => sum + vector[j], 0) / vectors.length);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Of a mean of independent values. */
function standardErrorOf(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)) / (values.length - 1));
}

test('batch sharpness is E[g.Hg] / E|g|^2 over all batches, within its own error', async () => {
  const [rows, size] = [8, 3];
  const [x, y] = [normals(rows * WIDTH), normals(rows)];
  const gradients = rowGradients(x, y);
  const [bent, squared]: number[][] = [[], []];
  for (let a = 0; a < rows; a++)
    for (let b = a + 1; b < rows; b++)
      for (let c = b + 1; c < rows; c++) {
        const g = meanOf([a, b, c].map((i) => gradients[i]));
        squared.push(dot(g, g));
        bent.push(mean([a, b, c].map((i) => 2 * dot(rowOf(x, i), g) ** 2)));
      }
  const expected = mean(bent) / mean(squared);
  const objective = await objectiveOn(x, y);
  const deviations: number[] = [];
  for (let step = 0; step < 60; step++) {
    const { value, standardError, batches } = await batchSharpness(
      objective,
      { point, rows: count(rows), size },
      {
        seed: 4,
        step,
      },
    );
    assert.ok(batches >= 16 && batches <= 64 && batches % 16 === 0);
    assert.ok(standardError < 0.05 * value || batches === 64);
    deviations.push((value - expected) / standardError);
  }
  // The deviations in units of the stated error are about normal: mean 0 +- .13, mean square 1 +- .18, and stopping
  // when the error is small bends both a little.
  assert.ok(Math.abs(mean(deviations)) < 0.7, `mean ${mean(deviations)}`);
  const spread = mean(deviations.map((value) => value ** 2));
  assert.ok(spread > 0.4 && spread < 2, `mean square ${spread}`);
  objective.dispose();
});

test('the error of a ratio by the delta method is that of the jackknife', () => {
  const b = Array.from(normals(64), (value) => 3 + value ** 2);
  const a = b.map((value) => 2 * value + stream.normal());
  const { value, standardError } = ratioOfMeans(a, b);
  assert.ok(Math.abs(value - mean(a) / mean(b)) < 1e-14);
  const without = (values: readonly number[], k: number) => values.filter((_, i) => i !== k);
  const left = a.map((_, k) => mean(without(a, k)) / mean(without(b, k)));
  const centre = mean(left);
  const jackknife = Math.sqrt((63 / 64) * left.reduce((sum, each) => sum + (each - centre) ** 2, 0));
  assert.ok(Math.abs(standardError / jackknife - 1) < 0.02, `${standardError} and ${jackknife}`);
});

test('the two-batch estimate gives back |g|^2 and tr Sigma from E|G_B|^2 = |g|^2 + tr Sigma / B', () => {
  const [squared, trace] = [0.3, 40];
  const expected = (rows: number) => squared + trace / rows;
  const estimate = twoBatchEstimate([16, expected(16)], [512, expected(512)]);
  assert.ok(Math.abs(estimate.squared - squared) < 1e-12);
  assert.ok(Math.abs(estimate.trace - trace) < 1e-12);
});

test('noise of linear regression: unbiased for the exact tr Sigma and |g|^2 of the distribution', async () => {
  // x normal, y = u.x + e with e of variance s^2, and d = w - u: g = 2 d, and with E over normal x
  // E|g_i|^2 = 4 E[(d.x - e)^2 |x|^2] = 4 ((n + 2) |d|^2 + n s^2).
  const [rows, s] = [256, 0.7];
  const u = Float64Array.from([0.3, 0.1, 0.2]);
  const d = theta.map((value, j) => value - u[j]);
  const squaredExact = 4 * dot(d, d);
  const traceExact = 4 * ((WIDTH + 2) * dot(d, d) + WIDTH * s * s) - squaredExact;
  const [traces, squares]: number[][] = [[], []];
  for (let step = 0; step < 60; step++) {
    const x = normals(rows * WIDTH);
    const y = Float64Array.from({ length: rows }, (_, i) => dot(rowOf(x, i), u) + s * stream.normal());
    const objective = await objectiveOn(x, y);
    const cut = noiseBatches(rows, 32)!;
    assert.deepEqual(cut, { size: 32, count: 8 });
    const { trace, squared } = await estimateNoise(
      objective,
      { point, rows: count(rows), batches: cut },
      { seed: 1, step },
    );
    traces.push(trace);
    squares.push(squared);
    objective.dispose();
  }
  const [traceOff, squareOff] = [mean(traces) - traceExact, mean(squares) - squaredExact];
  assert.ok(Math.abs(traceOff) < 3.5 * standardErrorOf(traces), `${mean(traces)} is not ${traceExact}`);
  assert.ok(Math.abs(squareOff) < 3.5 * standardErrorOf(squares), `${mean(squares)} is not ${squaredExact}`);
});

test('noise of fixed rows: exact as a mean over draws', async () => {
  const rows = 96;
  const [x, y] = [normals(rows * WIDTH), normals(rows)];
  const gradients = rowGradients(x, y);
  const g = meanOf(gradients);
  const squaredExact = dot(g, g);
  const traceExact = gradients.reduce((sum, each) => sum + dot(each, each) - squaredExact, 0) / (rows - 1);
  const objective = await objectiveOn(x, y);
  const traces: number[] = [];
  for (let step = 0; step < 100; step++) {
    const { trace, squared } = await estimateNoise(
      objective,
      { point, rows: count(rows), batches: { size: 8, count: 12 } },
      { seed: 2, step },
    );
    traces.push(trace);
    // All rows take part, so the big batch is the same each time: |g|^2 and tr Sigma err together.
    assert.ok(Math.abs(squared + trace / rows - squaredExact) < 1e-10);
  }
  const off = mean(traces) - traceExact;
  assert.ok(Math.abs(off) < 3.5 * standardErrorOf(traces), `${mean(traces)} is not ${traceExact}`);
  objective.dispose();
});

test('a tracker of minibatches: batch sharpness with 2/eta, the noise scale, null where noise hides the gradient', async () => {
  const rows = 64;
  const x = normals(rows * WIDTH);
  const strong = Float64Array.from({ length: rows }, (_, i) => dot(rowOf(x, i), theta) - 3 * x[i * WIDTH]);
  const tracker = await trackerOf(model, rowsOf(x, WIDTH, strong, [1]), {}, { batchSize: 8 });
  const at = { theta, state: new Float64Array(0), slots: {}, step: 7, learningRate: 0.01 };
  const record = await tracker.measure(at);
  assert.equal(record.kind, 'batch');
  assert.deepEqual(record.largest, []);
  assert.equal(record.threshold, 200);
  assert.ok(record.batchSharpness!.value > 0);
  assert.deepEqual(await tracker.measure(at), record);
  assert.match(tracker.notes.join(), /that of batches/);
  assert.equal((await tracker.noiseScale(at))! > 0, true);
  tracker.dispose();
  // Where every row is fitted there is no gradient at all.
  const fitted = Float64Array.from({ length: rows }, (_, i) => dot(rowOf(x, i), theta));
  const exact = await trackerOf(model, rowsOf(x, WIDTH, fitted, [1]), {}, { batchSize: 8 });
  assert.equal(await exact.noiseScale(at), null);
  assert.equal((await exact.measure(at)).batchSharpness, undefined);
  exact.dispose();
  // At the solution by least squares the rows' gradients are not zero but their mean is: the residuals are orthogonal
  // to every column of x.
  const columns = [0, 1, 2].map((j) => Float64Array.from({ length: rows }, (_, i) => x[i * WIDTH + j]));
  columns.forEach((column, j) => scale(column, 1 / orthogonalize(column, columns.slice(0, j))));
  const residuals = normals(rows);
  orthogonalize(residuals, columns);
  const least = fitted.map((value, i) => value + residuals[i]);
  const hidden = await trackerOf(model, rowsOf(x, WIDTH, least, [1]), {}, { batchSize: 8 });
  assert.equal(await hidden.noiseScale(at), null);
  hidden.dispose();
});

test('rows are drawn without replacement, the same by seed and step, others by part', () => {
  const rows = Int32Array.from({ length: 50 }, (_, i) => 3 * i);
  const first = shuffled(rows, 20, { seed: 1, step: 2 });
  assert.equal(new Set(first).size, 20);
  assert.ok(first.every((row) => rows.includes(row)));
  assert.deepEqual(shuffled(rows, 20, { seed: 1, step: 2 }), first);
  for (const other of [
    { seed: 1, step: 3 },
    { seed: 2, step: 2 },
    { seed: 1, step: 2, part: 1 },
  ])
    assert.notDeepEqual(shuffled(rows, 20, other), first);
  assert.deepEqual(noiseBatches(8000, 64), { size: 64, count: 32 });
  assert.deepEqual(noiseBatches(8000, 8000), { size: 1000, count: 8 });
  assert.deepEqual(noiseBatches(8000, 1), { size: 16, count: 32 });
  assert.deepEqual(noiseBatches(5, 5), { size: 1, count: 5 });
  assert.equal(noiseBatches(1, 1), undefined);
});
