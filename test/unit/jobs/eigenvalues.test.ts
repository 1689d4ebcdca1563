import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyze } from '../../../src/jobs/analyze';
import { heldAgainstFloat64 } from '../../../src/jobs/float64';
import { operatorAt } from '../../../src/jobs/operator-at';
import { openProblem } from '../../../src/jobs/problem';
import { largest } from '../../../src/analysis/spectrum/largest';
import { interpret } from '../../../src/wording/interpretation/interpretation';
import type { Eigenvalue } from '../../../src/contract/report';
import { corpus, quickRequest } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const measure = (name: string, more: object) =>
  analyze(
    quickRequest(corpus(`numbers/${name}.keras`), corpus(`numbers/${name}.npz`), more),
    recordingContext(),
  );

/** That each of the values holds what is right, computed in float64 by NumPy or JAX, and to so many digits. */
function assertRight(found: readonly Eigenvalue[], right: readonly number[], digits: number): void {
  assert.equal(found.length, right.length);
  found.forEach(({ value, errorBound, converged }, i) => {
    assert.ok(converged, `${i}: ${value} ± ${errorBound}`);
    assert.ok(Math.abs(value - right[i]) <= 2 * errorBound + digits, `${i}: ${value} for ${right[i]}`);
  });
}

test('every output of a regression has the same eigenvalues: all copies are found', async () => {
  const { spectrum } = await measure('multiple', { loss: 'mean-squared-error', top: 5 });
  assertRight(spectrum.largest, [75.2904, 24.04925, 24.04925, 24.04925, 24.04925], 5e-5);
});

test('the smallest of a Hessian of rank 3 are zeros, not what the search for the largest left', async () => {
  const { spectrum } = await measure('rank3', { top: 5, bottom: 5 });
  assertRight(spectrum.smallest, [0, 0, 0, 0, 0], 1e-12);
});

test('dead units: the whole spectrum is finite', async () => {
  const { spectrum } = await measure('dead', { exact: true, top: 1 });
  const { eigenvalues } = spectrum.exact!;
  assert.ok(Math.abs(eigenvalues[0] + 1.9167) < 1e-4);
  assert.ok(Math.abs(eigenvalues[eigenvalues.length - 1] - 5.3118) < 1e-4);
});

test('an unscaled column: what float32 does not see beside an outlier is seen in float64', async () => {
  const report = await measure('year', { top: 4, bottom: 1 });
  const { largest: top, smallest } = report.spectrum;
  assert.ok(Math.abs(top[3].value - 0.498) < 1e-3 && top[3].converged, `${top[3].value}`);
  assert.ok(Math.abs(smallest[0].value - 5e-5) < 1e-5 && smallest[0].converged, `${smallest[0].value}`);
  assert.ok(report.notes.some((note) => /float64/.test(note)));
});

test('a saturated softmax: values of a float32 backend are those of the reference', async () => {
  const more = { samples: 'first:200', top: 3 };
  const [single, double] = [
    await measure('saturated', more),
    await measure('saturated', { ...more, backend: 'reference' }),
  ];
  assertRight(
    single.spectrum.largest,
    double.spectrum.largest.map(({ value }) => value),
    0,
  );
});

test('eigenvectors from float32 are held against float64, over all rows or those that weigh most', async () => {
  const request = quickRequest(corpus('numbers/year.keras'), corpus('numbers/year.npz'), {
    samples: 'first:300',
  });
  const { signal } = new AbortController();
  const { objective } = await openProblem(request, signal);
  const point = objective.origin;
  try {
    const { pairs } = await largest(operatorAt(objective, point, 'hessian'), { count: 2 });
    const forms = await Promise.all(pairs.map(({ vector }) => objective.along('hessian', point, vector)));
    const question = { operator: 'hessian' as const, point, pairs, forms, signal };
    const whole = (await heldAgainstFloat64(objective, question))!;
    // As many operations as leave 40 rows affordable for two vectors.
    const rowWork = { operations: 2e8 / 2 / 40.5, nodes: 0 };
    const scarce = Object.create(objective, { rowWork: { value: rowWork } }) as typeof objective;
    const part = (await heldAgainstFloat64(scarce, question))!;
    for (const [i, { value }] of whole.pairs.entries()) {
      assert.ok(part.rounding > 0);
      assert.equal(part.pairs[i].value, pairs[i].value);
      assert.ok(Math.abs(part.pairs[i].value - value) <= 2 * part.pairs[i].errorBound);
    }
    const none = { rowWork: { value: { operations: 1e12, nodes: 0 } } };
    assert.equal(
      await heldAgainstFloat64(Object.create(objective, none) as typeof objective, question),
      undefined,
    );
  } finally {
    objective.dispose();
  }
});

test('no sentence on the sign of a curvature that rounding hides', async () => {
  const report = await measure('year', { top: 1 });
  const [top] = report.spectrum.largest;
  const wide = { ...top, errorBound: 1e-2 * top.value };
  const spectrum = { ...report.spectrum, largest: [wide], smallest: [], lowestRitz: -5e-3 * top.value };
  const { findings } = interpret({ ...report, spectrum });
  assert.ok(!findings.some((finding) => /curves downwards: /.test(finding)), findings.join(' '));
});
