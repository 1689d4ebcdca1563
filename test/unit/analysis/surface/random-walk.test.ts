import assert from 'node:assert/strict';
import { test } from 'node:test';
import { principalDirections } from '../../../../src/analysis/surface/principal-directions';
import { sharesOfRandomWalks } from '../../../../src/analysis/surface/random-walk';
import { random } from '../../../../src/core/random';

const DIMENSION = 4000;

/** Normal steps in many dimensions, from a place of its own. */
function walk(points: number, stream: ReturnType<typeof random>, start = new Float64Array(DIMENSION)) {
  const at = start.slice();
  return Array.from({ length: points }, (_, step) => {
    if (step > 0) at.forEach((value, i) => (at[i] = value + stream.normal()));
    return at.slice();
  });
}

function centreOf(points: readonly Float64Array[], centre: 'last' | 'mean'): Float64Array {
  if (centre === 'last') return points[points.length - 1];
  return points[0].map((_, j) => points.reduce((sum, point) => sum + point[j], 0) / points.length);
}

for (const centre of ['last', 'mean'] as const)
  for (const counts of [[5], [60], [20, 20]])
    test(`${counts.join(' and ')} points of random walks have the shares that are said of them around the ${centre}`, () => {
      const stream = random(7, 1);
      const points = counts.flatMap((count) => walk(count, stream));
      const { explained } = principalDirections(points, centreOf(points, centre), 2);
      const said = sharesOfRandomWalks(counts, centre, 2);
      said.forEach((share, i) =>
        assert.ok(Math.abs(explained[i] - share) < 0.05 * share, `${explained[i]} for ${share}`),
      );
    });

test('of many points the shares are those of Brownian motion, as the papers have them', () => {
  const [first, second] = sharesOfRandomWalks([400], 'mean', 2);
  // Antognini and Sohl-Dickstein (2018): 6 / (pi i)^2, that is 60.8 % and 15.2 %.
  assert.ok(Math.abs(first - 6 / Math.PI ** 2) < 1e-3 && Math.abs(second - 6 / (2 * Math.PI) ** 2) < 1e-3);
  const last = sharesOfRandomWalks([400], 'last', 2);
  [1, 3].forEach((odd, i) => assert.ok(Math.abs(last[i] - 8 / (Math.PI * odd) ** 2) < 1e-2));
});

test('of three points around their mean the shares are three quarters and one', () => {
  // Steps e1, e2 from 0: the centred inner products have the eigenvalues 1 and 1/3.
  const [first, second] = sharesOfRandomWalks([3], 'mean', 2);
  assert.ok(Math.abs(first - 0.75) < 1e-12 && Math.abs(second - 0.25) < 1e-12);
});

test('a walk around its last point draws a quarter and three quarters of a cosine', () => {
  const count = 120;
  const points = walk(count, random(3, 1));
  const { combinations } = principalDirections(points, points[count - 1], 2);
  const moved = points.map((point) => point.map((value, j) => value - points[count - 1][j]));
  [1, 3].forEach((quarters, i) => {
    const at = moved.map((a) =>
      combinations[i].reduce(
        (sum, factor, k) => sum + factor * a.reduce((s, value, j) => s + value * moved[k][j], 0),
        0,
      ),
    );
    const shape = at.map((_, step) => Math.cos((quarters * Math.PI * step) / (2 * (count - 1))));
    assert.ok(Math.abs(correlation(at, shape)) > 0.99);
  });
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const product = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, i) => sum + value * y[i], 0);
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}
