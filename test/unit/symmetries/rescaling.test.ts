import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openModel } from '../../../src/formats/model';
import { openProblem } from '../../../src/jobs/preparation/open-problem';
import type { Point } from '../../../src/objective/evaluation/objective';
import {
  type Seam,
  eachNeuron,
  everywhere,
  findSeams,
  outputDifference,
  rescale,
} from '../../../src/symmetries/rescaling';
import { analyzeRequestSchema } from '../../../src/contract/settings';
import { corpus } from '../../support/corpus';
import { denseModel, objectiveOf, rowsOf } from '../../support/dense-model';

const namesOf = (seams: readonly Seam[]) =>
  seams.map(({ multiplied, divided }) => {
    const list = (shares: typeof multiplied) => shares.map(({ tensor }) => tensor).join(' + ');
    return `${list(multiplied)} / ${list(divided)}`;
  });

/** The seams of a checkpoint in float64, and how far outputs are from those as saved when all of them are rescaled. */
async function seamsOf(file: string, data: string, scale = 1) {
  const request = analyzeRequestSchema.parse({
    checkpoint: corpus(file),
    data: corpus('data', data),
    samples: 'first:8',
    input: { scale },
    backend: 'reference',
  });
  const { objective, opened } = await openProblem(request, new AbortController().signal);
  try {
    const outputsAt = async (point: Point) => (await objective.values('train', point)).outputs;
    const seams = await findSeams(opened.model, objective, 5, outputsAt);
    const before = await outputsAt(objective.origin);
    const differenceAt = async (point: Point) => outputDifference(before, await outputsAt(point));
    return {
      names: namesOf(seams),
      perChannel: seams.every((seam) => seam.perChannel),
      layers: await differenceAt(rescale(objective, seams, everywhere(5))),
      neurons: await differenceAt(rescale(objective, seams, eachNeuron(5, 2))),
    };
  } finally {
    objective.dispose();
  }
}

const networks: readonly (readonly [file: string, data: string, seams: readonly string[], scale?: number])[] =
  [
    ['keras/mlp-digits.keras', 'digits.npz', ['hidden/kernel + hidden/bias / logits/kernel']],
    // elu is not homogeneous: only the relu before it lets scale through.
    ['keras/mlp-diabetes.keras', 'diabetes.npz', ['dense/kernel + dense/bias / dense_1/kernel']],
    ['keras/mlp-tanh-moons.keras', 'moons.npz', []],
    ['keras/logistic-moons.keras', 'moons.npz', []],
    ['keras/lstm-digits.keras', 'digits.npz', []],
    // Batch norm in inference mode, max pooling, flattening and dropout in between.
    [
      'keras/cnn-digits.keras',
      'digits.npz',
      [
        'batch_normalization/gamma + batch_normalization/beta / conv2d_1/kernel',
        'batch_normalization_1/gamma + batch_normalization_1/beta / dense/kernel',
      ],
    ],
    // Only within a residual block: what is added has to keep its scale.
    [
      'keras/residual-digits.keras',
      'digits.npz',
      ['batch_normalization_1/gamma + batch_normalization_1/beta / conv2d_2/kernel'],
    ],
    // Channels first, kernels [out, in], by PyTorch.
    ['onnx/mlp-mnist.onnx', 'mnist.npz', ['fc1.weight + fc1.bias / fc2.weight'], 1 / 255],
  ];

for (const [file, data, expected, scale] of networks)
  test(`${file}: the layers across which scale can be moved, and the function stays`, async () => {
    const found = await seamsOf(file, data, scale);
    assert.deepEqual(found.names, expected);
    assert.ok(found.perChannel);
    assert.ok(found.layers < 1e-12 && found.neurons < 1e-12, `${found.layers}, ${found.neurons}`);
  });

test('attention: queries against keys, values against the output', async () => {
  const found = await seamsOf('keras/transformer-digits.keras', 'digits.npz');
  const attention = found.names.filter((name) => name.startsWith('multi_head_attention'));
  assert.deepEqual(attention, [
    'multi_head_attention/query/kernel + multi_head_attention/query/bias / multi_head_attention/key/kernel',
    'multi_head_attention/value/kernel + multi_head_attention/value/bias / multi_head_attention/attention_output/kernel',
  ]);
  assert.ok(found.layers < 1e-12 && found.neurons < 1e-12);
});

test('by hand: a linear network, its layers and its neurons', async () => {
  const model = denseModel([2, 3, 1], { linear: true });
  const train = rowsOf(Float64Array.of(1, 2, -1, 0.5), 2, Float64Array.of(0, 1), [1]);
  const objective = await objectiveOf(model, train, 'mean-squared-error');
  const outputsAt = async (point: Point) => (await objective.values('train', point)).outputs;
  const seams = await findSeams(model, objective, 4, outputsAt);
  const { theta } = objective.origin;
  // [2, 3] kernel, 3 biases, [3, 1] kernel, 1 bias.
  const layers = rescale(objective, seams, everywhere(4)).theta;
  const wanted = (factors: readonly number[]) =>
    theta.map((w, i) => (i < 9 ? w * factors[i % 3] : i < 12 ? w / factors[i - 9] : w));
  layers.forEach((w, i) => assert.ok(Math.abs(w - wanted([4, 4, 4])[i]) < 1e-15));
  const factors = Array.from(eachNeuron(4, 7)(seams[0], 0) as Float64Array);
  assert.ok(factors.every((factor) => factor >= 1 / 4 && factor <= 4) && new Set(factors).size === 3);
  const neurons = rescale(objective, seams, eachNeuron(4, 7)).theta;
  neurons.forEach((w, i) => assert.ok(Math.abs(w - wanted(factors)[i]) < 1e-15));
});

test('the rescaled digits network is the one in the corpus', async () => {
  const [saved, rescaled] = await Promise.all(
    ['mlp-digits', 'mlp-digits-rescaled'].map((name) => openModel(corpus(`keras/${name}.keras`))),
  );
  const { objective } = await openProblem(
    analyzeRequestSchema.parse({
      checkpoint: corpus('keras/mlp-digits.keras'),
      data: corpus('data/digits.npz'),
      samples: 'first:8',
      backend: 'reference',
    }),
    new AbortController().signal,
  );
  const outputsAt = async (point: Point) => (await objective.values('train', point)).outputs;
  const seams = await findSeams(saved.model, objective, 5, outputsAt);
  const { theta } = rescale(objective, seams, everywhere(5));
  const twin = rescaled.model.tensors.flatMap(({ data }) => Array.from(data));
  theta.forEach((w, i) => assert.ok(Math.abs(w - twin[i]) <= 1e-7 * Math.max(1, Math.abs(w)), `${i}`));
});
