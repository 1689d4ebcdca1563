import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OUTSIDE, RISE, USUAL_VIEW, matrixOf, seenAt, turned } from '../../../webview/relief/camera';
import { heightsOf } from '../../../webview/relief/heights';
import { labelsOf } from '../../../webview/relief/labels';
import { ribbonsOf, spotsOf } from '../../../webview/relief/marks';
import { contourPlot } from '../../../webview/plots/contours';
import { meshOf, raisedTo } from '../../../webview/relief/mesh';
import { edgesOf, heightAt, pathOf } from '../../../webview/relief/path';
import { placeWords } from '../../../webview/relief/placed-words';
import { sampleSurface, withPaths } from './sample-surface';

const { pictures, levels } = sampleSurface();
const [picture] = pictures;
const loss = { figure: 'loss', split: 'train' } as const;
const heights = heightsOf(picture, levels, loss);

test('a contour line lies at its whole height, whatever the scale', () => {
  for (const kind of ['linear', 'logarithmic'] as const) {
    const values = kind === 'linear' ? [0.5, 1, 1.5, 2] : [0.1, 1, 10, 100];
    const { of } = heightsOf(picture, { kind, values, offset: 0 }, loss);
    values.forEach((value, i) => assert.ok(Math.abs(of(value) - i) < 1e-9, `${kind} ${value}`));
  }
});

test('squares at a wall are left out, all others are two triangles that face upwards', () => {
  const { positions, normals, figures, triangles } = meshOf(heights, picture.unresolved);
  const { side } = picture;
  const walls = new Set(picture.loss.train.flatMap((value, node) => (value === null ? [node] : [])));
  assert.ok(walls.size > 0);
  assert.ok([...triangles].every((node) => !walls.has(node)));
  let squares = 0;
  for (let row = 0; row + 1 < side; row++)
    for (let column = 0; column + 1 < side; column++) {
      const a = row * side + column;
      if (![a, a + 1, a + side, a + side + 1].some((node) => walls.has(node))) squares++;
    }
  assert.equal(triangles.length, 6 * squares);
  for (let i = 0; i < triangles.length; i += 3) {
    const [[ax, ay], [bx, by], [cx, cy]] = [0, 1, 2].map((k) => positions.subarray(3 * triangles[i + k]));
    assert.ok((bx - ax) * (cy - ay) - (by - ay) * (cx - ax) > 0);
  }
  for (let node = 0; node < side * side; node++) {
    assert.ok(Math.abs(Math.hypot(...normals.subarray(3 * node, 3 * node + 3)) - 1) < 1e-6);
    assert.equal(figures[2 * node + 1], picture.unresolved.includes(node) ? 1 : 0);
  }
});

test('the normals of an even slope are those of its plane', () => {
  const side = 9;
  const values = Float32Array.from({ length: side * side }, (_, node) => node % side);
  const slope = { side, values, lowest: 0, top: side - 1, of: (value: number) => value };
  const { normals, positions } = meshOf(slope, []);
  // From 0 to RISE over a width of 2.
  const right = [-RISE / 2, 0, 1].map((part) => part / Math.hypot(RISE / 2, 1));
  for (let node = 0; node < side * side; node++)
    right.forEach((part, i) => assert.ok(Math.abs(normals[3 * node + i] - part) < 1e-6));
  assert.equal(positions[2], 0);
  assert.ok(Math.abs(positions[3 * (side - 1) + 2] - RISE) < 1e-6);
});

test('ground and words stay in the picture from every side, wide or narrow, and fill it', () => {
  const ends = [-1, 1].flatMap((x) => [-1, 1].map((y) => [x, y] as const));
  const places = ends.flatMap(([x, y]) => [
    [x, y, 0] as const,
    [x, y, RISE] as const,
    [0.92 * x, OUTSIDE * y, 0] as const,
    [OUTSIDE * x, 0.92 * y, 0] as const,
  ]);
  for (const aspect of [0.6, 1, 2])
    for (const tilt of [0.12, 0.6, 1.5]) {
      let widest = 0;
      for (let turn = 0; turn < 6.3; turn += 0.3) {
        const seen = places.map((place) => seenAt(matrixOf({ ...USUAL_VIEW, turn, tilt }, aspect), place));
        for (const { x, y, depth } of seen)
          assert.ok(depth > 0 && x > 0.03 && x < 0.97 && y > 0.03 && y < 0.97, `${aspect} ${turn} ${tilt}`);
        const size = (along: readonly number[]) => Math.max(...along) - Math.min(...along);
        widest = Math.max(widest, size(seen.map(({ x }) => x)), size(seen.map(({ y }) => y)));
      }
      assert.ok(widest > 0.8, `${aspect} ${tilt} ${widest}`);
    }
});

