import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BiasVariance,
  entropyBiasVariance,
  pseudoValues,
  squaredBiasVariance,
} from '../../../src/analysis/bias-variance';
import { random } from '../../../src/core/random';

const near = (found: number, expected: number, tolerance = 1e-12) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} is not ${expected}`);
const meanOf = (found: readonly BiasVariance[], key: keyof BiasVariance) =>
  found.reduce((sum, each) => sum + each[key], 0) / found.length;

test('squared error: bias and variance by hand, and without what few members add', () => {
  // Row 1: mean 3, off by 2, spread (4 + 0 + 4) / 3. Row 2: mean 1, right, no spread.
  const given = { width: 1, targets: [1, 1], members: [1, 3, 5].map((value) => [value, 1]) };
  const { bias, variance } = squaredBiasVariance(given);
  near(bias, 4 / 2);
  near(variance, 8 / 3 / 2);
  const found = pseudoValues(given, squaredBiasVariance);
  // The unbiased sample variance is 4, and the mean of three is off by 4/3 more than the true mean, on average.
  near(meanOf(found, 'variance'), 4 / 2);
  near(meanOf(found, 'bias'), (4 - 4 / 3) / 2);
});

test('cross-entropy: two opposite networks of two classes have the variance log cosh(a / 2) and the bias log 2', () => {
  for (const a of [0.1, 1, 5, 40]) {
    const right = [-Math.log1p(Math.exp(-a)), -a - Math.log1p(Math.exp(-a))];
    const { bias, variance } = entropyBiasVariance({
      width: 2,
      targets: [1, 0],
      members: [right, [...right].reverse()],
    });
    near(bias, Math.log(2));
    near(variance, a / 2 + Math.log1p(Math.exp(-a)) - Math.log(2), 1e-12 * Math.max(1, a));
  }
});

test('networks that agree have no variance, and the bias is their loss', () => {
  const probabilities = [0.7, 0.2, 0.1, 0.3, 0.3, 0.4];
  const members = Array.from({ length: 4 }, () => probabilities.map(Math.log));
  const found = entropyBiasVariance({ width: 3, targets: [1, 0, 0, 0, 0, 1], members });
  near(found.variance, 0);
  near(found.bias, -(Math.log(0.7) + Math.log(0.4)) / 2);
});

/** Of random logits, so that the rows and members are all different. */
function randomMembers(count: number, rows: number, width: number): number[][] {
  const stream = random(7, 1);
  return Array.from({ length: count }, () =>
    Array.from({ length: rows }).flatMap(() => {
      const logits = Array.from({ length: width }, () => 2 * stream.normal());
      const logarithm = Math.log(logits.reduce((sum, value) => sum + Math.exp(value), 0));
      return logits.map((value) => value - logarithm);
    }),
  );
}

test('cross-entropy: both parts are the divergences that they are said to be, and add up to the mean one', () => {
  const [rows, width] = [5, 4];
  const members = randomMembers(3, rows, width);
  const targets = Array.from({ length: rows }).flatMap((_, row) =>
    Array.from({ length: width }, (__, i) => (row === 0 ? 1 / width : Number(i === row % width))),
  );
  const found = entropyBiasVariance({ width, targets, members });
  let [bias, variance, whole] = [0, 0, 0];
  const divergence = (p: readonly number[], q: readonly number[]) =>
    p.reduce((sum, value, i) => (value > 0 ? sum + value * Math.log(value / q[i]) : sum), 0);
  for (let row = 0; row < rows; row++) {
    const cut = (values: readonly number[]) => values.slice(row * width, (row + 1) * width);
    const given = members.map((member) => cut(member).map(Math.exp));
    const products = Array.from({ length: width }, (_, i) => Math.cbrt(given.reduce((p, q) => p * q[i], 1)));
    const sum = products.reduce((a, b) => a + b, 0);
    const centre = products.map((value) => value / sum);
    bias += divergence(cut(targets), centre) / rows;
    for (const each of given) {
      variance += divergence(centre, each) / given.length / rows;
      whole += divergence(cut(targets), each) / given.length / rows;
    }
  }
  near(found.bias, bias);
  near(found.variance, variance);
  near(found.bias + found.variance, whole);
});

test("a member's bias and variance add up to its own loss", () => {
  const members = randomMembers(6, 8, 3);
  const targets = Array.from({ length: 24 }, (_, i) => Number(i % 3 === Math.floor(i / 3) % 3));
  pseudoValues({ width: 3, targets, members }, entropyBiasVariance).forEach(({ bias, variance }, member) => {
    const loss = -members[member].reduce((sum, value, i) => sum + targets[i] * value, 0) / 8;
    near(bias + variance, loss, 1e-11);
  });
});
