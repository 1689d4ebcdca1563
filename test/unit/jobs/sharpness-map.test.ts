import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { symmetricEigen } from '../../../src/analysis/linear-algebra/symmetric-eigen';
import { analyzeRequestSchema } from '../../../src/contract/settings';
import type { SharpnessMap } from '../../../src/contract/sharpness-map';
import { CancelledError } from '../../../src/core/errors';
import { random } from '../../../src/core/random';
import { norm } from '../../../src/core/vectors';
import { KeptSharpness } from '../../../src/jobs/surface/map/kept-sharpness';
import { mapSharpness } from '../../../src/jobs/surface/map/map-sharpness';
import { pointOnPlane } from '../../../src/jobs/surface/point-on-plane';
import type { Objective } from '../../../src/objective/evaluation/objective';
import { nodeAt } from '../../../src/wording/picture-nodes';
import { temporaryFolder } from '../../support/corpus';
import { denseModel, objectiveOf, rowsOf } from '../../support/dense-model';

const SIDE = 3;
const request = analyzeRequestSchema.parse({ checkpoint: '', data: '' });

function near(a: number, b: number, by: number): void {
  assert.ok(Math.abs(a - b) <= by, `${a} for ${b}`);
}

function normals(count: number, seed: number): Float64Array {
  const stream = random(seed);
  return Float64Array.from({ length: count }, () => stream.normal());
}

/** Two directions of unit length, and how far the map goes along them. */
function planeOf(objective: Objective, reach: number) {
  const state = new Float64Array(0);
  const direction = (seed: number) => {
    const theta = normals(objective.parameters.dimension, seed);
    const length = norm(theta);
    return { theta: theta.map((x) => x / length), state };
  };
  const axis = { label: '', from: -reach, to: reach };
  const origin = { theta: objective.origin.theta, state };
  return { origin, directions: [direction(5), direction(6)], axes: [axis, axis] } as const;
}
type Plane = ReturnType<typeof planeOf>;

async function mapOf(
  objective: Objective,
  plane: Plane,
  { folder, most = Infinity }: { folder?: string; most?: number } = {},
) {
  const stop = new AbortController();
  const products: number[] = [];
  const map = await mapSharpness({
    ...{ objective, plane, request, side: SIDE, signal: stop.signal },
    settled: (point) => Promise.resolve(point),
    kept: await KeptSharpness.open(folder, {
      ...{ checkpoint: 'a', data: 'b', request, batchNorm: 'saved' },
      plane: { ...plane, cosine: 0, marks: [] },
    }),
    onPlace(_, spent) {
      products.push(spent);
      if (products.length === most) stop.abort();
    },
  });
  return { map, products };
}

/** The places of a map with their points. */
const pointsOf = ({ side, places }: SharpnessMap, plane: Plane) =>
  places.map((place) => {
    const { theta } = pointOnPlane(plane, nodeAt({ side, axes: [...plane.axes] }, place.node));
    return { ...place, theta };
  });

/** 40 rows of six numbers, a linear network of them, and its loss as a mean of squares. */
async function leastSquares() {
  const [rows, width] = [40, 6];
  const [inputs, labels] = [normals(rows * width, 1), normals(rows, 2)];
  const model = denseModel([width, 1], { bias: false, linear: true });
  const objective = await objectiveOf(model, rowsOf(inputs, width, labels, [1]), 'mean-squared-error');
  const row = (i: number) => inputs.subarray(i * width, (i + 1) * width);
  const hessian = Array.from({ length: width }, (_, a) =>
    Array.from({ length: width }, (_unused, b) => {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += (2 / rows) * row(i)[a] * row(i)[b];
      return sum;
    }),
  );
  const gradient = (theta: Float64Array) =>
    Float64Array.from({ length: width }, (_, a) => {
      let sum = 0;
      for (let i = 0; i < rows; i++)
        sum += (2 / rows) * (row(i).reduce((out, x, j) => out + x * theta[j], 0) - labels[i]) * row(i)[a];
      return sum;
    });
  return { objective, hessian, gradient };
}

