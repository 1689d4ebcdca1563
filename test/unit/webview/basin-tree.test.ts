import assert from 'node:assert/strict';
import { test } from 'node:test';
import { basinTree } from '../../../webview/plots/basin-tree';
import { sampleSurface } from './sample-surface';

const size = { width: 420, height: 300 };
const { pictures, levels } = sampleSurface();

interface Line {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

function branches(svg: string): Line[] {
  const found = svg.matchAll(/<line class="branch" x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"/g);
  return [...found].map((match) => {
    const [x1, y1, x2, y2] = match.slice(1).map(Number);
    return { from: [x1, y1], to: [x2, y2] };
  });
}

test('a basin stands from its floor to where it joins a deeper one, and a line leads there', () => {
  const { svg, table, series, label } = basinTree(pictures[0], levels, size);
  const [deepest, second, across] = branches(svg);
  assert.equal(branches(svg).length, 3);
  assert.equal(deepest.to[1], 24, 'the deepest has no end');
  assert.ok(deepest.from[1] > second.from[1], 'a lower floor stands lower');
  assert.deepEqual(across.from, second.to);
  assert.deepEqual(across.to, [deepest.from[0], second.to[1]]);
  assert.deepEqual(table.rows[1].slice(3), [0.15, 0.35, 1, 0.35 - 0.15]);
  assert.equal(
    series[0].points[1].text,
    'basin 2: floor at 0.15, joins basin 1 at 0.35, 0.2 above its floor',
  );
  assert.match(label, /2 basins/);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined|style=/);
});

test('however basins join, no line of the tree crosses another', () => {
  const basin = (low: number, high?: number, into?: number) => ({
    at: [0, 0] as [number, number],
    low,
    ...(high === undefined ? {} : { saddle: [0, 0] as [number, number], high, into: into! }),
  });
  const basins = [
    basin(0.1),
    basin(0.12, 0.9, 0),
    basin(0.2, 0.8, 1),
    basin(0.15, 0.5, 0),
    basin(0.3, 0.6, 2),
    basin(0.3, 0.45, 0),
  ];
  const { svg } = basinTree({ ...pictures[0], basins }, levels, size);
  const all = branches(svg);
  const upright = all.filter(({ from, to }) => from[0] === to[0]);
  const level = all.filter(({ from, to }) => from[1] === to[1]);
  assert.equal(level.length, basins.length - 1);
  for (const { from, to } of level)
    for (const branch of upright) {
      const [left, right] = [from[0], to[0]].sort((a, b) => a - b);
      const isInside = branch.from[0] > left && branch.from[0] < right;
      assert.ok(!isInside || branch.to[1] > from[1], 'one that ends below it');
    }
});
