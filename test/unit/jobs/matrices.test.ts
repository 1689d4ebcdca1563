import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { type AnalyzeRequest, analyzeRequestSchema } from '../../../src/contract/settings';
import { recordingContext } from '../../support/job-context';

const corpus = join(__dirname, '../../corpus');

interface Reference {
  readonly data: string;
  readonly samples: number;
  readonly spectrum: readonly number[];
  readonly trace: number;
  readonly layers: readonly { readonly trace: number; readonly largest: number }[];
  readonly ggn: { readonly largest: readonly number[]; readonly trace: number };
}

const referenceOf = (name: string) =>
  JSON.parse(readFileSync(join(corpus, 'reference', `${name}.json`), 'utf8')) as Reference;

const measure = (name: string, more: Partial<AnalyzeRequest>) => {
  const { data, samples } = referenceOf(name);
  const request = analyzeRequestSchema.parse({
    checkpoint: join(corpus, 'keras', `${name}.keras`),
    data: join(corpus, 'data', data),
    samples: `first:${samples}`,
    slices: false,
    density: false,
    ...more,
  });
  return analyze(request, recordingContext());
};

const near = (actual: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, the reference ${expected}`);

for (const name of ['mlp-diabetes', 'residual-digits', 'transformer-digits'])
  test(`${name}: Gauss-Newton beside the Hessian`, async () => {
    const { ggn } = referenceOf(name);
    const { beside } = await measure(name, { operators: true, trace: false, layers: 'off' });
    assert.deepEqual(
      beside?.map(({ operator }) => operator),
      ['ggn', 'empirical-fisher'],
    );
    const [found] = beside;
    found.largest.forEach(({ value }, i) => near(value, ggn.largest[i], 2e-5 * ggn.largest[i]));
    near(found.trace!.value, ggn.trace, 4 * found.trace!.standardError);
  });

test('exact: every eigenvalue, trace and tensor of a small network', async () => {
  const expected = referenceOf('mlp-diabetes');
  const { spectrum, layers } = await measure('mlp-diabetes', { exact: true });
  const sorted = [...expected.spectrum].sort((a, b) => a - b);
  const size = sorted.at(-1)!;
  assert.equal(spectrum.exact?.eigenvalues.length, sorted.length);
  spectrum.exact.eigenvalues.forEach((value, i) => near(value, sorted[i], 1e-6 * size));
  near(spectrum.trace!.value, expected.trace, 1e-6 * expected.trace);
  assert.equal(spectrum.trace!.standardError, 0);
  expected.layers.forEach(({ trace, largest }, i) => {
    near(layers[i].trace!.value, trace, 1e-6 * size);
    near(layers[i].largest!.value, largest, 1e-6 * size);
  });
});

test('exact, in float64: every eigenvalue as in the reference', async () => {
  const expected = [...referenceOf('mlp-diabetes').spectrum].sort((a, b) => a - b);
  const { spectrum, settings } = await measure('mlp-diabetes', { exact: true, backend: 'reference' });
  assert.equal(settings.precision, 'float64');
  assert.equal(spectrum.exact?.eigenvalues.length, expected.length);
  spectrum.exact.eigenvalues.forEach((value, i) => near(value, expected[i], 1e-12));
  assert.ok(spectrum.exact.asymmetry < 1e-12);
});

test('the exact Fisher matrix is refused for a loss that has none, and an exact spectrum of a large network too', async () => {
  await assert.rejects(
    measure('mlp-diabetes', { operator: 'fisher', loss: 'huber' }),
    /not defined for huber/,
  );
  await assert.rejects(
    measure('cnn-mnist', { exact: true }),
    /5414 parameters, too many for an exact spectrum/,
  );
});
