import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { rescale } from '../../../src/jobs/rescale/rescale';
import { type Comparison, comparisonSchema } from '../../../src/contract/comparison';
import { UserError } from '../../../src/core/errors';
import type { Report } from '../../../src/contract/report';
import { type AnalyzeRequest, analyzeRequestSchema } from '../../../src/contract/settings';
import { MEASURES, type MeasureId } from '../../../src/contract/measures';
import { underRescaling } from '../../../src/wording/under-rescaling';
import { corpus } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const requestFor = (name: string, data: string, more: Partial<AnalyzeRequest> = {}) =>
  analyzeRequestSchema.parse({
    checkpoint: corpus(`keras/${name}.keras`),
    data: corpus('data', data),
    samples: 'first:32',
    measures: true,
    layers: 'off',
    slices: false,
    density: false,
    ...more,
  });

/** As the guide and the papers have them: what does not move when layers, or single neurons, are rescaled. */
const BY_NEURON = [
  'adaptive-sharpness',
  'adaptive-worst-case',
  'average-sharpness-scaled',
  'pac-bayes-scaled',
  'weight-scaled-trace',
  'fisher-rao',
];
const BY_LAYER = [...BY_NEURON, 'relative-flatness'];

/** Shapes of the whole spectrum, which moves: its density takes most of the time there is. */
const OF_THE_DENSITY: readonly MeasureId[] = [
  'negative-mass',
  'negative-share',
  'spectral-entropy',
  'participation',
  'effective-dimensionality',
];
const ALL = MEASURES.filter((id) => !OF_THE_DENSITY.includes(id));
/** What is quick, for the second look at what stays. */
const QUICK: readonly MeasureId[] = [
  'lambda-max',
  'trace',
  'sam-sharpness',
  'adaptive-sharpness',
  'adaptive-worst-case',
  'average-sharpness',
  'average-sharpness-scaled',
  'pac-bayes-scaled',
  'relative-flatness',
  'weight-scaled-trace',
  'fisher-rao',
];
const quick: Partial<AnalyzeRequest> = { measures: [...QUICK] };

/** These measures on both sides, and whether they moved. */
function assertMoves(
  saved: Report,
  rescaled: Report,
  stay: readonly string[],
  ids: readonly MeasureId[] = ALL,
): void {
  for (const { measures } of [saved, rescaled])
    assert.deepEqual(
      measures.map(({ id }) => id),
      [...ids],
    );
  saved.measures.forEach(({ id, value, invariant }, i) => {
    const there = rescaled.measures[i].value;
    const moved = Math.abs(there - value) / Math.max(Math.abs(value), Math.abs(there));
    if (stay.includes(id)) assert.ok(moved <= 1e-5, `${id} moves from ${value} to ${there}`);
    else assert.ok(moved > 1e-3, `${id} stays at ${value}`);
    const kind = BY_NEURON.includes(id) ? 'stays' : BY_LAYER.includes(id) ? 'by-neuron' : 'moves';
    assert.equal(underRescaling(id, invariant), kind, `${id} says of itself whether it stays`);
  });
}

test('mlp-digits against its rescaled file: invariant measures stay to 1e-5, the others move', async () => {
  const [saved, rescaled] = await Promise.all(
    ['mlp-digits', 'mlp-digits-rescaled'].map((name) =>
      analyze(requestFor(name, 'digits.npz'), recordingContext()),
    ),
  );
  assertMoves(saved, rescaled, BY_LAYER);
});

let layerwise: Comparison | undefined;

test('the job rescales layer by layer: the same as the file made so', async () => {
  const context = recordingContext<Comparison>();
  const found = await rescale({ ...requestFor('mlp-digits', 'digits.npz', quick), factor: 5 }, context);
  layerwise = found;
  assertMoves(found.reports[0], found.reports[1], BY_LAYER, QUICK);
  const { value } = found.reports[1].spectrum.largest[0];
  const file = await analyze(
    requestFor('mlp-digits-rescaled', 'digits.npz', { measures: false }),
    recordingContext(),
  );
  assert.ok(Math.abs(value - file.spectrum.largest[0].value) < 1e-5 * value);
  comparisonSchema.parse(found);
  assert.deepEqual(
    found.members.map(({ label }) => label),
    ['as saved', 'rescaled by 5'],
  );
  assert.deepEqual([found.status, found.reports.length], ['complete', 2]);
  const fractions = context.progresses.map(({ fraction }) => fraction);
  fractions.forEach((fraction, i) => assert.ok(i === 0 || fraction >= fractions[i - 1]));
});

test('the findings say that the function is the same, what moved and what stayed', () => {
  const [same, moved, stayed] = layerwise!.findings;
  assert.match(same, /^The function is the same: over 32 training rows the outputs agree to \d.*10⁻⁷/);
  assert.match(moved, /^Moved, though the function is the same: .*λ₁ from [\d.]+ to [\d.]+; /);
  assert.match(stayed, /^Stayed to 10⁻⁵ of their value: .*relative flatness.*Fisher-Rao norm/);
  assert.ok(!layerwise!.findings.some((finding) => finding.startsWith('Called invariant')));
  assert.match(
    layerwise!.notes[0],
    /^Rescaled: hidden\/kernel and hidden\/bias multiplied, logits\/kernel divided\.$/,
  );
  assert.match(layerwise!.reports[1].notes[0], /The weights are those of the file, rescaled by 5/);
});

test('neuron by neuron: relative flatness moves too', async () => {
  const found = await rescale(
    { ...requestFor('mlp-digits', 'digits.npz', quick), factor: 5, neurons: true },
    recordingContext<Comparison>(),
  );
  assertMoves(found.reports[0], found.reports[1], BY_NEURON, QUICK);
});

test('a network without such layers is refused in one sentence', async () => {
  const request = { ...requestFor('mlp-tanh-moons', 'moons.npz'), factor: 5 };
  await assert.rejects(rescale(request, recordingContext<Comparison>()), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(
      error.message,
      /^[^.]*mlp-tanh-moons\.keras has no layers that can be rescaled .*there is nothing to test here\.$/,
    );
    return true;
  });
});
