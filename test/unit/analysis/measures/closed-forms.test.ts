import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  inTableOrder,
  measureDefinitions,
  measuresAsked,
  workOf,
} from '../../../../src/analysis/measures/registry';
import { CancelledError } from '../../../../src/core/errors';
import type { Measure } from '../../../../src/contract/report';
import { MEASURES } from '../../../../src/contract/measures';
import { assertClose, sum } from '../operators';
import { SPECTRAL, type Quadratic, contextOf, run, single } from './quadratic';

const slopes = [0.3, -0.2, 0.1, 0.4];
const curvatures = [4, 2, 1, 0.5];
const theta = [1, -2, 0.5, 0];
const quadratic: Quadratic = { theta, slopes, curvatures };
const along = (direction: readonly number[]) =>
  sum(direction.map((d, i) => d * slopes[i] + (d ** 2 * curvatures[i]) / 2));

test('sam-sharpness of a quadratic, with the spread of the rows as its error', async () => {
  const length = Math.hypot(...slopes);
  const expected = along(slopes.map((slope) => (0.05 * slope) / length));
  const { value, standardError, reason, settings } = await single(contextOf(quadratic), 'sam-sharpness');
  assertClose(value, expected, 1e-12);
  // A bar with the direction held fixed would cover far less than it says.
  assert.deepEqual([standardError, settings['heldFixed']], [null, 0]);
  assert.match(reason!, /^no bar: few rows shift it/);
  const uneven = await single(contextOf({ ...quadratic, a: [0, 2], c: [0, 2] }), 'sam-sharpness');
  assertClose(uneven.value, expected, 1e-12);
  // Two rows with rises 0 and 2 r: standard deviation sqrt(2) r, over sqrt(2).
  assertClose(uneven.settings['heldFixed'] as number, expected, 1e-12);
});

test('adaptive-sharpness of a quadratic: a weight of zero does not move', async () => {
  const scaled = theta.map((value, i) => Math.abs(value) * slopes[i]);
  const length = Math.hypot(...scaled);
  const step = scaled.map((value, i) => (0.5 * Math.abs(theta[i]) * value) / length);
  assert.equal(step[3], 0);
  assertClose((await single(contextOf(quadratic), 'adaptive-sharpness')).value, along(step), 1e-12);
});

test('adaptive-worst-case of a quadratic is its maximum over the ball', async () => {
  // In u the slopes are |w| g and the curvatures w^2 h: at the maximum (mu - h) u = g, mu above every h, |u| = rho.
  const g = theta.map((value, i) => Math.abs(value) * slopes[i]);
  const h = theta.map((value, i) => value ** 2 * curvatures[i]);
  const at = (mu: number) => g.map((slope, i) => slope / (mu - h[i]));
  let [low, high] = [Math.max(...h), 1e3];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (Math.hypot(...at(middle)) > 0.5) low = middle;
    else high = middle;
  }
  const expected = sum(at(high).map((u, i) => u * g[i] + (u ** 2 * h[i]) / 2));
  const { value } = await single(contextOf(quadratic), 'adaptive-worst-case');
  assert.ok(value <= expected * (1 + 1e-12) && value > expected * 0.999, `${value}, at most ${expected}`);
});

for (const [id, sigma, scaleOf] of [
  ['average-sharpness', 0.05, () => 1],
  ['average-sharpness-scaled', 0.1, Math.abs],
] as const)
  test(`${id} of a quadratic is sigma^2 tr/2 within its error`, async () => {
    const wide = {
      theta: Array.from({ length: 60 }, (_, i) => Math.cos(i)),
      slopes: Array.from({ length: 60 }, (_, i) => 0.01 * Math.sin(i)),
      curvatures: Array.from({ length: 60 }, (_, i) => 1 + (i % 7)),
    };
    const expected =
      (sigma ** 2 / 2) * sum(wide.theta.map((weight, i) => scaleOf(weight) ** 2 * wide.curvatures[i]));
    const values: number[] = [];
    for (let seed = 1; seed <= 40; seed++) {
      const { value, standardError } = await single(contextOf(wide, { seed }), id);
      values.push((value - expected) / standardError!);
    }
    assert.ok(values.filter((z) => Math.abs(z) > 2).length <= 6, `${values}`);
    assert.ok(Math.abs(sum(values) / values.length) < 0.6);
  });

