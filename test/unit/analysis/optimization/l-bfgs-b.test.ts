import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { minimizeInBox } from '../../../../src/analysis/optimization/l-bfgs-b';
import { CancelledError } from '../../../../src/core/errors';
import { corpus } from '../../../support/corpus';

interface Solved {
  readonly function: 'rosenbrock' | 'saddle';
  readonly size: number;
  readonly lower: number;
  readonly upper: number;
  readonly start: number;
  readonly iterations: number;
  readonly taken: number;
  readonly evaluations: number;
  readonly value: number;
  readonly point: readonly number[];
}

const { boxes } = JSON.parse(readFileSync(corpus('measures/measures.json'), 'utf8')) as {
  boxes: readonly Solved[];
};

function rosenbrock(x: Float64Array) {
  let value = 0;
  const gradient = new Float64Array(x.length);
  for (let i = 0; i + 1 < x.length; i++) {
    const gap = x[i + 1] - x[i] ** 2;
    value += 100 * gap ** 2 + (1 - x[i]) ** 2;
    gradient[i + 1] += 200 * gap;
    gradient[i] += -400 * x[i] * gap - 2 * (1 - x[i]);
  }
  return { value, gradient };
}

function saddle(x: Float64Array) {
  let value = 0;
  const gradient = x.map((coordinate, i) => {
    const curvature = ((i + 1) % 3 === 0 ? -1 : 1) * (i + 1);
    const [before, after] = [x[i - 1] ?? 0, x[i + 1] ?? 0];
    value += (curvature * coordinate ** 2) / 2 + Math.sin(3 * coordinate) + 0.2 * coordinate;
    value += 0.5 * coordinate * before;
    return curvature * coordinate + 3 * Math.cos(3 * coordinate) + 0.2 + 0.5 * (before + after);
  });
  return { value, gradient };
}

const functions = { rosenbrock, saddle };
const boxOf = ({ size, lower, upper }: Pick<Solved, 'size' | 'lower' | 'upper'>) => ({
  lower: new Float64Array(size).fill(lower),
  upper: new Float64Array(size).fill(upper),
});

for (const solved of boxes)
  test(`${solved.function} in ${solved.size} variables: ${solved.iterations} iterations as SciPy takes them`, async () => {
    const found = await minimizeInBox(
      async (point) => functions[solved.function](point),
      new Float64Array(solved.size).fill(solved.start),
      boxOf(solved),
      { iterations: solved.iterations },
    );
    assert.equal(found.iterations, solved.taken);
    assert.equal(found.evaluations, solved.evaluations);
    assert.ok(
      Math.abs(found.value - solved.value) <= 1e-9 * Math.abs(solved.value),
      `${found.value}, not ${solved.value}`,
    );
    found.point.forEach((value, i) =>
      assert.ok(
        Math.abs(value - solved.point[i]) < 1e-7,
        `variable ${i} is ${value}, not ${solved.point[i]}`,
      ),
    );
  });

test('the minimum of a separable quadratic is the nearest point of the box', async () => {
  const target = Float64Array.of(-3, -0.4, 0, 0.7, 5);
  const found = await minimizeInBox(
    async (point) => ({
      value: point.reduce((sum, value, i) => sum + ((i + 1) * (value - target[i]) ** 2) / 2, 0),
      gradient: point.map((value, i) => (i + 1) * (value - target[i])),
    }),
    new Float64Array(5),
    boxOf({ size: 5, lower: -1, upper: 1 }),
    { iterations: 50 },
  );
  const expected = [-1, -0.4, 0, 0.7, 1];
  found.point.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-7, `${value}`));
});

test('stops where asked', async () => {
  const controller = new AbortController();
  await assert.rejects(
    minimizeInBox(
      async (point) => {
        controller.abort();
        return rosenbrock(point);
      },
      Float64Array.of(-1, -1),
      boxOf({ size: 2, lower: -2, upper: 2 }),
      { iterations: 10, signal: controller.signal },
    ),
    CancelledError,
  );
});
