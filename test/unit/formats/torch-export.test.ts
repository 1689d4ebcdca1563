import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCheckpoint } from '../../../src/formats/checkpoints/open';
import { buildModel, openModel } from '../../../src/formats/model';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { UserError } from '../../../src/core/errors';
import { analyzeRequestSchema } from '../../../src/contract/settings';
import { recordingContext } from '../../support/job-context';
import { corpus, corpusJson } from './corpus';

// Programs of torch.export, PyTorch 2.15, against double backward and Lanczos in float64 by PyTorch itself.

interface Reference {
  readonly parameters: number;
  readonly names?: Readonly<Record<string, readonly number[]>>;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly largest: readonly number[];
  readonly loss_option: string | null;
}

const file = (name: string) => corpus('torch/export', name);
const references = corpusJson<Record<string, Reference>>('torch/export/references.json');

function relative(actual: number | undefined, expected: number, tolerance: number, what: string): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= tolerance * Math.abs(expected),
    `${what} is ${actual}, the reference ${expected}`,
  );
}

for (const [name, expected] of Object.entries(references))
  test(`${name}: loss, gradient norm and eigenvalues are PyTorch's`, async () => {
    const request = analyzeRequestSchema.parse({
      checkpoint: file(`${name}.pt2`),
      data: file(`${name}.npz`),
      top: 2,
      layers: 'off',
      density: false,
      trace: false,
      slices: false,
      ...(expected.loss_option === null ? {} : { loss: expected.loss_option }),
    });
    const report = await analyze(request, recordingContext());
    assert.equal(report.checkpoint.parameters, expected.parameters);
    relative(report.loss?.train.loss.value, expected.loss, 1e-6, 'the loss');
    relative(report.gradientNorm?.value, expected.gradientNorm, 5e-6, 'the gradient norm');
    relative(report.spectrum.largest[0].value, expected.largest[0], 5e-5, 'the largest eigenvalue');
    assert.ok(report.checks.every(({ passed }) => passed));
    if (!expected.names) return;
    const { model } = await openModel(request.checkpoint, undefined, []);
    const own = model.tensors.filter(({ trainable }) => trainable);
    assert.deepEqual(Object.fromEntries(own.map((tensor) => [tensor.name, tensor.shape])), expected.names);
  });

const built = async (name: string) => {
  const { checkpoint } = await openCheckpoint(file(name));
  return buildModel(checkpoint);
};

const parameters = ({ tensors }: Awaited<ReturnType<typeof built>>) =>
  tensors.filter(({ trainable }) => trainable).map(({ name }) => name);

test('tied weights are one parameter, and said', async () => {
  const model = await built('kind-tied.pt2');
  const names = parameters(model);
  assert.equal(names.filter((name) => /weight/.test(name) && /tok|head/.test(name)).length, 1);
  assert.match(model.notes.join('\n'), /are one parameter, counted once/);
});

test('frozen tensors are no parameters, and said', async () => {
  const model = await built('kind-cnn-frozen.pt2');
  assert.match(model.notes.join('\n'), /^Frozen in the file, and so no parameters here: /m);
  assert.ok(model.tensors.some(({ trainable, role }) => !trainable && role !== 'statistic'));
});

test('an export in training mode is measured as in evaluation, and said', async () => {
  const model = await built('kind-cnn-train.pt2');
  assert.match(model.notes.join('\n'), /exported in training mode/);
});

test('several outputs: the one called logits, and said', async () => {
  const model = await built('kind-multi.pt2');
  assert.match(model.notes.join('\n'), /2 outputs \(logits, features\): the figures are of "logits"/);
  assert.match(model.notes.join('\n'), /"scale" is 1\.5, as it was when exporting/);
});

test('channels-last weights are what they are with channels first', async () => {
  const model = await built('kind-cnn-channels-last.pt2');
  const kernel = model.tensors.find(({ shape }) => shape.length === 4)!;
  assert.equal(kernel.filterAxis, 0);
  assert.equal(new Set(kernel.data).size > kernel.data.length / 2, true);
});

test('what depends on the data is refused by its name', async () => {
  await assert.rejects(
    built('kind-cond.pt2'),
    (error) => error instanceof UserError && /higher_order\.cond/.test(error.message),
  );
});

test('a program for a fixed number of rows takes any', async () => {
  const model = await built('kind-cnn-fixed.pt2');
  assert.deepEqual(model.inputs.length, 1);
});

for (const name of ['constants', 'nograd', 'views'])
  test(`${name} opens`, async () => {
    const model = await built(`kind-${name}.pt2`);
    assert.ok(parameters(model).length > 0);
  });
