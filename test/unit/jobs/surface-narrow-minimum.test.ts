import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lattice } from '../../../src/analysis/surface/lattice';
import { levelsFor } from '../../../src/analysis/surface/levels';
import { surfaceChoicesSchema } from '../../../src/contract/surface';
import { LevelScale } from '../../../src/core/level-scale';
import { Drawing } from '../../../src/jobs/surface/drawing';

const WIDTH = 0.03;
const MINIMA = [
  [0.63, -0.41],
  [-0.37, 0.62],
] as const;

/** A bowl with two minima that are narrower than the first nodes lie apart, a quarter. */
const lossAt = (x: number, y: number): number =>
  MINIMA.reduce(
    (loss, [a, b]) => loss - 0.9 * Math.exp(-((x - a) ** 2 + (y - b) ** 2) / (2 * WIDTH ** 2)),
    1 + 2 * (x * x + y * y),
  );

const meter = {
  pass: 16,
  at: (places: readonly (readonly [number, number])[]) =>
    Promise.resolve(
      places.map(([x, y]) => ({ train: { loss: { value: lossAt(x, y), standardError: 0 }, rows: 1 } })),
    ),
};

async function drawn(isKnown: boolean, points = 4000) {
  const axes = ['a', 'b'].map((label) => ({ label, from: -1, to: 1 }));
  const still = { theta: new Float64Array(2), state: new Float64Array(0) };
  const drawing = new Drawing(
    {
      origin: still,
      directions: [still, still],
      axes: [axes[0], axes[1]],
      cosine: 0,
      marks: [],
    },
    {
      choices: surfaceChoicesSchema.parse({ points }),
      seed: 1,
      remaining: () => Infinity,
      onSamples: () => undefined,
    },
  );
  await drawing.begin(meter);
  const losses = drawing.samples.map(({ train }) => train.loss.value);
  const { kind, values, offset } = levelsFor(losses, 0);
  const levels = { kind, values: [...values], offset };
  const known = isKnown ? MINIMA.map(([x, y]) => ({ at: [x, y] as const, loss: lossAt(x, y) })) : [];
  await drawing.refine(meter, levels, known);
  const scale = new LevelScale(levels);
  const field = drawing.lattice.field(drawing.heights(levels));
  const off = field.reduce(
    (most, height, node) =>
      Math.max(most, Math.abs(height - scale.height(lossAt(...drawing.coordinates(node))))),
    0,
  );
  return { off, bound: drawing.bound(levels), count: drawing.samples.length };
}

test('minima of checkpoints that are narrower than nodes lie apart are found, and the title holds', async () => {
  const { off, bound, count } = await drawn(true);
  assert.ok(off <= bound && bound < 1.5, `off by ${off}, said to be at most ${bound}`);
  assert.ok(count < 1500, `${count} evaluations`);
});

test('where the budget ends before they are found, the title says by how much they are missed', async () => {
  const { off, bound } = await drawn(true, 90);
  assert.ok(off > 1 && off <= bound * 1.1, `off by ${off}, said to be at most ${bound}`);
});

test('nodes around a place go from the coarsest to the finest, and a field is read between them', () => {
  const lattice = new Lattice(2);
  const { side } = lattice;
  const plane = Float64Array.from({ length: side * side }, (_, node) => {
    const [x, y] = lattice.place(node);
    return 3 * x - y;
  });
  for (const [x, y] of [
    [0, 0],
    [1, 1],
    [0.37, 0.91],
    [0.5, 0.123],
  ] as const)
    assert.ok(Math.abs(lattice.between(plane, [x, y]) - (3 * x - y)) < 1e-12);
  const place = [0.37, 0.91] as const;
  const widths: number[] = [];
  for (let nodes = lattice.around(place); nodes.length > 0; nodes = lattice.around(place)) {
    const xs = nodes.map((node) => lattice.place(node)[0]);
    widths.push(Math.max(...xs.map((x) => Math.abs(x - place[0]))));
    nodes.forEach((node) => lattice.take(node));
  }
  assert.equal(widths.length, 3);
  assert.ok(widths[2] <= 1 / (side - 1) && widths[0] > widths[2]);
});
