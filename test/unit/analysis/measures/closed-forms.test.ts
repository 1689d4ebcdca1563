import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeasureContext } from '../../../../src/analysis/measures/measure';
import {
  inTableOrder,
  measure,
  measureDefinitions,
  measuresAsked,
  workOf,
} from '../../../../src/analysis/measures/registry';
import { density, densityOfEigenvalues } from '../../../../src/analysis/spectrum/density';
import { largest } from '../../../../src/analysis/spectrum/largest';
import { CancelledError } from '../../../../src/shared/errors';
import type { Eigenvalue, Measure, Spectrum } from '../../../../src/shared/report';
import { MEASURES, type MeasureId } from '../../../../src/shared/settings';
import { assertClose, diagonal, rotated, sum, trainedSpectra } from '../operators';

/** The rows of an artificial problem: of row i the loss is base_i + a_i g.y + c_i y.Hy/2 with y = x - origin. */
interface Quadratic {
  readonly theta: readonly number[];
  readonly slopes: readonly number[];
  readonly curvatures: readonly number[];
  /** Weights of the rows, of mean 1. */
  readonly a?: readonly number[];
  readonly c?: readonly number[];
  readonly base?: readonly number[];
  /** Of each row: is it right at this point? */
  readonly correct?: (theta: Float64Array, row: number) => boolean;
  readonly spectrum?: Spectrum;
}

function contextOf(quadratic: Quadratic, more: Partial<MeasureContext> = {}): MeasureContext {
  const { theta, slopes, curvatures, a = [1, 1], c = [1, 1], base = [0.5, 0.5], correct } = quadratic;
  const origin = { theta: Float64Array.from(theta) };
  const rowLosses = (at: Float64Array) => {
    const y = at.map((value, i) => value - theta[i]);
    const linear = sum(y.map((value, i) => value * slopes[i]));
    const bent = sum(y.map((value, i) => (value ** 2 * curvatures[i]) / 2));
    return Float64Array.from(base, (value, row) => value + a[row] * linear + c[row] * bent);
  };
  const mean = (values: Float64Array) => sum(values) / values.length;
  const bentAlong = (vector: Float64Array) => {
    const second = sum(vector.map((value, i) => value ** 2 * curvatures[i]));
    return Float64Array.from(c, (weight) => weight * second);
  };
  return {
    origin,
    blocks: [],
    seed: 1,
    signal: new AbortController().signal,
    losses: rowLosses(origin.theta),
    gradient: Float64Array.from(slopes),
    rowLosses: async (point) => rowLosses(point.theta),
    rowCorrect: async (point) =>
      correct && Float64Array.from(base, (_, row) => (correct(point.theta, row) ? 1 : 0)),
    gradientAt: async (point) => ({
      loss: mean(rowLosses(point.theta)),
      gradient: point.theta.map((value, i) => slopes[i] + curvatures[i] * (value - theta[i])),
    }),
    directional: async (vector) => {
      const first = sum(vector.map((value, i) => value * slopes[i]));
      return { first: Float64Array.from(a, (weight) => weight * first), second: bentAlong(vector) };
    },
    along: async (_operator, vector) => bentAlong(vector),
    hessian: diagonal(curvatures),
    gaussNewton: diagonal(curvatures),
    hasFisher: true,
    spectrum: quadratic.spectrum ?? { largest: [], smallest: [] },
    spectrumOf: 'hessian',
    progress: () => undefined,
    ...more,
  };
}

async function run(context: MeasureContext, ids: readonly MeasureId[]) {
  const found = new Map<string, Measure>();
  const notes = await measure(context, ids, (each) => found.set(each.id, each));
  return { found, notes };
}

async function single(context: MeasureContext, id: MeasureId): Promise<Measure> {
  const { found, notes } = await run(context, [id]);
  assert.deepEqual(notes, []);
  return found.get(id)!;
}

const slopes = [0.3, -0.2, 0.1, 0.4];
const curvatures = [4, 2, 1, 0.5];
const theta = [1, -2, 0.5, 0];
const quadratic: Quadratic = { theta, slopes, curvatures };
const along = (direction: readonly number[]) =>
  sum(direction.map((d, i) => d * slopes[i] + (d ** 2 * curvatures[i]) / 2));

