import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildKerasModel } from '../../../src/formats/checkpoints/keras/build';
import { chooseLoss } from '../../../src/objective/loss/choose-loss';
import { NO_SCALING, type Split } from '../../../src/objective/data/split';
import {
  BatchStatistics,
  type BatchStatisticsOptions,
} from '../../../src/objective/evaluation/batch-statistics';
import {
  type ParameterBlock,
  parametersOf,
  stateOf,
  valuesOf,
} from '../../../src/objective/programs/parameter-space';
import { random } from '../../../src/core/random';
import { UserError } from '../../../src/core/errors';
import { openModel } from '../../../src/formats/model';
import { temporaryFolder } from '../../support/corpus';
import { floats, node, onnxFile, valueInfo, wave } from '../../support/onnx-file';
import { builtIn } from '../../support/written-cases';
import { denseModel } from '../../support/dense-model';

/** A convolution 3x3 with batch norm, then a dense layer with batch norm and dropout, on images of 4x4. */
const model = buildKerasModel(
  builtIn({ kind: 'cnn', filters: [3], hidden: [5], batchNorm: true, dropout: 0.3 }, [4, 4, 1]),
);

const stream = random(9);
const rows = 256;
const images = Float64Array.from({ length: rows * 16 }, () => 2 * stream.normal() + 1);
const train: Split = {
  rows,
  inputs: [{ shape: [4, 4, 1], data: images }],
  labels: { shape: [], data: new Int32Array(rows) },
};

const optionsFor = (more: Partial<BatchStatisticsOptions> = {}): BatchStatisticsOptions => ({
  model,
  head: chooseLoss(model, { train }, 'data', { loss: 'categorical-crossentropy' }).head,
  train,
  trainRows: Int32Array.from({ length: rows }, (_, i) => i),
  scaling: NO_SCALING,
  rearrangement: undefined,
  backend: 'reference',
  local: true,
  seed: 1,
  ...more,
});

const point = () => ({ theta: valuesOf(parametersOf(model)), state: valuesOf(stateOf(model)) });
const blockOf = (blocks: readonly ParameterBlock[], name: RegExp) =>
  blocks.find((block) => name.test(block.name))!;
const cut = (values: Float64Array, { offset, length }: ParameterBlock) =>
  values.subarray(offset, offset + length);

/** The convolution of some images, same padding, [rows * 16, 3]. */
function convolved(taken: readonly number[], kernel: Float64Array): number[][] {
  return taken.flatMap((row) =>
    Array.from({ length: 16 }, (_, place) => {
      const [y, x] = [Math.floor(place / 4), place % 4];
      const sums = [0, 0, 0];
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          if (y + dy < 0 || y + dy > 3 || x + dx < 0 || x + dx > 3) continue;
          const value = images[row * 16 + (y + dy) * 4 + x + dx];
          for (let c = 0; c < 3; c++) sums[c] += value * kernel[((dy + 1) * 3 + dx + 1) * 3 + c];
        }
      return sums;
    }),
  );
}

const momentsOf = (values: readonly number[][]) => {
  const mean = values[0].map((_, c) => values.reduce((sum, each) => sum + each[c], 0) / values.length);
  const variance = mean.map(
    (m, c) => values.reduce((sum, each) => sum + (each[c] - m) ** 2, 0) / values.length,
  );
  return { mean, variance };
};

const close = (found: ArrayLike<number>, expected: readonly number[]) =>
  expected.forEach((value, i) =>
    assert.ok(Math.abs(found[i] - value) < 1e-10 * Math.max(1, Math.abs(value)), `${found[i]}, not ${value}`),
  );

test('mean and variance of a batch, by hand, whatever the running ones are', async () => {
  const taken = Array.from({ length: 128 }, (_, i) => 2 * i);
  const statistics = (await BatchStatistics.open(optionsFor({ trainRows: Int32Array.from(taken) })))!;
  assert.equal(statistics.rows, 128);
  const { theta, state } = point();
  const { blocks } = stateOf(model);
  const found = await statistics.at({ theta, state: state.map((value, i) => value + 1e6 * (i + 1)) });
  const kernel = cut(theta, blockOf(parametersOf(model).blocks, /^conv[^/]*\/kernel$/));
  const { mean, variance } = momentsOf(convolved(taken, kernel));
  close(cut(found.state!, blockOf(blocks, /mean$/)), mean);
  close(cut(found.state!, blockOf(blocks, /variance$/)), variance);
  assert.equal(found.theta, theta);
  statistics.dispose();
});

