import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AttackTarget, fgsm, pgd } from '../../../src/analysis/attacks';
import { random } from '../../../src/core/random';
import { denseModel, objectiveOf, rowsOf } from '../../support/dense-model';

const WIDTH = 5;
const ROWS = 12;
const stream = random(7);
const inputs = Float64Array.from({ length: ROWS * WIDTH }, () => stream.normal());
const labels = Int32Array.from({ length: ROWS }, (_, i) => i % 2);
const kernel = Float64Array.from({ length: WIDTH * 2 }, () => stream.normal());

/** A linear classifier of two classes: loss of a row = log(1 + exp(-margin)), margin = +-(w1 - w0).x + b. */
async function linear() {
  const model = denseModel([WIDTH, 2], { linear: true, bias: false, weights: [kernel] });
  const train = rowsOf(inputs, WIDTH, labels, []);
  const objective = await objectiveOf(model, train, 'categorical-crossentropy', { test: train });
  const target = (low: number, high: number): AttackTarget => ({
    inputs,
    low,
    high,
    gradient: (at) => objective.inputGradient('test', objective.origin, at),
  });
  const lossesAt = async (at: Float64Array) =>
    (await objective.valuesAtInputs('test', objective.origin, at)).losses;
  return { objective, target, lossesAt };
}

const difference = Float64Array.from({ length: WIDTH }, (_, k) => kernel[2 * k + 1] - kernel[2 * k]);
const marginOf = (row: number) => {
  const sign = labels[row] === 1 ? 1 : -1;
  return sign * difference.reduce((sum, w, k) => sum + w * inputs[row * WIDTH + k], 0);
};
const lengthOne = difference.reduce((sum, w) => sum + Math.abs(w), 0);

test('on a linear classifier FGSM and PGD take r |w|_1 from every margin', async () => {
  const { objective, target, lossesAt } = await linear();
  for (const radius of [0.05, 0.3]) {
    const free = target(-Infinity, Infinity);
    const found = [
      await lossesAt(await fgsm(free, radius)),
      await lossesAt(await pgd(free, radius, { steps: 10, seed: 1 })),
    ];
    for (const losses of found)
      losses.forEach((loss, row) => {
        const expected = Math.log1p(Math.exp(-(marginOf(row) - radius * lengthOne)));
        assert.ok(Math.abs(loss - expected) < 1e-12, `${loss}, not ${expected}`);
      });
  }
  objective.dispose();
});

test('the gradient in the inputs is that of the closed form, row by row', async () => {
  const { objective, target } = await linear();
  const gradient = await target(-1, 1).gradient(inputs);
  gradient.forEach((value, i) => {
    const row = Math.floor(i / WIDTH);
    const sign = labels[row] === 1 ? 1 : -1;
    const expected = (-sign * difference[i % WIDTH]) / (1 + Math.exp(marginOf(row)));
    assert.ok(Math.abs(value - expected) < 1e-13);
  });
  objective.dispose();
});

test('moved inputs stay within the ball and the range', async () => {
  const { objective, target } = await linear();
  const narrow = target(-0.8, 0.9);
  for (const at of [await fgsm(narrow, 0.2), await pgd(narrow, 0.2, { steps: 4, seed: 3 })])
    at.forEach((value, i) => {
      assert.ok(value >= -0.8 && value <= 0.9);
      const own = Math.min(0.9, Math.max(-0.8, inputs[i]));
      assert.ok(Math.abs(value - own) <= 0.2 + 1e-12);
    });
  objective.dispose();
});
