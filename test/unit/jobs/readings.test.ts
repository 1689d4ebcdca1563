import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it, test } from 'node:test';
import { buildKerasModel } from '../../../src/formats/checkpoints/keras/build';
import type { KerasCheckpoint } from '../../../src/formats/checkpoints/keras/description';
import { activationOf } from '../../../src/formats/checkpoints/keras/layers/activation';
import { readStructure } from '../../../src/formats/checkpoints/keras/structure';
import { fillByName } from '../../../src/formats/checkpoints/keras/weights-named';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { lossFromCompiled } from '../../../src/network/loss-choice';
import { checkSameInput } from '../../../src/settings/merge';
import { interpolate } from '../../../src/jobs/interpolate/interpolate';
import { ArchitectureMismatch } from '../../../src/symmetries/same-architecture';
import { type AnalyzeRequest, interpolateRequestSchema } from '../../../src/contract/settings';
import { corpus, quickRequest } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

// Files that were once read as something else, the figures being those of float64 by JAX or NumPy: what they mean is
// measured, and what is not known is said or refused.

const file = (name: string) => corpus('readings', ...name.split('/'));
const beside = (name: string, data: string) => file(join(name, '..', data));

interface Right {
  readonly data?: string;
  readonly settings?: Partial<AnalyzeRequest>;
  readonly loss: number;
  readonly parameters: number;
  readonly largest: number;
  /** A sentence of the report's. */
  readonly said?: RegExp;
}

function measures(name: string, { data = 'data.npz', settings, ...right }: Right): void {
  it(`${name} is measured as it is meant${settings ? ` with ${JSON.stringify(settings)}` : ''}`, async () => {
    const request = quickRequest(file(name), beside(name, data), { top: 4, ...settings });
    const { checkpoint, loss, spectrum, notes } = await analyze(request, recordingContext());
    const near = (found: number, wanted: number, what: string) =>
      assert.ok(Math.abs(found - wanted) <= 1e-5 * Math.abs(wanted), `${what} ${found}, not ${wanted}`);
    assert.equal(checkpoint.parameters, right.parameters);
    near(loss!.train.loss.value, right.loss, 'loss');
    near(spectrum.largest[0].value, right.largest, 'largest eigenvalue');
    if (right.said) assert.match(notes.join('\n'), right.said);
  });
}

function refuses(
  name: string,
  sentence: RegExp,
  data = 'data.npz',
  settings?: Partial<AnalyzeRequest>,
): void {
  it(`${name} is refused`, async () => {
    const request = quickRequest(file(name), beside(name, data), settings);
    await assert.rejects(analyze(request, recordingContext()), sentence);
  });
}

