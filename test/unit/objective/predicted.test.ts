import assert from 'node:assert/strict';
import { test } from 'node:test';
import { predictedOf } from '../../../src/objective/loss/predicted';
import { lossSpec } from '../../../src/network/loss-spec';
import { denseModel } from '../../support/dense-model';
import type { LossName } from '../../../src/contract/vocabulary';

/** Of a network whose outputs are what they are, logits to a cross-entropy. */
const of = (
  name: LossName,
  outputs: number,
  values: readonly number[],
  labels: readonly number[],
  more = {},
) =>
  predictedOf({ spec: lossSpec(name, more), model: denseModel([2, outputs]) }, values, {
    shape: labels.length === values.length && outputs > 1 ? [outputs] : [],
    data: labels,
  });
const near = (found: readonly number[], expected: readonly number[]) =>
  found.forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]) < 1e-12, `${found} is not ${expected}`),
  );

test('logits and probabilities of classes become the same logarithms', () => {
  const probabilities = [0.5, 0.25, 0.25, 0.1, 0.2, 0.7];
  const logarithms = probabilities.map(Math.log);
  const logits = of(
    'categorical-crossentropy',
    3,
    logarithms.map((value) => value + 5),
    [0, 2],
  );
  near(logits.values, logarithms);
  assert.deepEqual([logits.kind, logits.width], ['classes', 3]);
  assert.deepEqual(logits.targets, [1, 0, 0, 0, 0, 1]);
  near(of('categorical-crossentropy', 3, probabilities, [0, 2], { fromLogits: false }).values, logarithms);
  const shares = [0.5, 0.5, 0, 0, 0, 1];
  assert.deepEqual(of('categorical-crossentropy', 3, logarithms, shares).targets, shares);
});

test('one output of two classes is two probabilities, and numbers stay as they are', () => {
  const binary = of('binary-crossentropy', 1, [Math.log(3), -800], [1, 0]);
  near(binary.values.slice(0, 2), [Math.log(0.25), Math.log(0.75)]);
  assert.deepEqual(binary.values.slice(2), [-0, -800]);
  assert.deepEqual([binary.width, binary.targets], [2, [0, 1, 1, 0]]);
  const certain = of('binary-crossentropy', 1, [0.75, 0], [1, 0], { fromLogits: false });
  near(certain.values.slice(0, 3), [Math.log(0.25), Math.log(0.75), 0]);
  assert.ok(Number.isFinite(certain.values[3]));
  const numbers = of('mean-squared-error', 2, [1, 2, 3, 4], [1, 1, 1, 1]);
  assert.deepEqual(numbers, { kind: 'numbers', width: 2, values: [1, 2, 3, 4], targets: [1, 1, 1, 1] });
});

test('another loss is refused by name', () => {
  assert.throws(
    () => of('huber', 1, [1], [1]),
    /but the loss is huber of 1 outputs: leave "biasVariance" out/,
  );
});
