import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  add,
  mul,
  reduceMean,
  relu,
  spread,
  stopGradient,
  sub,
  tanh,
} from '../../../src/autodiff/operations';
import type { Node } from '../../../src/autodiff/graph';
import { selfCheck } from '../../../src/jobs/self-check';
import type { Model } from '../../../src/layers/model';
import { random } from '../../../src/shared/random';
import { denseModel, objectiveOf, rowsOf } from '../../support/dense-model';

const ROWS = 20;
const WIDTH = 4;

/** Which checks fail for a model whose output is changed so. */
async function failures(change: (output: Node) => Node, spoil?: (model: Model) => void): Promise<string[]> {
  const stream = random(5);
  const sound = denseModel([WIDTH, 5, 3]);
  spoil?.(sound);
  const model: Model = { ...sound, apply: (...given) => sound.apply(...given).map(change) };
  const x = Float64Array.from({ length: ROWS * WIDTH }, () => stream.normal());
  const y = Int32Array.from({ length: ROWS }, (_, i) => i % 3);
  const objective = await objectiveOf(model, rowsOf(x, WIDTH, y, []), 'categorical-crossentropy');
  const { gradient } = await objective.gradient(objective.origin);
  const { checks, cost } = await selfCheck(objective, 'hessian', objective.origin, gradient, 1);
  assert.ok(cost.single > 0 && cost.ofFour > 0);
  return checks.filter(({ passed }) => !passed).map(({ id }) => id);
}

test('a sound model passes every check, the one for smooth networks included', async () => {
  assert.deepEqual(await failures((output) => output), []);
});

test('kinks closer than any step are not taken for a wrong derivative', async () => {
  // The output hangs on the sign of signals of size 1e-12.
  const failed = await failures(
    (output) => mul(1e12, relu(mul(1e-12, output))),
    (model) => model.tensors.slice(0, 2).forEach(({ data }) => data.fill(0)),
  );
  assert.deepEqual(failed, []);
});

test('a derivative that leaves something out is noticed', async () => {
  const failed = await failures((output) => mul(output, add(1, stopGradient(tanh(output)))));
  assert.ok(failed.includes('gradient'), failed.join());
});

test('a Hessian that is not symmetric is noticed', async () => {
  // The gradient of x.stop(x) is stop(x), whose derivative is none: half of the curvature is missing, unevenly.
  const failed = await failures((output) => mul(output, stopGradient(mul(output, output))));
  assert.ok(failed.includes('symmetry') || failed.includes('differences'), failed.join());
});

test('rows that see each other are noticed', async () => {
  const failed = await failures((output) =>
    sub(output, spread(mul(3, tanh(reduceMean(output, [0]))), output, [0])),
  );
  assert.ok(failed.includes('chunks'), failed.join());
});

test('values that are not finite are noticed, and no other check passes by them', async () => {
  const failed = await failures(
    (output) => output,
    (model) => model.tensors[0].data.fill(Number.NaN),
  );
  for (const id of ['finite', 'gradient', 'symmetry', 'chunks', 'repeat']) assert.ok(failed.includes(id), id);
});
