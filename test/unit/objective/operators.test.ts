import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Objective } from '../../../src/objective/evaluation/objective';
import { formsAlong } from '../../../src/objective/evaluation/forms-along';
import { dot } from '../../../src/core/vectors';
import { random } from '../../../src/core/random';
import { OPERATORS, type OperatorName } from '../../../src/contract/vocabulary';
import { denseModel, objectiveOf, rowsOf } from '../../support/dense-model';

const stream = random(23);
const normals = (count: number) => Float64Array.from({ length: count }, () => stream.normal());
const CLASSES = 3;
const ROWS = 12;
const WIDTH = 4;
const x = normals(ROWS * WIDTH);
const labels = Int32Array.from({ length: ROWS }, (_, i) => (i * 5) % CLASSES);
const model = denseModel([WIDTH, 3, CLASSES]);

async function matrix(objective: Objective, operator: OperatorName): Promise<number[]> {
  const { dimension } = objective.parameters;
  const units = Array.from({ length: dimension }, (_, i) => new Float64Array(dimension).fill(1, i, i + 1));
  return (await objective.products(operator, objective.origin, units)).flatMap((column) =>
    Array.from(column),
  );
}

function close(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]) <= tolerance, `[${i}] ${value}, not ${expected[i]}`),
  );
}

/** The gradient of the loss of one row with the label given. */
async function score(row: number, label: number): Promise<Float64Array> {
  const inputs = x.slice(row * WIDTH, (row + 1) * WIDTH);
  const one = await objectiveOf(
    model,
    rowsOf(inputs, WIDTH, Int32Array.of(label), []),
    'categorical-crossentropy',
  );
  return (await one.gradient(one.origin)).gradient;
}

/** The sum over terms of weight times the outer product of a vector with itself, flat. */
function outerSum(terms: readonly (readonly [weight: number, vector: Float64Array])[]): number[] {
  const { length } = terms[0][1];
  const sum = new Array<number>(length * length).fill(0);
  for (const [weight, vector] of terms)
    for (let i = 0; i < length; i++)
      for (let j = 0; j < length; j++) sum[i * length + j] += weight * vector[i] * vector[j];
  return sum;
}

const whole = () => objectiveOf(model, rowsOf(x, WIDTH, labels, []), 'categorical-crossentropy');

test('Gauss-Newton and Fisher: the mean over rows of the expected outer product of scores, summed class by class', async () => {
  const objective = await whole();
  const { outputs } = await objective.values('train', objective.origin);
  const terms: [number, Float64Array][] = [];
  for (let row = 0; row < ROWS; row++) {
    const powers = Array.from(outputs.subarray(row * CLASSES, (row + 1) * CLASSES), Math.exp);
    const total = powers.reduce((a, b) => a + b);
    for (let label = 0; label < CLASSES; label++)
      terms.push([powers[label] / total / ROWS, await score(row, label)]);
  }
  const expected = outerSum(terms);
  close(await matrix(objective, 'fisher'), expected, 1e-12);
  close(await matrix(objective, 'ggn'), expected, 1e-12);
});

test('empirical Fisher: the mean outer product of the gradients of the rows as labelled', async () => {
  const terms: [number, Float64Array][] = [];
  for (let row = 0; row < ROWS; row++) terms.push([1 / ROWS, await score(row, labels[row])]);
  close(await matrix(await whole(), 'empirical-fisher'), outerSum(terms), 1e-12);
});

test('Hessian and Gauss-Newton agree where the model is linear in its parameters, and differ where it is not', async () => {
  const linear = await objectiveOf(
    denseModel([WIDTH, CLASSES]),
    rowsOf(x, WIDTH, labels, []),
    'categorical-crossentropy',
  );
  close(await matrix(linear, 'ggn'), await matrix(linear, 'hessian'), 1e-13);
  const curved = await whole();
  const [ggn, hessian] = [await matrix(curved, 'ggn'), await matrix(curved, 'hessian')];
  assert.ok(ggn.some((value, i) => Math.abs(value - hessian[i]) > 1e-3));
});

test('the form of every matrix along a vector of any length is that with its product', async () => {
  const objective = await whole();
  const vectors = [1e-3, 1, 50, 0].map((size) =>
    normals(objective.parameters.dimension).map((each) => size * each),
  );
  for (const operator of OPERATORS) {
    const at = { operator, point: objective.origin };
    const products = await objective.products(operator, at.point, vectors);
    const forms = await formsAlong(objective, at, vectors);
    close(
      forms.map((form, i) => form / (dot(vectors[i], vectors[i]) || 1)),
      products.map((product, i) => dot(vectors[i], product) / (dot(vectors[i], vectors[i]) || 1)),
      1e-13,
    );
  }
});
