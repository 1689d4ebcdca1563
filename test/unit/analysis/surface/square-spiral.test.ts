import assert from 'node:assert/strict';
import { test } from 'node:test';
import { squareSpiral } from '../../../../src/analysis/surface/square-spiral';

test('a spiral has every node once, from the middle outwards, each beside the one before', () => {
  for (const side of [1, 3, 9, 13]) {
    const nodes = squareSpiral(side);
    assert.deepEqual(
      [...nodes].sort((a, b) => a - b),
      [...Array(side ** 2).keys()],
    );
    const places = nodes.map((node) => [node % side, Math.floor(node / side)]);
    const middle = (side - 1) / 2;
    const rings = places.map(([x, y]) => Math.max(Math.abs(x - middle), Math.abs(y - middle)));
    assert.deepEqual(
      rings,
      [...rings].sort((a, b) => a - b),
    );
    places.slice(1).forEach(([x, y], i) => assert.equal(Math.hypot(x - places[i][0], y - places[i][1]), 1));
  }
  assert.equal(new Set(squareSpiral(4)).size, 16);
});
