import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { openProblem } from '../../../src/jobs/preparation/open-problem';
import type { Estimate, Report } from '../../../src/contract/report';
import { type AnalyzeRequest, analyzeRequestSchema } from '../../../src/contract/settings';
import { recordingContext } from '../../support/job-context';

// The whole way from a file to its figures, against float64 values by JAX (see test/corpus/README.md).

const corpus = join(__dirname, '../../corpus');

interface Reference {
  readonly data: string;
  readonly inputScale: number;
  readonly samples: number;
  readonly order?: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly train: { readonly loss: number; readonly accuracy: number | null };
  readonly test: { readonly loss: number; readonly accuracy: number | null };
  readonly gradientNorm: number;
  readonly gradientFirst8: readonly number[];
  readonly hvp: { readonly norm: number; readonly dot: number; readonly first8: readonly number[] };
  readonly eigenvalues: { readonly largest: readonly number[]; readonly smallest: readonly number[] };
  readonly trace?: number;
  readonly spectrum?: readonly number[];
  readonly layers?: readonly { readonly name: string; readonly trace: number; readonly largest: number }[];
}

const reference = (name: string) =>
  JSON.parse(readFileSync(join(corpus, 'reference', `${name}.json`), 'utf8')) as Reference;

const requestFor = (
  file: string,
  { data, samples, inputScale }: Reference,
  more: Partial<AnalyzeRequest> = {},
) =>
  analyzeRequestSchema.parse({
    checkpoint: join(corpus, file),
    data: join(corpus, 'data', data),
    samples: `first:${samples}`,
    input: { scale: inputScale },
    slices: false,
    density: false,
    ...more,
  });

function relative(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.abs(expected),
    `${what} is ${actual}, the reference ${expected}`,
  );
}

/** Entries against the vector's own scale: single ones may be zero. */
function entries(
  actual: ArrayLike<number>,
  expected: readonly number[],
  scale: number,
  tolerance: number,
  what: string,
) {
  expected.forEach((value, i) =>
    assert.ok(
      Math.abs(actual[i] - value) <= tolerance * scale,
      `${what}[${i}] is ${actual[i]}, the reference ${value}`,
    ),
  );
}

const norm = (vector: Float64Array) => Math.hypot(...vector);

const files: readonly (readonly [file: string, reference: string])[] = [
  ['keras/logistic-moons.keras', 'logistic-moons'],
  ['keras/mlp-tanh-moons.keras', 'mlp-tanh-moons'],
  ['keras/mlp-diabetes.keras', 'mlp-diabetes'],
  ['keras/mlp-digits.keras', 'mlp-digits'],
  ['keras/mlp-digits.h5', 'mlp-digits'],
  ['keras/mlp-digits-rescaled.keras', 'mlp-digits-rescaled'],
  ['keras/cnn-digits.keras', 'cnn-digits'],
  ['keras/cnn-digits.h5', 'cnn-digits'],
  ['keras/cnn-mnist.keras', 'cnn-mnist'],
  ['keras/residual-digits.keras', 'residual-digits'],
  ['keras/lstm-digits.keras', 'lstm-digits'],
  ['keras/gru-digits.keras', 'gru-digits'],
  ['keras/transformer-digits.keras', 'transformer-digits'],
  ['../../media/example/small-batch/epoch-020.keras', 'small-batch'],
  ['../../media/example/large-batch/epoch-100.keras', 'large-batch'],
];