test('pac-bayes of a regression: the noise that doubles the loss, known in closed form', async () => {
  // Without a slope the mean over draws is sigma^2 q/2 with q the mean of z.Hz over the very draws: 1/sigma^2 = q/(2 L).
  const wide = {
    theta: new Array<number>(400).fill(2),
    slopes: new Array<number>(400).fill(0),
    curvatures: new Array<number>(400).fill(0.03),
    base: [0.5, 0.5],
  };
  const expected = (400 * 0.03) / (2 * 0.5);
  const { value, standardError, settings } = await single(contextOf(wide), 'pac-bayes');
  assert.ok(Math.abs(value - expected) < 4 * standardError!, `${value} ± ${standardError}, not ${expected}`);
  // z.z of 400 has deviation sqrt(800): the mean of ten draws 2.2 % of it.
  assert.ok(standardError! > 0.01 * expected && standardError! < 0.045 * expected, `${standardError}`);
  assertClose((settings.sigma as number) ** -2, value, 1e-12);
  const scaled = await single(contextOf(wide), 'pac-bayes-scaled');
  assert.ok(Math.abs(scaled.value - 4 * expected) < 4 * scaled.standardError!, `${scaled.value}`);
});

test('pac-bayes of a classifier: the noise at which a tenth of the rows are lost', async () => {
  // Row r is right while |y_r| stays below 1: at sigma a share erfc(1/(sigma sqrt 2)) is lost, .1 at sigma = 1/1.6449.
  const rows = 2000;
  const many = {
    theta: new Array<number>(rows).fill(3),
    slopes: new Array<number>(rows).fill(0),
    curvatures: new Array<number>(rows).fill(0),
    base: new Array<number>(rows).fill(1),
    a: new Array<number>(rows).fill(1),
    c: new Array<number>(rows).fill(1),
    correct: (at: Float64Array, row: number) => Math.abs(at[row] - 3) < 1,
  };
  const { value, standardError } = await single(contextOf(many), 'pac-bayes');
  assert.ok(Math.abs(value - 1.644854 ** 2) < 4 * standardError!, `${value} ± ${standardError}`);
  assert.ok(standardError! < 0.1);
  const scaled = await single(contextOf(many), 'pac-bayes-scaled');
  assert.ok(Math.abs(scaled.value - (3 * 1.644854) ** 2) < 4 * scaled.standardError!, `${scaled.value}`);
});

test('pac-bayes says where even the largest noise does no harm', async () => {
  const { value, standardError, note, bound } = await single(
    contextOf({ ...quadratic, correct: () => true }),
    'pac-bayes',
  );
  assert.equal(value, 1 / 4);
  assert.equal(standardError, null);
  assert.match(note!, /^Saturated/);
  assert.equal(bound, 'saturated');
});

test('critical-sharpness of a quadratic is g.Hg/|g|^2 and at most the largest eigenvalue', async () => {
  const expected =
    sum(slopes.map((slope, i) => slope ** 2 * curvatures[i])) / sum(slopes.map((slope) => slope ** 2));
  const { value, note, settings } = await single(contextOf(quadratic), 'critical-sharpness');
  assertClose(value, expected, 1e-4);
  assertClose(settings.quotient as number, expected, 1e-12);
  assert.ok(value < Math.max(...curvatures));
  assert.match(note!, /g·Hg\/\|g\|² is 1\.767/);
  // Rows a = (0, 2): the rise of row 2 is twice -eta |g|^2, so eta_c |g|^2 is off by itself, and 2/eta by 2/eta.
  const uneven = await single(contextOf({ ...quadratic, a: [0, 2] }), 'critical-sharpness');
  assertClose(uneven.value, expected, 1e-4);
  assertClose(uneven.settings['heldFixed'] as number, expected, 2e-3, 'error over rows');
});

