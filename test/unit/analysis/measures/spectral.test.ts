import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MeasureContext } from '../../../../src/analysis/measures/measure';
import { density, densityOfEigenvalues } from '../../../../src/analysis/spectrum/density';
import { largest } from '../../../../src/analysis/spectrum/largest';
import type { Eigenvalue, Spectrum } from '../../../../src/contract/report';
import type { MeasureId } from '../../../../src/contract/measures';
import { assertClose, rotated, sum, trainedSpectra } from '../operators';
import { SPECTRAL, contextOf, run, single } from './quadratic';

const eigenvalue = (value: number, heldFixed?: number): Eigenvalue => ({
  value,
  residual: 0,
  errorBound: 1e-6,
  converged: true,
  ...(heldFixed === undefined ? {} : { heldFixed }),
});

const spectral = (
  values: readonly number[],
  spectrum: Partial<Spectrum>,
  more: Partial<MeasureContext> = {},
) =>
  contextOf(
    {
      theta: values.map(() => 1),
      slopes: values.map(() => 0),
      curvatures: values,
      spectrum: { largest: [], smallest: [], ...spectrum },
    },
    more,
  );

for (const [power, trace, entropy, participation] of [
  [0.5, 61.80101, 6.66777, 510.2371],
  [1, 7.48547, 5.19101, 34.08425],
] as const)
  test(`eigenvalues i^-${power}, i up to 1000: trace, entropy and participation as known`, async () => {
    const eigenvalues = Array.from({ length: 1000 }, (_, i) => (1000 - i) ** -power);
    const exact = { eigenvalues, asymmetry: 0, errorBound: 0 };
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
  const open = await run(spectral([2, -1], { largest: [eigenvalue(2, 0.1)], lowestRitz: -0.5 }), [
    'lambda-max',
    'lambda-min',
    'lambda-ratio',
  ]);
  const top = open.found.get('lambda-max')!;
  assert.deepEqual([top.standardError, top.settings['heldFixed']], [null, 0.1]);
  assert.match(top.reason!, /^no bar: few rows shift it/);
  assert.equal(open.found.get('lambda-min')!.value, -0.5);
  assert.match(open.found.get('lambda-min')!.note!, /^at most, not converged/);
  assert.equal(open.found.get('lambda-min')!.bound, 'not-converged');
  assert.equal(open.found.get('lambda-ratio')!.value, 0.25);
  assert.equal(open.found.get('lambda-ratio')!.standardError, null);
  const asked = await run(
    spectral([2, -1], { largest: [eigenvalue(2, 0.1)], smallest: [eigenvalue(-1, 0.2)] }),
    ['lambda-min', 'lambda-ratio'],
  );
  assert.doesNotMatch(asked.found.get('lambda-min')!.note!, /at most/);
  const ratio = asked.found.get('lambda-ratio')!;
  assertClose(ratio.settings['heldFixed'] as number, 0.5 * Math.hypot(0.2, 0.05), 1e-12);
  assert.equal(ratio.standardError, null);
  assert.match(ratio.reason!, /^no bar: few rows shift it/);
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
