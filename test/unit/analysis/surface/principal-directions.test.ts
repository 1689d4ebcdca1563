import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { combined, project } from '../../../../src/analysis/surface/plane';
import { principalDirections } from '../../../../src/analysis/surface/principal-directions';
import { corpus } from '../../../support/corpus';

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

interface Reference {
  readonly explained: readonly number[];
  readonly directions: readonly (readonly number[])[];
  readonly coordinates: readonly (readonly number[])[];
}
const bySklearn = JSON.parse(readFileSync(corpus('comparison/principal.json'), 'utf8')) as {
  readonly points: readonly (readonly number[])[];
} & Record<'mean' | 'last', Reference>;

for (const name of ['mean', 'last'] as const)
  test(`around the ${name} directions, shares and coordinates of a walk are those of scikit-learn`, () => {
    const points = bySklearn.points.map((point) => Float64Array.from(point));
    const mean = points[0].map((_, j) => points.reduce((sum, point) => sum + point[j], 0) / points.length);
    const centre = name === 'mean' ? mean : points[points.length - 1];
    const right = bySklearn[name];
    const { combinations, explained } = principalDirections(points, centre, 3);
    assert.equal(explained.length, right.explained.length);
    explained.forEach((share, i) => assert.ok(Math.abs(share - right.explained[i]) < 1e-12));
    combinations.forEach((factors, i) => {
      const direction = combined(points, centre, factors);
      direction.forEach((value, j) => assert.ok(Math.abs(value - right.directions[i][j]) < 1e-10));
      points.forEach((point, k) => {
        const { at } = project({ origin: centre, directions: [direction, direction] }, point);
        assert.ok(Math.abs(at[0] - right.coordinates[k][i]) < 1e-9);
      });
    });
  });

test('of points at the ends of orthogonal axes the shares are those of their squares', () => {
  // ±3 along one axis, ±2 along another, ±1 along a third: 18 : 8 : 2.
  const points = [3, -3, 2, -2, 1, -1].map((value, i) => {
    const point = new Float64Array(5);
    point[Math.floor(i / 2) + 1] = value;
    return point;
  });
  const { combinations, explained } = principalDirections(points, new Float64Array(5), 3);
  [18, 8, 2].forEach((squares, i) => assert.ok(Math.abs(explained[i] - squares / 28) < 1e-14));
  combinations.forEach((factors, i) => {
    const direction = combined(points, new Float64Array(5), factors);
    direction.forEach((value, j) => assert.ok(Math.abs(Math.abs(value) - (j === i + 1 ? 1 : 0)) < 1e-12));
  });
});
