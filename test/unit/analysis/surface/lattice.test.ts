import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lattice } from '../../../../src/analysis/surface/lattice';
import { levelsFor } from '../../../../src/analysis/surface/levels';
import { LevelScale } from '../../../../src/core/level-scale';

type Loss = (x: number, y: number) => number;

const SHARE = 0.25;

/** Draws a loss over [-1, 1] squared as far as its lattice wants. */
function drawn(loss: Loss, share = SHARE) {
  const lattice = new Lattice(4);
  const losses: number[] = [];
  const at = (node: number) => {
    const [x, y] = lattice.place(node);
    return loss(2 * x - 1, 2 * y - 1);
  };
  const measure = (node: number) => {
    lattice.take(node);
    losses.push(at(node));
  };
  lattice.first().forEach(measure);
  const scale = new LevelScale(levelsFor(losses.filter(Number.isFinite), 1e-3));
  const heights = () => losses.map((each) => scale.height(each));
  for (let wanted = [0]; wanted.length > 0;) {
    wanted = lattice.wanted(heights(), () => share);
    wanted.forEach(measure);
  }
  return { lattice, at, scale, field: lattice.field(heights()), errors: lattice.errors(heights()) };
}

const units = Array.from({ length: 8 }, (_, k) => [
  Math.sin(1.7 * k + 2),
  Math.cos(2.9 * k + 3),
  0.3 * Math.sin(5 * k),
]);
const LOSSES: Readonly<Record<string, Loss>> = {
  'a quadratic': (x, y) => 0.01 + 30 * x * x + 2 * y * y + 3 * x * y,
  'a slope that bends': (x, y) => 0.02 + 0.3 * Math.log1p(Math.exp(8 * x - 2 * y)) + 5 * x * x + y * y,
  'two wells': (x, y) => 0.05 + 24 * (x * x - 0.25) ** 2 + 2 * (y - 0.4 * Math.sin(5 * x)) ** 2,
  kinks: (x, y) => 0.03 + 2 * Math.abs(x - 0.3 * y) + 3 * Math.max(0, y - 0.2),
  rectifiers: (x, y) => 0.01 + units.reduce((sum, [a, b, c]) => sum + Math.max(0, a * x + b * y - c), 0) ** 2,
  'a wall': (x, y) => (x + y > 1.1 ? Infinity : 0.1 + x * x + y * y),
};

for (const [name, loss] of Object.entries(LOSSES))
  test(`${name}: within a level of the whole grid, at a fraction of its evaluations`, () => {
    const { lattice, at, scale, field, errors } = drawn(loss);
    let worst = 0;
    field.forEach((height, node) => (worst = Math.max(worst, Math.abs(height - scale.height(at(node))))));
    const expected = errors.reduce((a, b) => Math.max(a, b), 0);
    assert.ok(expected <= SHARE);
    // The edge of a wall is found, but no cubic stands on it.
    if (name !== 'a wall') assert.ok(worst <= 1, `off by ${worst}, expected ${expected}`);
    assert.ok(
      lattice.count <= 0.25 * 51 ** 2 * (name === 'kinks' || name === 'a wall' ? 3 : 1),
      `${lattice.count}`,
    );
  });

test('what is measured everywhere is what stands there, and cubics are interpolated without error', () => {
  const cubic: Loss = (x, y) => 1 + x - 2 * y + x * x * y - y ** 3 + x ** 3;
  const lattice = new Lattice(2);
  const values = lattice.first().map((node) => {
    lattice.take(node);
    const [x, y] = lattice.place(node);
    return cubic(x, y);
  });
  lattice.field(values).forEach((value, node) => {
    const [x, y] = lattice.place(node);
    assert.ok(Math.abs(value - cubic(x, y)) < 1e-12);
  });
  lattice.errors(values).forEach((error) => assert.ok(error < 1e-12));
});

test('levels are round numbers, evenly or by equal ratios, and heights and losses turn into each other', () => {
  const even = levelsFor([1, 1.4, 2, 2.9], 0.01);
  assert.equal(even.kind, 'linear');
  const ratios = levelsFor([0.01, 0.5, 3, 40], 1e-4);
  assert.equal(ratios.kind, 'logarithmic');
  assert.ok(ratios.values.some((value) => Math.abs(value + ratios.offset - 1) < 1e-12));
  for (const levels of [even, ratios]) {
    const scale = new LevelScale(levels);
    levels.values.forEach((value, i) => assert.ok(Math.abs(scale.height(value) - i) < 1e-9));
    for (const loss of [levels.values[0] * 0.9, levels.values[3], levels.values.at(-1)! * 1.5])
      assert.ok(Math.abs(scale.loss(scale.height(loss)) / loss - 1) < 1e-9);
    assert.equal(scale.loss(scale.height(Infinity)), Infinity);
    assert.equal(scale.loss(scale.height(NaN)), Infinity);
  }
});