for (const [file, name] of files) {
  test(`${file}: loss, gradient and a Hessian-vector product`, async () => {
    const expected = reference(name);
    const problem = await openProblem(requestFor(file, expected), new AbortController().signal);
    const { objective } = problem;
    try {
      if (expected.order)
        assert.deepEqual(
          objective.parameters.blocks.map(({ name: tensor, shape }) => ({ name: tensor, shape })),
          expected.order,
        );
      const { gradient, loss } = await objective.gradient(objective.origin);
      // Rows whose loss is below float32's spacing at 1 round to none: 6e-8 a row, whatever the loss.
      assert.ok(
        Math.abs(loss - expected.train.loss) <= Math.max(1e-5 * expected.train.loss, 1e-7),
        `the loss is ${loss}, the reference ${expected.train.loss}`,
      );
      relative(norm(gradient), expected.gradientNorm, 1e-5, 'the gradient norm');
      entries(gradient, expected.gradientFirst8, expected.gradientNorm, 1e-5, 'the gradient');
      // v_i = sin(i + 1), normalized.
      const sines = gradient.map((_, i) => Math.sin(i + 1));
      const length = norm(sines);
      const vector = sines.map((value) => value / length);
      const [product] = await objective.hvp(objective.origin, [vector]);
      relative(norm(product), expected.hvp.norm, 1e-4, "the product's norm");
      entries(product, expected.hvp.first8, expected.hvp.norm, 1e-4, 'the product');
      const dot = product.reduce((sum, value, i) => sum + value * vector[i], 0);
      assert.ok(Math.abs(dot - expected.hvp.dot) <= 1e-4 * expected.hvp.norm, `v.Hv is ${dot}`);
    } finally {
      objective.dispose();
    }
  });

  test(`${file}: accuracy, five largest eigenvalues and the trace`, async () => {
    const expected = reference(name);
    const report = await analyze(requestFor(file, expected), recordingContext());
    relative(report.loss!.test!.loss.value, expected.test.loss, 1e-5, 'the test loss');
    for (const split of ['train', 'test'] as const) {
      const accuracy = report.loss![split]!.accuracy?.value;
      if (expected[split].accuracy === null) assert.equal(accuracy, undefined);
      else assert.ok(Math.abs(accuracy! - expected[split].accuracy) < 1e-6, `${split} accuracy ${accuracy}`);
    }
    report.spectrum.largest.forEach(({ value, converged }, i) => {
      relative(value, expected.eigenvalues.largest[i], 2e-5, `eigenvalue ${i + 1}`);
      assert.ok(converged);
    });
    const { value, standardError } = report.spectrum.trace!;
    assert.ok(standardError <= 0.02 * Math.abs(value));
    if (expected.trace !== undefined)
      assert.ok(
        Math.abs(value - expected.trace) <= 4 * standardError + 1e-5 * expected.trace,
        `trace ${value}`,
      );
    expected.layers?.forEach((layer, i) => {
      const { name: tensor, trace } = report.layers[i];
      assert.equal(tensor, layer.name);
      const allowed = 4.5 * trace!.standardError + 1e-5 * Math.abs(expected.trace!);
      assert.ok(
        Math.abs(trace!.value - layer.trace) <= allowed,
        `trace of ${tensor}: ${trace!.value}, not ${layer.trace}`,
      );
    });
  });
}

/** Four standard errors around what is exact; a density that is exact itself has rounding only. */
function within(actual: Estimate, exact: number, scale: number, what: string): void {
  const { value, standardError } = actual;
  const allowed = 4 * (standardError ?? 0) + 1e-5 * scale;
  assert.ok(Math.abs(value - exact) <= allowed, `${what}: ${value} ± ${standardError}, exactly ${exact}`);
}

function againstSpectrum({ spectrum: { density } }: Report, spectrum: readonly number[]): void {
  const mean = (of: (value: number) => number) =>
    spectrum.reduce((sum, value) => sum + of(value), 0) / spectrum.length;
  const { massBelow, negativeShare, moments } = density!;
  const threshold = -1e-3 * Math.max(...spectrum);
  within(
    massBelow,
    mean((value) => (value < threshold ? 1 : 0)),
    1,
    'the mass below',
  );
  within(negativeShare, mean((value) => Math.max(0, -value)) / mean(Math.abs), 1, 'the negative share');
  within(
    moments[0],
    mean((value) => value),
    mean(Math.abs),
    'the first moment',
  );
  within(
    moments[1],
    mean((value) => value ** 2),
    mean((value) => value ** 2),
    'the second moment',
  );
}

for (const name of [
  'logistic-moons',
  'mlp-tanh-moons',
  'mlp-diabetes',
  'mlp-digits-rescaled',
  'cnn-digits',
  'residual-digits',
])
  test(`${name}: the density against the exact spectrum`, async () => {
    const expected = reference(name);
    const more = { top: 1, density: true, trace: false, layers: 'off' } as const;
    const report = await analyze(requestFor(`keras/${name}.keras`, expected, more), recordingContext());
    againstSpectrum(report, expected.spectrum!);
  });

test('mlp-digits: density, smallest and per-tensor eigenvalues against the exact spectrum', async () => {
  const expected = reference('mlp-digits');
  const more = { density: true, bottom: 2, layers: 'full' } as const;
  const report = await analyze(requestFor('keras/mlp-digits.keras', expected, more), recordingContext());
  againstSpectrum(report, expected.spectrum!);
  report.spectrum.smallest.forEach(({ value, converged, errorBound }, i) => {
    assert.ok(converged && Math.abs(value - expected.eigenvalues.smallest[i]) <= Math.max(errorBound, 2e-5));
  });
  expected.layers!.forEach(({ largest }, i) =>
    relative(report.layers[i].largest!.value, largest, 1e-4, 'a tensor’s largest eigenvalue'),
  );
});
