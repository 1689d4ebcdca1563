import assert from 'node:assert/strict';
import { test } from 'node:test';
import { correlate } from '../../../../src/analysis/comparison/correlate';
import { granulated } from '../../../../src/analysis/comparison/granulated';

/** A grid of two rates by three batch sizes, with figures made so that the taus are counted by hand. */
const grid = [
  { rate: 0.1, batch: 32, x: 1, y: 1 },
  { rate: 0.1, batch: 64, x: 2, y: 3 },
  { rate: 0.1, batch: 128, x: 3, y: 2 },
  { rate: 0.2, batch: 32, x: 6, y: 4 },
  { rate: 0.2, batch: 64, x: 5, y: 5 },
  { rate: 0.2, batch: 128, x: 4, y: 6 },
].map(({ x, y, ...hyperparameters }) => ({
  x,
  y,
  hyperparameters: { ...hyperparameters, optimizer: 'sgd' },
}));

test('granulated tau over groups that differ in one hyperparameter alone, by hand', () => {
  assert.deepEqual(granulated(grid), [
    // Rate 0.1: pairs (1,2) and (1,3) agree, (2,3) does not: 1/3. Rate 0.2: all three disagree: -1.
    { hyperparameter: 'batch', tau: (1 / 3 - 1) / 2, groups: 2 },
    // Each batch size has one pair, and the higher rate has both the larger x and the larger y.
    { hyperparameter: 'rate', tau: 1, groups: 3 },
  ]);
});

test('groups hold one seed, and those without an order are left out', () => {
  const seeded = [1, 2].flatMap((seed) =>
    grid.map((point) => ({ ...point, y: seed === 1 ? point.y : 0, seed })),
  );
  assert.deepEqual(granulated(seeded), granulated(grid));
  assert.deepEqual(granulated(grid.map((point) => ({ ...point, hyperparameters: {} }))), []);
});

const runs = (count: number, x: (i: number) => number, y: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => ({ run: `r${i}`, x: x(i), y: y(i), hyperparameters: {} }));

test('says over what the interval is, and what keeps it from meaning much', () => {
  const many = correlate(
    runs(
      20,
      (i) => i,
      (i) => (i * 7) % 20,
    ),
    { seed: 1 },
  );
  assert.equal(many.interval!.over, 'runs');
  assert.ok(many.interval!.low < many.tau! && many.tau! < many.interval!.high);
  assert.equal(many.note, undefined);
  const few = correlate(
    runs(
      5,
      (i) => i,
      (i) => (i * 2) % 5,
    ),
    { seed: 1 },
  );
  assert.match(few.note!, /^Only 5 runs: the interval is wide and covers more than it says\.$/);
  const alone = runs(
    6,
    (i) => i,
    (i) => (i * 5) % 7,
  ).map((point) => ({ ...point, run: 'one' }));
  assert.equal(correlate(alone, { seed: 1 }).interval!.over, 'checkpoints');
  assert.match(correlate(alone, { seed: 1 }).note!, /of one run/);
});

test('two runs have no interval, however many checkpoints', () => {
  const points = runs(
    10,
    (i) => i,
    (i) => -i,
  ).map((point, i) => ({ ...point, run: `${i % 2}` }));
  const { tau, interval, note } = correlate(points, { seed: 1 });
  assert.equal(tau, -1);
  assert.equal(interval, null);
  assert.match(note!, /of 2 runs/);
});

test('full order has an interval with a width', () => {
  const { tau, interval, note } = correlate(
    runs(
      6,
      (i) => i,
      (i) => i * i,
    ),
    { seed: 1 },
  );
  assert.equal(tau, 1);
  assert.equal(interval!.high, 1);
  assert.ok(interval!.low < 0);
  assert.match(note!, /3 disjoint pairs of runs/);
});

test('of intervals over runs and over shared seeds the wider one is given', () => {
  // Seeds decide everything: six runs of each of three seeds lie together.
  const points = Array.from({ length: 18 }, (_, i) => {
    const seed = i % 3;
    return { run: `r${i}`, seed, x: seed * 10 + (i % 5), y: seed * -10 + (i % 7), hyperparameters: {} };
  });
  const { interval } = correlate(points, { seed: 1 });
  assert.equal(interval!.over, 'seeds');
});

test('what is not defined is null, with the reason', () => {
  assert.match(
    correlate(
      runs(
        2,
        (i) => i,
        (i) => i,
      ),
      { seed: 1 },
    ).note!,
    /Fewer than three/,
  );
  const constant = correlate(
    runs(
      4,
      () => 1,
      (i) => i,
    ),
    { seed: 1 },
  );
  assert.equal(constant.tau, null);
  assert.match(constant.note!, /^The measure is the same/);
});