test('critical-sharpness is left out where the loss only falls, and directions where there is no gradient', async () => {
  const falling = await run(contextOf({ ...quadratic, curvatures: curvatures.map((value) => -value) }), [
    'critical-sharpness',
  ]);
  assert.equal(falling.found.size, 0);
  assert.match(falling.notes[0], /critical-sharpness is left out/);
  const flat = await run(contextOf({ ...quadratic, slopes: [0, 0, 0, 0] }), [
    'sam-sharpness',
    'adaptive-sharpness',
    'critical-sharpness',
  ]);
  assert.equal(flat.found.size, 0);
  assert.equal(flat.notes.length, 3);
});

test('keskar: a steep convex loss has its maximum in a corner of the box', async () => {
  const eps = 1e-3;
  const steep = { theta, slopes: [30, -20, 10, 40], curvatures };
  const corner = theta.map((value, i) => Math.sign(steep.slopes[i]) * eps * (Math.abs(value) + 1));
  const rise = sum(corner.map((y, i) => y * steep.slopes[i] + (y ** 2 * curvatures[i]) / 2));
  const { value, settings } = await single(contextOf(steep), 'keskar-1e-3');
  assertClose(value, (100 * rise) / 1.5, 1e-9);
  assertClose(settings['heldFixed'] as number, 0, 1, 'rows alike');
  const half = await single(contextOf(steep), 'keskar-5e-4');
  assert.ok(half.value < value / 1.9);
});

test('every measure has one definition, and a choice keeps the order of tables', () => {
  const ids = measureDefinitions.flatMap((definition) => definition.ids);
  assert.deepEqual([...ids].sort(), [...MEASURES].sort());
  assert.deepEqual(measuresAsked(true), MEASURES);
  assert.deepEqual(measuresAsked(false), []);
  assert.deepEqual(measuresAsked(['trace', 'lambda-max']), ['lambda-max', 'trace']);
  assert.equal(workOf(SPECTRAL, 1000), 0);
  assert.ok(workOf(MEASURES, 1000) > 50);
  const named = (id: string): Measure => ({ id, value: 1, standardError: null, settings: {} });
  assert.deepEqual(
    inTableOrder([named('pac-bayes'), named('lambda-max')]).map(({ id }) => id),
    ['lambda-max', 'pac-bayes'],
  );
});

test('a value that is not finite becomes a note; leaving a measure out moves no other; cancelling stops', async () => {
  const overflowing = contextOf(quadratic, { rowLosses: async () => Float64Array.of(Infinity, 1) });
  const { found, notes } = await run(overflowing, ['sam-sharpness', 'average-sharpness']);
  assert.equal(found.size, 0);
  assert.deepEqual(
    notes.map((note) => /measure (\S+) is left out/.exec(note)?.[1]),
    ['sam-sharpness', 'average-sharpness'],
  );
  const alone = await single(contextOf(quadratic), 'average-sharpness-scaled');
  const together = await run(contextOf(quadratic), ['average-sharpness', 'average-sharpness-scaled']);
  assert.deepEqual(together.found.get('average-sharpness-scaled'), alone);
  const controller = new AbortController();
  const stopping = contextOf(quadratic, {
    signal: controller.signal,
    rowLosses: async (point) => {
      controller.abort();
      return point.theta.subarray(0, 2);
    },
  });
  await assert.rejects(run(stopping, ['average-sharpness']), CancelledError);
});

test('progress goes from 0 to 1 over the measures asked for', async () => {
  const shares: number[] = [];
  const context = contextOf(quadratic, { progress: (share) => shares.push(share) });
  await run(context, ['sam-sharpness', 'average-sharpness', 'keskar-1e-3']);
  assert.ok(shares.every((share, i) => share <= 1 + 1e-12 && (i === 0 || share >= shares[i - 1])));
  assertClose(shares.at(-1)!, 1, 1e-12);
});