test('words are shifted inwards at the edges, and of two that touch the first stays', () => {
  const matrix = matrixOf(USUAL_VIEW, 1);
  const size = { width: 300, height: 300 };
  const word = (place: readonly [number, number, number]) => ({
    className: 'tick',
    text: 'principal',
    place,
  });
  const [far, middle, touching, below] = placeWords(
    [word([-9, -9, 0]), word([0, 0, 0.4]), word([0.05, 0, 0.4]), word([0, 0, -0.5])],
    matrix,
    size,
    () => 80,
  );
  for (const { x, y } of [far!, middle!, below!])
    assert.ok(x >= 40 && x <= 260 && y >= 6 && y <= 294, `${x} ${y}`);
  assert.equal(touching, undefined);
});

test('runs have the colours and names that they have in the contours', () => {
  const paths = withPaths(picture, ['sgd', 'adam']);
  const { spots, stretches } = pathOf(paths, heights);
  const { svg } = contourPlot(paths, levels, loss, { width: 500, height: 460 });
  const inContours = (kind: string) =>
    [...svg.matchAll(new RegExp(`class="${kind}( off)?( [b-f])?"`, 'g'))].map(([, , colour = '']) =>
      colour.trim(),
    );
  assert.deepEqual(
    spots.map(({ colour }) => colour),
    inContours('checkpoint'),
  );
  assert.deepEqual(
    stretches.map(({ colour }) => colour),
    inContours('step'),
  );
  assert.deepEqual([...new Set(spots.map(({ colour }) => colour))], ['c', 'd']);
  const words = labelsOf(paths, levels, loss, heights)(matrixOf(USUAL_VIEW, 1)).map(({ text }) => text);
  for (const name of ['sgd', 'adam']) assert.ok(words.includes(name) && svg.includes(`>${name}<`));
  const { means } = pathOf(paths, heights);
  assert.equal(means.length, svg.split('class="mean"').length - 1);
  assert.ok(means.length === 2 && words.includes('mean of last 2'), 'means of checkpoints as well');
  assert.deepEqual([...new Set(pathOf(picture, heights).spots.map(({ colour }) => colour))], ['']);
});

test('what is higher is seen further up, what is nearer is larger, and a view has its limits', () => {
  const matrix = matrixOf(USUAL_VIEW, 1.5);
  assert.ok(seenAt(matrix, [0, 0, 0.8]).y < seenAt(matrix, [0, 0, 0]).y);
  const nearer = matrixOf(turned(USUAL_VIEW, { distance: 0.8 }), 1.5);
  const width = (m: Float32Array) => seenAt(m, [1, 0, 0]).x - seenAt(m, [-1, 0, 0]).x;
  assert.ok(width(nearer) > width(matrix));
  const far = turned(USUAL_VIEW, { tilt: 9, distance: 1e9 });
  assert.ok(far.tilt < Math.PI / 2 && far.distance < 10);
});

test('the path lies on the ground, in pieces that are dashed where a checkpoint lies off the plane', () => {
  const { spots, stretches } = pathOf(picture, heights);
  assert.deepEqual(
    spots.map(({ isOff }) => isOff),
    [false, true, false],
  );
  assert.ok(stretches.every(({ isOff }) => isOff));
  for (const { places } of stretches)
    for (const [x, y, z] of places) {
      const above = z - raisedTo(heights, heightAt(heights, x, y));
      assert.ok(above > 0 && above < 0.02);
    }
  const several = pathOf(withPaths(picture, ['sgd', 'adam']), heights);
  assert.deepEqual([several.spots.length, several.stretches.length], [6, 4], 'runs are not joined');
  const whole = ribbonsOf(edgesOf(heights).slice(0, 1), 1);
  assert.equal(whole.count, 6 * 4);
  const dashed = ribbonsOf(stretches, 1);
  assert.equal(dashed.count, (6 * stretches.length * (stretches[0].places.length - 1)) / 2);
  assert.equal(spotsOf(spots).count, 6 * spots.length);
});

test('between nodes the ground is where they put it', () => {
  const { side, values } = heights;
  for (const node of [0, 3, side + 2]) {
    const [x, y] = [node % side, Math.floor(node / side)].map((index) => (2 * index) / (side - 1) - 1);
    assert.ok(Math.abs(heightAt(heights, x, y) - Math.min(heights.top, values[node])) < 1e-5);
  }
});

test('words stand at the edges that are nearer, and name axes, ends and levels', () => {
  const words = labelsOf(picture, levels, loss, heights);
  for (const turn of [-0.6, 0.9, 2.5, 4]) {
    const matrix = matrixOf({ ...USUAL_VIEW, turn }, 1.5);
    const [x, y] = words(matrix);
    assert.deepEqual([x.text, y.text], ['v1', 'v2']);
    const behind = ({ place: [px, py, pz] }: typeof x) => seenAt(matrix, [-px, -py, pz]).depth;
    for (const word of [x, y]) assert.ok(seenAt(matrix, word.place).depth < behind(word));
  }
  assert.ok(words(matrixOf(USUAL_VIEW, 1.5)).length > 8);
});