/** A network of one hidden layer with tanh, its loss' gradient by hand, and its Hessian by differences of that. */
async function hiddenLayer() {
  const [rows, width, hidden] = [25, 8, 14];
  const [inputs, labels] = [normals(rows * width, 1), normals(rows, 2)];
  const model = denseModel([width, hidden, 1]);
  const objective = await objectiveOf(model, rowsOf(inputs, width, labels, [1]), 'mean-squared-error');
  const after = width * hidden;
  function gradient(theta: ArrayLike<number>): Float64Array {
    const slopes = new Float64Array(theta.length);
    for (let i = 0; i < rows; i++) {
      const states = Array.from({ length: hidden }, (_, j) => {
        let sum = theta[after + j];
        for (let a = 0; a < width; a++) sum += inputs[i * width + a] * theta[a * hidden + j];
        return Math.tanh(sum);
      });
      const last = after + 2 * hidden;
      const output = states.reduce((sum, state, j) => sum + state * theta[after + hidden + j], theta[last]);
      const error = (2 * (output - labels[i])) / rows;
      slopes[last] += error;
      states.forEach((state, j) => {
        slopes[after + hidden + j] += error * state;
        const inner = error * theta[after + hidden + j] * (1 - state ** 2);
        slopes[after + j] += inner;
        for (let a = 0; a < width; a++) slopes[a * hidden + j] += inner * inputs[i * width + a];
      });
    }
    return slopes;
  }
  function hessian(theta: Float64Array): number[][] {
    const step = 1e-4;
    return Array.from(theta, (_, a) => {
      const moved = (by: number) => gradient(theta.map((x, j) => (j === a ? x + by : x)));
      const [up, down] = [moved(step), moved(-step)];
      return Array.from(up, (value, j) => (value - down[j]) / (2 * step));
    });
  }
  return { objective, gradient, hessian };
}

const largestOf = (matrix: readonly (readonly number[])[]): number => {
  const symmetric = matrix.map((row, i) => row.map((value, j) => (value + matrix[j][i]) / 2));
  return symmetricEigen(symmetric).values[matrix.length - 1];
};

describe('a map of sharpness', () => {
  it('of a quadratic has one largest eigenvalue, and gradients H x', async () => {
    const { objective, hessian, gradient } = await leastSquares();
    const plane = planeOf(objective, 2);
    const { map } = await mapOf(objective, plane);
    assert.equal(map.places.length, SIDE ** 2);
    const expected = largestOf(hessian);
    const middle = gradient(plane.origin.theta);
    for (const { theta, gradientNorm, largest } of pointsOf(map, plane)) {
      near(largest!.value, expected, largest!.errorBound + 1e-12 * expected);
      const away = theta.map((x, j) => x - plane.origin.theta[j]);
      const there = middle.map((g, a) => away.reduce((sum, x, b) => sum + hessian[a][b] * x, g));
      near(gradientNorm!.value, norm(there), 1e-12 * norm(there));
    }
    objective.dispose();
  });

  it('of a network has the figures of its dense Hessian, each counted with its products', async () => {
    const { objective, gradient, hessian } = await hiddenLayer();
    const plane = planeOf(objective, 0.5);
    const { map, products } = await mapOf(objective, plane);
    const points = pointsOf(map, plane);
    for (const { theta, gradientNorm, largest } of [points[0], points[4], points[8]]) {
      const expected = norm(gradient(theta));
      near(gradientNorm!.value, expected, 1e-9 * expected);
      const sharpest = largestOf(hessian(theta));
      assert.ok(largest!.converged && largest!.heldFixed! > 0);
      // Differences are good to about 1e-7.
      near(largest!.value, sharpest, largest!.errorBound + 1e-6 * sharpest);
    }
    assert.ok(products.every((spent) => spent > 0));
    objective.dispose();
  });

  it('goes on from what was kept, and keeps it apart from that of other planes', async () => {
    const { objective } = await leastSquares();
    const plane = planeOf(objective, 2);
    const folder = temporaryFolder();
    await assert.rejects(mapOf(objective, plane, { folder, most: 4 }), CancelledError);
    const on = await mapOf(objective, plane, { folder });
    assert.ok(on.products.slice(0, 4).every((spent) => spent === 0) && on.products[4] > 0);
    const whole = await mapOf(objective, plane);
    whole.map.places.forEach(({ node, largest, gradientNorm }, i) => {
      const other = on.map.places[i];
      assert.deepEqual([other.node, other.gradientNorm], [node, gradientNorm]);
      near(other.largest!.value, largest!.value, largest!.errorBound + other.largest!.errorBound);
    });
    const [first, second] = plane.directions;
    const turned = await mapOf(objective, { ...plane, directions: [second, first] }, { folder, most: 9 });
    assert.ok(turned.products[0] > 0);
    objective.dispose();
  });

  it('has walls where the loss overflows, and goes on behind them', async () => {
    const { objective } = await leastSquares();
    const { map } = await mapOf(objective, planeOf(objective, 1e200));
    const [middle, ...others] = map.places;
    assert.ok(middle.gradientNorm && middle.largest);
    assert.ok(others.every(({ gradientNorm, largest }) => gradientNorm === null && largest === null));
    objective.dispose();
  });
});