test('sam-sharpness of a quadratic, with the spread of the rows as its error', async () => {
  const length = Math.hypot(...slopes);
  const expected = along(slopes.map((slope) => (0.05 * slope) / length));
  const { value, standardError } = await single(contextOf(quadratic), 'sam-sharpness');
  assertClose(value, expected, 1e-12);
  assert.equal(standardError, 0);
  const uneven = await single(contextOf({ ...quadratic, a: [0, 2], c: [0, 2] }), 'sam-sharpness');
  assertClose(uneven.value, expected, 1e-12);
  // Two rows with rises 0 and 2 r: standard deviation sqrt(2) r, over sqrt(2).
  assertClose(uneven.standardError!, expected, 1e-12);
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
  const { value, standardError, note } = await single(
    contextOf({ ...quadratic, correct: () => true }),
    'pac-bayes',
  );
  assert.equal(value, 1 / 4);
  assert.equal(standardError, null);
  assert.match(note!, /^Saturated/);
});

test('critical-sharpness of a quadratic is g.Hg/|g|^2 and at most the largest eigenvalue', async () => {
  const expected = sum(slopes.map((slope, i) => slope ** 2 * curvatures[i])) / sum(slopes.map((slope) => slope ** 2)); // prettier-ignore
  const { value, note, settings } = await single(contextOf(quadratic), 'critical-sharpness');
  assertClose(value, expected, 1e-4);
  assertClose(settings.quotient as number, expected, 1e-12);
  assert.ok(value < Math.max(...curvatures));
  assert.match(note!, /g·Hg\/\|g\|² is 1\.767/);
  // Rows a = (0, 2): the rise of row 2 is twice -eta |g|^2, so eta_c |g|^2 is off by itself, and 2/eta by 2/eta.
  const uneven = await single(contextOf({ ...quadratic, a: [0, 2] }), 'critical-sharpness');
  assertClose(uneven.value, expected, 1e-4);
  assertClose(uneven.standardError!, expected, 2e-3, 'error over rows');
});

test('critical-sharpness is left out where the loss only falls, and directions where there is no gradient', async () => {
  const falling = await run(
    contextOf({ ...quadratic, curvatures: curvatures.map((value) => -value) }),
    ['critical-sharpness'], // prettier-ignore
  );
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
  const { value, standardError } = await single(contextOf(steep), 'keskar-1e-3');
  assertClose(value, (100 * rise) / 1.5, 1e-9);
  assertClose(standardError!, 0, 1, 'rows alike');
  const half = await single(contextOf(steep), 'keskar-5e-4');
  assert.ok(half.value < value / 1.9);
});

const eigenvalue = (value: number, samplingError?: number): Eigenvalue => ({
  value,
  residual: 0,
  errorBound: 1e-6,
  converged: true,
  ...(samplingError === undefined ? {} : { samplingError }),
});

const SPECTRAL: readonly MeasureId[] = [
  'lambda-max', 'lambda-min', 'lambda-ratio', 'trace', 'trace-per-parameter', 'trace-over-lambda-max', 'negative-mass',
  'negative-share', 'spectral-entropy', 'participation', 'effective-dimensionality',
]; // prettier-ignore

const spectral = (
  values: readonly number[],
  spectrum: Partial<Spectrum>,
  more: Partial<MeasureContext> = {},
) =>
  contextOf(
    { theta: values.map(() => 1), slopes: values.map(() => 0), curvatures: values, spectrum: { largest: [], smallest: [], ...spectrum } }, // prettier-ignore
    more,
  );