test('the mean over batches, whose rows are shuffled by the seed and all of one size', async () => {
  // The variances' mean depends on how rows are cut; that of means does not.
  const { theta } = point();
  const { blocks } = stateOf(model);
  const kernel = cut(theta, blockOf(parametersOf(model).blocks, /^conv[^/]*\/kernel$/));
  const at = async (seed: number) => {
    const statistics = (await BatchStatistics.open(optionsFor({ seed })))!;
    const found = await statistics.at({ theta });
    statistics.dispose();
    return found.state!;
  };
  const [first, again, other] = [await at(1), await at(1), await at(2)];
  const { mean } = momentsOf(
    convolved(
      Array.from({ length: rows }, (_, i) => i),
      kernel,
    ),
  );
  close(cut(first, blockOf(blocks, /mean$/)), mean);
  assert.deepEqual(again, first);
  assert.notDeepEqual(other, first);
});

test('later layers see what earlier ones have normalized by the batch, without dropout', async () => {
  const statistics = (await BatchStatistics.open(
    optionsFor({ trainRows: Int32Array.from({ length: 128 }, (_, i) => i) }),
  ))!;
  const { theta } = point();
  const { blocks } = stateOf(model);
  const once = await statistics.at({ theta });
  // The function with these statistics is the one they were taken from: measured again they are the same.
  const again = await statistics.at(once);
  assert.deepEqual(again.state, once.state);
  const second = blocks.filter(({ name }) => /variance$/.test(name))[1];
  assert.ok(cut(once.state!, second).every((value) => value > 0));
  statistics.dispose();
});

test('a model without batch norm has none', async () => {
  const plain = denseModel([2, 3, 1]);
  assert.equal(await BatchStatistics.open(optionsFor({ model: plain })), undefined);
});

/** Two operators of batch normalization with a product between them, on rows of three numbers. */
async function onnxModel(nodes: Parameters<typeof onnxFile>[0]['nodes']) {
  const path = join(temporaryFolder(), 'model.onnx');
  const normed = (name: string, width: number) =>
    ['scale', 'bias', 'mean', 'var'].map((part) => floats(`${name}.${part}`, [width], (i) => 1 + 0.3 * i));
  const bytes = onnxFile({
    inputs: [valueInfo('x', ['rows', 3])],
    initializers: [...normed('first', 3), ...normed('second', 2), floats('weight', [3, 2])],
    nodes,
  });
  writeFileSync(path, bytes);
  return (await openModel(path)).model;
}

const batchNormalization = (x: string, name: string, output: string, mean = `${name}.mean`) =>
  node('BatchNormalization', [x, `${name}.scale`, `${name}.bias`, mean, `${name}.var`], output, {
    epsilon: { float: 1e-3 },
  });

const numbers: Split = {
  rows,
  inputs: [
    {
      shape: [3],
      data: Float64Array.from({ length: rows * 3 }, (_, i) => (1 + (i % 3)) * stream.normal() + (i % 3)),
    },
  ],
  labels: { shape: [], data: new Int32Array(rows) },
};

test('the batch norm of an ONNX network, by hand', async () => {
  const onnx = await onnxModel([
    batchNormalization('x', 'first', 'a'),
    node('MatMul', ['a', 'weight'], 'b'),
    batchNormalization('b', 'second', 'y'),
  ]);
  const taken = Int32Array.from({ length: 128 }, (_, i) => i);
  const head = chooseLoss(onnx, { train: numbers }, 'data', {
    loss: 'categorical-crossentropy',
  }).head;
  const statistics = (await BatchStatistics.open(
    optionsFor({ model: onnx, head, train: numbers, trainRows: taken }),
  ))!;
  const { state } = await statistics.at({ theta: valuesOf(parametersOf(onnx)) });
  const { blocks } = stateOf(onnx);
  const found = (name: string) =>
    cut(
      state!,
      blocks.find((block) => block.name === name)!,
    );
  const cells = (width: number, value: (row: number, c: number) => number) =>
    Array.from(taken, (row) => Array.from({ length: width }, (_, c) => value(row, c)));
  const x = cells(3, (row, c) => numbers.inputs[0].data[3 * row + c]);
  const first = momentsOf(x);
  close(found('first.mean'), first.mean);
  close(found('first.var'), first.variance);
  const affine = (c: number) => Math.fround(1 + 0.3 * c);
  const normalized = cells(
    3,
    (row, c) =>
      (affine(c) * (x[row][c] - first.mean[c])) / Math.sqrt(first.variance[c] + Math.fround(1e-3)) +
      affine(c),
  );
  const weight = (i: number) => Math.fround(wave(i));
  const second = momentsOf(
    cells(2, (row, c) => normalized[row].reduce((sum, value, k) => sum + value * weight(2 * k + c), 0)),
  );
  close(found('second.mean'), second.mean);
  close(found('second.var'), second.variance);
  statistics.dispose();
});

test('running statistics that are computed cannot be measured anew', async () => {
  const onnx = await onnxModel([
    node('Neg', ['first.mean'], 'moved'),
    batchNormalization('x', 'first', 'y', 'moved'),
  ]);
  await assert.rejects(
    BatchStatistics.open(optionsFor({ model: onnx, train: numbers })),
    (error) =>
      error instanceof UserError && /its running statistics are no tensors of the file/.test(error.message),
  );
});
