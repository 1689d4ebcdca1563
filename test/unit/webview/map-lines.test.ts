import assert from 'node:assert/strict';
import { test } from 'node:test';
import { levelLine } from '../../../webview/plots/map-lines';

const SIDE = 9;
const nodes = Array.from({ length: SIDE * SIDE }, (_, node) => node);
const grid = (of: (column: number, row: number) => number | undefined, error = 0) => ({
  side: SIDE,
  values: nodes.map((node) => of(node % SIDE, Math.floor(node / SIDE))),
  errors: nodes.map(() => error),
  step: 1,
});

test('the line of a slope is straight, in pieces of all its length', () => {
  // 2 x + y = 7.3 on 8 x 8 squares, from (0, 7.3) to (3.65, 0).
  const pieces = levelLine(
    grid((x, y) => 2 * x + y),
    7.3,
  );
  for (const [x, y] of pieces.flatMap(({ from, to }) => [from, to]))
    assert.ok(Math.abs(2 * x + y - 7.3) < 1e-12);
  const length = pieces.reduce((sum, { from, to }) => sum + Math.hypot(to[0] - from[0], to[1] - from[1]), 0);
  assert.ok(Math.abs(length - Math.hypot(3.65, 7.3)) < 1e-9);
});

test('the line around a bowl is its circle, to what straight pieces leave', () => {
  const pieces = levelLine(
    grid((x, y) => (x - 4) ** 2 + (y - 4) ** 2),
    9.5,
  );
  for (const [x, y] of pieces.flatMap(({ from, to }) => [from, to]))
    assert.ok(Math.abs(Math.hypot(x - 4, y - 4) - Math.sqrt(9.5)) < 0.15);
  // Closed: each end is that of two pieces.
  const ends = new Map<string, number>();
  for (const place of pieces.flatMap(({ from, to }) => [from, to])) {
    const key = place.map((part) => part.toFixed(9)).join(' ');
    ends.set(key, (ends.get(key) ?? 0) + 1);
  }
  assert.ok([...ends.values()].every((count) => count === 2));
});

test('no line goes beside a place that is not known, and one is unsure where errors reach a step', () => {
  const withHole = grid((x, y) => (x === 4 && y === 4 ? undefined : x));
  for (const { from, to } of levelLine(withHole, 4.2))
    for (const [, row] of [from, to]) assert.ok(row <= 3 || row >= 5);
  assert.ok(
    levelLine(
      grid((x) => x, 0.9),
      3.5,
    ).every(({ isUnsure }) => !isUnsure),
  );
  assert.ok(
    levelLine(
      grid((x) => x, 1.1),
      3.5,
    ).every(({ isUnsure }) => isUnsure),
  );
});
