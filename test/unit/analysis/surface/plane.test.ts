import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combined, planeThrough, pointAt, project } from '../../../../src/analysis/surface/plane';
import { random } from '../../../../src/core/random';
import { dot, norm } from '../../../../src/core/vectors';

const near = (a: number, b: number, by = 1e-12) => assert.ok(Math.abs(a - b) <= by, `${a} for ${b}`);

function drawn(seed: number, dimension = 50): Float64Array[] {
  const stream = random(seed, 5);
  return [0, 1, 2].map(() => Float64Array.from({ length: dimension }, () => stream.normal()));
}

test('a plane through three points holds all three, where they are said to be', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const [first, second, third] = drawn(seed);
    const found = planeThrough(first, second, third)!;
    const directions = found.map((factors) => combined([second, third], first, factors)) as [
      Float64Array,
      Float64Array,
    ];
    directions.forEach((direction) => near(norm(direction), 1));
    near(dot(...directions), 0);
    const plane = { origin: first, directions };
    const feet = [first, second, third].map((point) => project(plane, point));
    feet.forEach(({ at, distance }, i) => {
      near(distance, 0);
      pointAt(plane, at).forEach((value, j) => near(value, [first, second, third][i][j]));
    });
    near(feet[1].at[1], 0);
    assert.ok(feet[1].at[0] > 0 && feet[2].at[1] > 0);
  }
});

test('three points on a line have no plane, nor do two that are the same', () => {
  const [a, b] = drawn(1);
  const middle = a.map((value, i) => (value + b[i]) / 2);
  assert.equal(planeThrough(a, b, middle), undefined);
  assert.equal(planeThrough(a, a, b), undefined);
});

test('the foot of a point on a plane is nearer than all around it', () => {
  const [first, second, third] = drawn(3);
  const directions = planeThrough(first, second, third)!.map((factors) =>
    combined([second, third], first, factors),
  ) as [Float64Array, Float64Array];
  const plane = { origin: first, directions };
  const [point] = drawn(4);
  const { at, distance } = project(plane, point);
  const away = (x: number, y: number) => norm(pointAt(plane, [x, y]).map((value, i) => value - point[i]));
  near(away(...at), distance);
  for (const [dx, dy] of [
    [0.1, 0],
    [0, -0.1],
    [-0.1, 0.1],
  ])
    assert.ok(away(at[0] + dx, at[1] + dy) > distance);
});
