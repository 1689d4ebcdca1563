import assert from 'node:assert/strict';
import { test } from 'node:test';
import { norm } from '../../../src/core/vectors';
import { openModel } from '../../../src/formats/model';
import { parametersOf } from '../../../src/objective/programs/parameter-space';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { openProblem } from '../../../src/jobs/preparation/open-problem';
import { type AnalyzeRequest, analyzeRequestSchema } from '../../../src/contract/settings';
import { recordingContext } from '../../support/job-context';
import { corpus, corpusJson } from './corpus';

// ONNX files that PyTorch exported, against float64 values by PyTorch's own differentiation.

interface Reference {
  readonly data: string;
  readonly inputScale: number;
  readonly samples: number;
  readonly order: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly train: { readonly loss: number; readonly accuracy: number };
  readonly test: { readonly loss: number; readonly accuracy: number };
  readonly gradientNorm: number;
  readonly gradientFirst8: readonly number[];
  readonly hvp: { readonly norm: number; readonly dot: number; readonly first8: readonly number[] };
  readonly eigenvalues: { readonly largest: readonly number[]; readonly smallest: readonly number[] };
}

const reference = (name: string) => corpusJson<Reference>('reference', `torch-${name}.json`);

const requestFor = (
  file: string,
  { data, samples, inputScale }: Reference,
  more: Partial<AnalyzeRequest> = {},
) =>
  analyzeRequestSchema.parse({
    checkpoint: corpus('onnx', file),
    data: corpus('data', data),
    samples: `first:${samples}`,
    // The data have their channels last.
    input: { scale: inputScale, layout: 'NHWC' },
    slices: false,
    density: false,
    trace: false,
    layers: 'off',
    bottom: 0,
    ...more,
  });

function near(actual: number, expected: number, allowed: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= allowed, `${what} is ${actual}, the reference ${expected}`);
}

const distance = (a: Float64Array, b: Float64Array) => norm(a.map((value, i) => value - b[i]));

for (const name of ['mlp-mnist', 'resnet8-gratings']) {
  const file = `${name}.onnx`;
  const expected = reference(name);

  test(`${file}: parameters, loss, gradient and a Hessian-vector product`, async () => {
    const { objective } = await openProblem(requestFor(file, expected), new AbortController().signal);
    try {
      assert.deepEqual(
        objective.parameters.blocks.map(({ name: tensor, shape }) => ({ name: tensor, shape })),
        expected.order,
      );
      const { gradient, loss } = await objective.gradient(objective.origin);
      near(loss, expected.train.loss, 1e-5 * expected.train.loss, 'the loss');
      const length = expected.gradientNorm;
      near(norm(gradient), length, 1e-5 * length, 'the gradient norm');
      expected.gradientFirst8.forEach((value, i) => near(gradient[i], value, 1e-5 * length, `gradient ${i}`));
      // v_i = sin(i + 1), normalized.
      const sines = gradient.map((_, i) => Math.sin(i + 1));
      const scale = 1 / norm(sines);
      const vector = sines.map((value) => value * scale);
      const [product] = await objective.hvp(objective.origin, [vector]);
      const { hvp } = expected;
      near(norm(product), hvp.norm, 1e-4 * hvp.norm, "the product's norm");
      hvp.first8.forEach((value, i) => near(product[i], value, 1e-4 * hvp.norm, `product ${i}`));
      const dot = product.reduce((sum, value, i) => sum + value * vector[i], 0);
      near(dot, hvp.dot, 1e-4 * hvp.norm, 'v.Hv');
    } finally {
      objective.dispose();
    }
  });

  test(`${file}: accuracy and the three largest eigenvalues`, async () => {
    const report = await analyze(requestFor(file, expected, { top: 3 }), recordingContext());
    for (const split of ['train', 'test'] as const) {
      const { loss, accuracy } = report.loss![split]!;
      near(loss.value, expected[split].loss, 1e-5 * expected[split].loss, `${split} loss`);
      near(accuracy!.value, expected[split].accuracy, 1e-6, `${split} accuracy`);
    }
    assert.equal(report.spectrum.largest.length, 3);
    report.spectrum.largest.forEach(({ value, converged }, i) => {
      near(
        value,
        expected.eigenvalues.largest[i],
        2e-5 * expected.eigenvalues.largest[i],
        `eigenvalue ${i + 1}`,
      );
      assert.ok(converged);
    });
  });
}

test('resnet8-gratings-folded.onnx: the same function of the inputs, with parameters of its own', async () => {
  const expected = reference('resnet8-gratings');
  const request = requestFor('resnet8-gratings-folded.onnx', expected);
  const { objective, notes } = await openProblem(request, new AbortController().signal);
  try {
    const names = objective.parameters.blocks.map(({ name }) => name);
    assert.equal(names.filter((name) => name.endsWith('.weight_bias')).length, 9);
    assert.ok(!names.some((name) => /bn|running/.test(name)));
    assert.ok(notes.some((note) => note.includes('folded batch normalization')));
    const { loss, gradient } = await objective.gradient(objective.origin);
    near(loss, expected.train.loss, 1e-5 * expected.train.loss, 'the loss');
    assert.ok(Math.abs(norm(gradient) - expected.gradientNorm) > 0.1 * expected.gradientNorm);
  } finally {
    objective.dispose();
  }
});

test('resnet20-gratings.onnx opens', async () => {
  const { model, format } = await openModel(corpus('onnx/resnet20-gratings.onnx'));
  assert.equal(format, 'onnx');
  assert.equal(model.layout, 'NCHW');
  assert.deepEqual(model.inputs, [{ name: 'input', shape: [3, 32, 32], dtype: 'float' }]);
  assert.deepEqual(model.outputShape, [10]);
  assert.equal(parametersOf(model).dimension, 272_474);
  assert.equal(model.layers.filter(({ className }) => className === 'Conv').length, 21);
});

test('resnet20-gratings.onnx: a product is the difference of gradients between two kinks, and float32 agrees', async () => {
  const open = (backend: 'reference' | 'onnxruntime') =>
    openProblem(
      requestFor('resnet20-gratings.onnx', { data: 'gratings.npz', samples: 2, inputScale: 1 } as Reference, {
        backend,
      }),
      new AbortController().signal,
    );
  const { objective } = await open('reference');
  const { origin } = objective;
  const vector = origin.theta.map((_, i) => Math.sin(1 + i * i));
  const [product] = await objective.hvp(origin, [vector]);
  // A step so short that no rectifier turns within it; longer ones are wrong by whole kinks.
  const STEP = 1e-7;
  const slopes: Float64Array[] = [];
  for (const step of [STEP, -STEP]) {
    const theta = origin.theta.map((x, i) => x + step * vector[i]);
    slopes.push((await objective.gradient({ ...origin, theta })).gradient);
  }
  objective.dispose();
  const differences = slopes[0].map((slope, i) => (slope - slopes[1][i]) / (2 * STEP));
  assert.ok(distance(product, differences) < 1e-7 * norm(product));
  const single = (await open('onnxruntime')).objective;
  const [inFloat32] = await single.hvp(origin, [vector]);
  single.dispose();
  assert.ok(distance(product, inFloat32) < 1e-4 * norm(product));
});
