import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { analyzeRequestSchema } from '../../../src/contract/settings';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { recordingContext } from '../../support/job-context';
import { floats, integers, npz } from '../../support/npz';
import { safetensorsOf } from '../../support/safetensors';
import { storedWeights } from '../../support/stored-weights';
import { uniform } from '../../support/weights-by-name';
import { corpus, corpusJson } from '../formats/corpus';

// Weights whose network is recognized, against double backward and Lanczos in float64 by PyTorch (test/corpus/make/recognized.py).

interface Reference {
  readonly config?: object;
  readonly tensors: string;
  readonly loss: number;
  readonly gradientNorm: number;
  readonly largest: number;
}

const references = corpusJson<Record<string, Reference>>('torch/recognized.json');
const [ROWS, STEPS] = [8, 7];
const root = mkdtempSync(join(tmpdir(), 'landscape-recognized-'));
after(() => rmSync(root, { recursive: true }));

const whole = (name: string, count: number, limit: number) =>
  uniform(name, count).map((value) => Math.floor(((value + 1) / 2) * limit));

/** The first rows end in padding, two of them masked. */
const words = whole('words', ROWS * STEPS, 28).map((word, i) =>
  i % STEPS >= 5 && i < 3 * STEPS ? 0 : word + 2,
);
const mask = words.map((_, i) => (i % STEPS >= 5 && i < 2 * STEPS ? 0 : 1));

const DATA: Readonly<Record<string, Record<string, Uint8Array>>> = {
  resnet: {
    x_train: floats([ROWS, 3, 16, 16], uniform('images', ROWS * 768)),
    y_train: integers([ROWS], whole('labels', ROWS, 4)),
  },
  gpt2: {
    x_train: integers([ROWS, STEPS], whole('words', ROWS * STEPS, 30)),
    y_train: integers([ROWS, STEPS], whole('labels', ROWS * STEPS, 30)),
  },
  bert: {
    x_train_input_ids: integers([ROWS, STEPS], words),
    x_train_attention_mask: integers([ROWS, STEPS], mask),
    y_train: integers([ROWS], whole('labels', ROWS, 3)),
  },
};

const off = { top: 1, layers: 'off', density: false, trace: false, slices: false } as const;

const near = (actual: number | undefined, expected: number, tolerance: number, what: string) =>
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= tolerance * Math.abs(expected),
    `${what} is ${actual}, the reference ${expected}`,
  );

for (const [name, { config, tensors, loss, gradientNorm, largest }] of Object.entries(references))
  test(`${name}: loss, gradient norm and eigenvalue are PyTorch's`, async () => {
    const folder = join(root, name);
    mkdirSync(folder);
    const checkpoint = join(folder, 'model.safetensors');
    const data = join(folder, 'data.npz');
    writeFileSync(checkpoint, safetensorsOf(storedWeights(tensors)));
    if (config) writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    writeFileSync(data, npz(DATA[name]));
    const request = analyzeRequestSchema.parse({ checkpoint: config ? folder : checkpoint, data, ...off });
    const report = await analyze(request, recordingContext());
    near(report.loss?.train.loss.value, loss, 1e-6, 'the loss');
    near(report.gradientNorm?.value, gradientNorm, 5e-6, 'the gradient norm');
    near(report.spectrum.largest[0].value, largest, 5e-5, 'the largest eigenvalue');
    assert.ok(report.checks.every(({ passed }) => passed));
    assert.match(report.notes[0], /^Read as .*: \d+ of \d+ tensors matched by name and shape/);
  });

test('a checkpoint of a training run has the figures of the weights inside it', async () => {
  const data = join(root, 'resnet.npz');
  writeFileSync(data, npz(DATA.resnet));
  const checkpoint = corpus('torch/recognized.pth.tar');
  const report = await analyze(analyzeRequestSchema.parse({ checkpoint, data, ...off }), recordingContext());
  const { loss, gradientNorm, largest } = references.resnet;
  near(report.loss?.train.loss.value, loss, 1e-6, 'the loss');
  near(report.gradientNorm?.value, gradientNorm, 5e-6, 'the gradient norm');
  near(report.spectrum.largest[0].value, largest, 5e-5, 'the largest eigenvalue');
});
