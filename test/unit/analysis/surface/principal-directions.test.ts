import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combined } from '../../../../src/analysis/surface/plane';
import { ofRandomWalk, principalDirections } from '../../../../src/analysis/surface/principal-directions';
import { random } from '../../../../src/core/random';

const POINTS = Array.from({ length: 6 }, (_, i) =>
  Float64Array.from({ length: 7 }, (_, j) => Math.sin(3 * i + j * j + 0.7 * i * i * j) * (1 + (j % 3))),
);
const MEAN = POINTS[0].map((_, j) => POINTS.reduce((sum, point) => sum + point[j], 0) / POINTS.length);

/** What NumPy's singular value decomposition gives of the same numbers (as scikit-learn's PCA does around the mean). */
const RIGHT = {
  mean: {
    explained: [0.5941842976, 0.2917383382, 0.0904346424, 0.0220231274],
    directions: [
      [-0.0905548704, -0.5098678337, 0.6059132201, -0.1395923134, -0.1757695912, -0.5293648914, 0.1846500087],
      [0.0510397897, -0.3425406937, 0.3950694108, -0.0810557822, 0.4172148415, 0.7165495074, 0.1729147568],
    ],
  },
  last: {
    explained: [0.8239485012, 0.1240722985, 0.0410468496, 0.0098072258],
    directions: [
      [0.130774517, 0.5153360385, -0.5374316692, 0.2101115568, 0.1691288821, 0.5581921371, -0.210152532],
      [0.0502472004, -0.3597106964, 0.4199728278, -0.0806297838, 0.409326354, 0.6974797641, 0.1765757911],
    ],
  },
};

for (const name of ['mean', 'last'] as const)
  test(`principal directions around the ${name} and their shares are those of NumPy`, () => {
    const centre = name === 'mean' ? MEAN : POINTS[POINTS.length - 1];
    const { combinations, explained } = principalDirections(POINTS, centre, 2);
    RIGHT[name].explained.forEach((share, i) => assert.ok(Math.abs(explained[i] - share) < 1e-9));
    combinations.forEach((factors, i) => {
      const direction = combined(POINTS, centre, factors);
      RIGHT[name].directions[i].forEach((value, j) => assert.ok(Math.abs(direction[j] - value) < 1e-8));
    });
  });

test('points on a line have one direction', () => {
  const points = [0, 1, 2, 5].map((t) => Float64Array.of(1 + t, 2 - t, 3 * t));
  const { combinations, explained } = principalDirections(points, points[3], 2);
  assert.equal(combinations.length, 1);
  assert.ok(Math.abs(explained[0] - 1) < 1e-12);
});

test('a random walk in many dimensions has the shares that are said of it', () => {
  const stream = random(1, 1);
  const at = new Float64Array(4000);
  const walk = Array.from({ length: 200 }, () => {
    at.forEach((value, i) => (at[i] = value + stream.normal()));
    return at.slice();
  });
  const mean = at.map((_, j) => walk.reduce((sum, point) => sum + point[j], 0) / walk.length);
  const { explained } = principalDirections(walk, mean, 2);
  [1, 2].forEach((i) =>
    assert.ok(Math.abs(explained[i - 1] / ofRandomWalk(i) - 1) < 0.05, `${explained[i - 1]}`),
  );
});