describe("classes of one's own under Keras' names", () => {
  const own = 'own-class-named-as-keras';
  refuses(
    'own-class-keras2-h5/model.h5',
    /UserError: .*"layer_normalization" is called LayerNormalization but does not have the settings/,
    '../normalization-nested-h5/data.npz',
  );
  refuses(
    'own-class-keras2-h5/model.keras',
    /UserError: .*"layer_normalization" is a custom layer \(Custom>LayerNormalization\)/,
    '../normalization-nested-h5/data.npz',
  );
  for (const [name, sentence] of [
    ['layer-of-a-module-unregistered', /custom layer \(ownparts>LayerScale\)/],
    ['Dropout-that-halves', /custom layer \(ownparts>Dropout\)/],
    ['loss-class-registered-in-a-package', /a loss of one's own \(mylib>LogCosh\)/],
  ] as const)
    refuses(`${own}/${name}.keras`, sentence, '../normalization-nested-h5/data.npz');
});

describe('what Keras trains', () => {
  measures('trainable-inside-frozen/last-block.keras', {
    loss: 1.3373179508880828,
    parameters: 56,
    largest: 2.431082,
    said: /dense_1 is trained inside sequential, which is frozen/,
  });
  measures('trainable-inside-frozen/lora.keras', {
    loss: 1.3658153061111948,
    parameters: 94,
    largest: 2.151591,
    said: /LoRA/,
  });
  for (const name of ['model.h5', 'model.keras'])
    measures(`normalization-nested-h5/${name}`, {
      loss: 1.9959359931449718,
      parameters: 38,
      largest: 4.958344,
    });
});

describe('what labels and targets are', () => {
  const labels = 'multilabel-logits-onnx/model.onnx';
  measures(labels, { data: 'labels.npz', loss: 0.7214633978493492, parameters: 92, largest: 0.130038 });
  measures(labels, { data: 'counts.npz', loss: 1.6704199986759243, parameters: 92, largest: 1.28836 });
  measures('image-targets/denoiser.onnx', {
    data: 'denoiser.npz',
    loss: 0.49529418606985526,
    parameters: 223,
    largest: 8.545655,
    said: /targets, 8 x 8 x 3 a row, were brought to channels-first/,
  });
  measures('image-targets/seg4.onnx', {
    data: 'seg4.npz',
    loss: 1.451707330594128,
    parameters: 46,
    largest: 0.475239,
    said: /classes are taken along the first axis of the output, which is 4 x 6 x 6/,
  });
  refuses(
    'image-targets/forecast.onnx',
    /targets .* are 2 x 6 a row, but .* output is 4 x 3/,
    'forecast2x6.npz',
  );
  refuses('made/square.keras', /first axis .* and along its last .* one-hot/, 'square.npz');
  measures('made/square.keras', {
    data: 'square-one-hot.npz',
    loss: 1.4174367151227305,
    parameters: 16,
    largest: 0.20672353689001527,
    said: /classes are taken along the first axis/,
  });
});

describe('how inputs and targets are scaled and arranged', () => {
  const scale = 1 / 255;
  measures('made/autoencoder.keras', {
    data: 'autoencoder.npz',
    settings: { input: { scale } },
    loss: 0.07476088244001974,
    parameters: 39,
    largest: 0.321054496005553,
    said: /targets are the inputs themselves/,
  });
  refuses('made/autoencoder.keras', /"targets": true or false in "input"/, 'denoising.npz', {
    input: { scale },
  });
  measures('made/autoencoder.keras', {
    data: 'denoising.npz',
    settings: { input: { scale, targets: true } },
    loss: 0.07501394774697392,
    parameters: 39,
    largest: 0.3180807331793868,
  });
  measures('made/autoencoder.keras', {
    data: 'denoising.npz',
    settings: { input: { scale, targets: false } },
    loss: 20981.849487028998,
    parameters: 39,
    largest: 224.74165320395153,
  });
  const input = { scale, mean: [0.48, 0.45, 0.4], std: [0.23, 0.22, 0.25] };
  for (const layout of ['NCHW', undefined] as const)
    measures('made/channels.keras', {
      data: 'channels.npz',
      settings: { input: { ...input, ...(layout ? { layout } : {}) } },
      loss: 1.2805451650650679,
      parameters: 104,
      largest: 8.689846160647399,
    });
  const two = { loss: 1.7879080740060547, parameters: 34, largest: 3.3853306581885962 };
  measures('made/dictionary.keras', {
    data: 'named.npz',
    ...two,
    said: /x_train_a to a, x_train_b to first_b/,
  });
  measures('made/dictionary.keras', { data: 'layers.npz', ...two });
  measures('made/dictionary.keras', {
    data: 'numbered.npz',
    ...two,
    said: /x_train_0 to a, x_train_1 to first_b/,
  });
  refuses(
    'made/dictionary.keras',
    /no array for the input first_b: it holds x_train_c, x_train_a/,
    'unknown.npz',
  );
});

describe('what outputs are', () => {
  const three = 'probabilities-taken-for-logits';
  const said = /outputs are taken as probabilities: .* lie between 0 and 1 and sum to 1/;
  for (const [name, data, loss, parameters, largest] of [
    ['softmax-clipped', 'three.npz', 1.8031401417769441, 21, 4.68739],
    ['sigmoid-as-1-p-p', 'two.npz', 1.077118630888102, 7, 1.982178],
    ['sklearn', 'two.npz', 0.6646110907504966, 41, 0.449358],
  ] as const)
    measures(`${three}/${name}.onnx`, { data, loss, parameters, largest, said });
  measures(`${three}/softmax-clipped.onnx`, {
    data: 'three.npz',
    settings: { outputs: 'logits' },
    loss: 1.1534879676997662,
    parameters: 21,
    largest: 0.644374,
  });
  const left = /from_logits=True, .* as Keras on TensorFlow does; on JAX/;
  for (const [name, data, loss, parameters, largest] of [
    ['softmax', 'three.npz', 1.9789395299204204, 53, 4.387346],
    ['sigmoid', 'two.npz', 0.9805329805704359, 41, 0.720449],
  ] as const)
    measures(`from-logits-after-softmax/${name}.h5`, { data, loss, parameters, largest, said: left });
  measures('from-logits-after-softmax/softmax.h5', {
    data: 'three.npz',
    settings: { outputs: 'logits' },
    loss: 1.1110899485647678,
    parameters: 53,
    largest: 0.788285,
  });
  refuses('made/linear.keras', /from_logits left out.*--loss categorical-crossentropy/, 'linear.npz');
  const linear = { data: 'linear.npz', loss: 1.104519732701321, parameters: 30, largest: 0.532500115612045 };
  measures('made/linear.keras', { ...linear, settings: { loss: 'categorical-crossentropy' } });
  measures('made/linear.keras', { ...linear, settings: { outputs: 'logits' } });
});

describe('weights of another shape that happens to broadcast', () => {
  for (const name of ['0-1xN', '3-one', '5-one', '7-one'])
    refuses(
      `weight-shapes/${name}.keras`,
      /has \w+ of shape \(.*\) where its settings and its input ask for/,
      '../multilabel-logits-onnx/labels.npz',
    );
});

test("a class of one's own with settings of its own is said where the file does not say whose it is", () => {
  const stored = {
    class_name: 'Sequential',
    config: [
      {
        class_name: 'Dense',
        config: { name: 'd', batch_input_shape: [null, 2], units: 3, use_bias: false, temperature: 2 },
      },
    ],
  };
  const kernel = { name: 'd/kernel', shape: [2, 3], data: new Float32Array(6) };
  const checkpoint: KerasCheckpoint = {
    format: 'tfjs',
    kerasVersion: undefined,
    model: fillByName(readStructure(stored, 'it'), [kernel], 'it'),
    config: stored,
    compiledLoss: { class_name: 'function', config: 'mean_squared_error' },
    notes: [],
  };
  const { notes } = buildKerasModel(checkpoint);
  assert.match(notes.join('\n'), /d is read as Keras' Dense, but Keras' class has no temperature/);
  assert.match(notes.join('\n'), /names its loss only as a function, mean_squared_error/);
  assert.throws(
    () => lossFromCompiled({ class_name: 'function', config: 'mse' }),
    /a loss of one's own \(mse\)/,
  );
  assert.throws(
    () => lossFromCompiled({ class_name: 'Huber', config: {}, module: null, registered_name: 'Huber' }),
    /a loss of one's own \(Custom>Huber\)/,
  );
  assert.throws(
    () => activationOf({ class_name: 'ReLU', config: {}, module: 'mine', registered_name: 'ReLU' }, false),
    /the activation mine>ReLU, a class of one's own/,
  );
});

test('inputs that are scaled differently are joined by no line', () => {
  const scaled = { input: { scale: 0.5 } };
  checkSameInput(scaled, { input: { scale: 0.5 } }, 'a', 'b');
  assert.throws(() => checkSameInput(scaled, {}, 'a', 'b'), /scale the inputs of a and b differently/);
});

describe('networks that compute differently', () => {
  for (const other of ['tanh', 'epsilon'])
    it(`relu to ${other} is no line`, async () => {
      const request = interpolateRequestSchema.parse({
        ...quickRequest(file('interpolate-other-graph/A.keras'), file('interpolate-other-graph/data.npz')),
        other: file(`interpolate-other-graph/${other}.keras`),
        points: 3,
      });
      await assert.rejects(interpolate(request, recordingContext()), ArchitectureMismatch);
    });
});
