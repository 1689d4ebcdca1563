import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeTree } from '../../../../src/analysis/surface/merge-tree';
import { random } from '../../../../src/core/random';

/** How many pieces the nodes at or below a height fall into: a flood from each. */
function piecesBelow(field: readonly number[], side: number, height: number): number {
  const reached = new Set<number>();
  let pieces = 0;
  field.forEach((value, start) => {
    if (!(value <= height) || reached.has(start)) return;
    pieces++;
    const open = [start];
    reached.add(start);
    while (open.length > 0) {
      const node = open.pop()!;
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const [x, y] = [(node % side) + dx, Math.floor(node / side) + dy];
          const other = y * side + x;
          if (x < 0 || y < 0 || x >= side || y >= side || reached.has(other)) continue;
          if (field[other] <= height) {
            reached.add(other);
            open.push(other);
          }
        }
    }
  });
  return pieces;
}

test('on random grids, walls among them, as many basins stand at every height as floods find', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const stream = random(seed, 9);
    const side = 4 + (seed % 9);
    const field = Array.from({ length: side ** 2 }, () => {
      const draw = stream.uniform();
      // Ties are as common as walls.
      return draw < 0.1 ? Infinity : Math.round(20 * stream.uniform());
    });
    const tree = mergeTree(field, side);
    for (let height = 0; height <= 20; height++) {
      const standing = tree.filter(({ low, high = Infinity }) => low <= height && high > height);
      assert.equal(standing.length, piecesBelow(field, side, height), `seed ${seed} at ${height}`);
    }
  }
});

test('two wells: the shallower one joins the deeper over the pass, and shallow ripples are left out', () => {
  const side = 33;
  const at = (node: number) => [(node % side) / 16 - 1, Math.floor(node / side) / 16 - 1];
  const field = Array.from({ length: side ** 2 }, (_, node) => {
    const [x, y] = at(node);
    return 4 * (x * x - 0.25) ** 2 + y * y + 0.05 * x + 0.001 * Math.cos(40 * y);
  });
  const [deep, shallow, ...more] = mergeTree(field, side, 0.01);
  assert.equal(more.length, 0);
  assert.ok(at(deep.minimum)[0] < -0.4 && at(shallow.minimum)[0] > 0.4);
  assert.equal(shallow.into, 0);
  assert.ok(Math.abs(at(shallow.saddle!)[0]) < 0.1);
  assert.ok(Math.abs(shallow.high! - 0.25) < 0.01);
});

test('walls part a grid into basins that never join', () => {
  const field = [0, NaN, 1, 2, Infinity, 3, 5, NaN, 4];
  const tree = mergeTree(field, 3);
  assert.deepEqual(
    tree.map(({ low, saddle }) => [low, saddle]),
    [
      [0, undefined],
      [1, undefined],
    ],
  );
});