for (const [power, trace, entropy, participation] of [
  [0.5, 61.80101, 6.66777, 510.2371],
  [1, 7.48547, 5.19101, 34.08425],
] as const)
  test(`eigenvalues i^-${power}, i up to 1000: trace, entropy and participation as known`, async () => {
    const eigenvalues = Array.from({ length: 1000 }, (_, i) => (1000 - i) ** -power);
    const exact = { eigenvalues, asymmetry: 0 };
    const context = spectral(eigenvalues, {
      largest: [eigenvalue(1)],
      exact,
      trace: { value: sum(eigenvalues), standardError: 0, probes: 0 },
      density: densityOfEigenvalues(eigenvalues),
    });
    const { found, notes } = await run(context, SPECTRAL);
    assert.deepEqual(notes, []);
    const value = (id: MeasureId) => found.get(id)!.value;
    assertClose(value('trace'), trace, 1e-6);
    assertClose(value('trace-per-parameter'), trace / 1000, 1e-6);
    assertClose(value('trace-over-lambda-max'), trace, 1e-6);
    assertClose(value('spectral-entropy'), entropy, 2e-6);
    assertClose(value('participation'), participation, 2e-7);
    assertClose(value('lambda-min'), 1000 ** -power, 1e-12);
    assertClose(value('lambda-ratio'), 1000 ** -power, 1e-12);
    assert.equal(value('negative-mass'), 0);
    assert.equal(value('negative-share'), 0);
    assertClose(value('effective-dimensionality'), sum(eigenvalues.map((x) => x / (x + 0.01))), 1e-12);
    const curve = found.get('effective-dimensionality')!.settings.curve as [number, number][];
    for (const [z, count] of curve) assertClose(count, sum(eigenvalues.map((x) => x / (x + z))), 1e-12);
    for (const [id, { standardError }] of found)
      assert.equal(standardError, id.startsWith('trace') ? 0 : null);
  });

test('without a smallest eigenvalue the lowest Ritz value stands for it, with its mark', async () => {
  const open = await run(
    spectral([2, -1], { largest: [eigenvalue(2, 0.1)], lowestRitz: -0.5 }),
    ['lambda-max', 'lambda-min', 'lambda-ratio'], // prettier-ignore
  );
  assert.equal(open.found.get('lambda-max')!.standardError, 0.1);
  assert.equal(open.found.get('lambda-min')!.value, -0.5);
  assert.match(open.found.get('lambda-min')!.note!, /^at most, not converged/);
  assert.equal(open.found.get('lambda-ratio')!.value, 0.25);
  assert.equal(open.found.get('lambda-ratio')!.standardError, null);
  const asked = await run(
    spectral([2, -1], { largest: [eigenvalue(2, 0.1)], smallest: [eigenvalue(-1, 0.2)] }),
    ['lambda-min', 'lambda-ratio'], // prettier-ignore
  );
  assert.doesNotMatch(asked.found.get('lambda-min')!.note!, /at most/);
  assertClose(asked.found.get('lambda-ratio')!.standardError!, 0.5 * Math.hypot(0.2, 0.05), 1e-12);
});

test('what was not measured of the spectrum is left out by name', async () => {
  const { found, notes } = await run(spectral([1], {}), SPECTRAL);
  assert.equal(found.size, 0);
  for (const id of SPECTRAL)
    assert.ok(
      notes.some((note) => note.includes(id)),
      id,
    );
});

test('entropy, participation and effective dimensionality from the density of a trained network, with honest errors', async () => {
  const { values } = trainedSpectra.find(({ name }) => name === 'mlp-digits')!;
  const positive = values.filter((value) => value > 0);
  const total = sum(positive);
  const expected: Readonly<Record<string, number>> = {
    'spectral-entropy': -sum(positive.map((value) => (value / total) * Math.log(value / total))),
    participation: total ** 2 / sum(positive.map((value) => value ** 2)),
    'effective-dimensionality': sum(positive.map((value) => value / (value + 0.01))),
  };
  const { pairs } = await largest(rotated(values), { count: 5, seed: 1 });
  const scores: number[] = [];
  for (let seed = 1; seed <= 4; seed++) {
    const {
      measure: spectralMeasure,
      products: _,
      ...found
    } = await density(rotated(values), { pairs, seed });
    const known = spectral(values, { density: found }, { spectralMeasure });
    const kept = spectral(values, { density: found });
    for (const [id, truth] of Object.entries(expected)) {
      const { value, standardError } = await single(known, id as MeasureId);
      scores.push((value - truth) / standardError!);
      assert.ok(standardError! < 0.2 * truth, `${id} ± ${standardError}`);
      // From the nodes that a report keeps: the same number, with an error of its size.
      const again = await single(kept, id as MeasureId);
      assertClose(again.value, value, 1e-9, id);
      assertClose(again.standardError!, standardError!, 1, `error of ${id}`);
    }
  }
  assert.ok(
    scores.every((score) => Math.abs(score) < 4),
    `${scores}`,
  );
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
