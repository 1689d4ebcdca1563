import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, gather, matmul, reduceMean, reshape } from '../../../src/autodiff/operations';
import type { Model } from '../../../src/network/model';
import { checkIndices } from '../../../src/objective/data/check-indices';
import type { Split } from '../../../src/objective/data/split';
import { chunkValues } from '../../../src/objective/evaluation/feeds';
import { settledNote } from '../../../src/objective/data/fit-data';
import { denseModel, objectiveOf } from '../../support/dense-model';

const plain = denseModel([2, 1]);
const rows = Int32Array.of(0, 1);
const part = (inputs: Split['inputs']): Split => ({ rows: 2, inputs, labels: { shape: [1], data: [0, 1] } });
const head = {
  labelShape: [1],
  labelDtype: 'float' as const,
  perRow: (x: never) => x,
  convexInput: (x: never) => x,
};

test('scale, mean and std are for the image among several inputs, and the others go in as they are', () => {
  const inputs: Model['inputs'] = [
    { name: 'age', shape: [2], dtype: 'float' },
    { name: 'photo', shape: [1, 1, 3], dtype: 'float' },
  ];
  const model = { ...plain, inputs };
  const split = part([
    { shape: [2], data: [30, 40, 50, 60] },
    { shape: [1, 1, 3], data: [10, 20, 30, 40, 50, 60] },
  ]);
  const scaling = { scale: 0.1, mean: [1, 2, 3], std: [2] };
  const { values } = chunkValues({ model, head, scaling, rearrangement: undefined }, split, rows, 2);
  assert.deepEqual(Array.from(values['x/0']), [30, 40, 50, 60]);
  assert.deepEqual(Array.from(values['x/1']), [0, 0, 0, 1.5, 1.5, 1.5]);
  assert.equal(
    settledNote(model, { scale: 0.1 }),
    'The input settings are for photo alone; the other inputs go into the model as they are.',
  );
  assert.equal(settledNote(model, {}), undefined);
  assert.equal(settledNote(plain, { scale: 0.1 }), undefined);
});

/** Two tables of 5 and 3 rows, the second behind a reshape. */
const lookup: Model = {
  ...plain,
  inputs: [
    { name: 'word', shape: [2], dtype: 'int32' },
    { name: 'tag', shape: [1], dtype: 'int32' },
  ],
  tensors: [
    { ...plain.tensors[0], name: 'words', shape: [5, 2], data: new Float64Array(10) },
    { ...plain.tensors[0], name: 'tags', shape: [3, 2], data: new Float64Array(6) },
    { ...plain.tensors[0], name: 'head', shape: [2, 1], data: new Float64Array(2) },
  ],
  apply: (_graph, tensors, [word, tag]) => {
    const words = reduceMean(gather(tensors.get('words')!, word), [1]);
    const tags = gather(tensors.get('tags')!, reshape(tag, [tag.shape[0]]));
    return [matmul(add(words, tags), tensors.get('head')!)];
  },
};

test('indices outside of their table are refused by input, row, value and size of the table', () => {
  const check = (words: number[], tags: number[]) => {
    const split = part([
      { shape: [2], data: words },
      { shape: [1], data: tags },
    ]);
    checkIndices(
      lookup,
      [
        [undefined, 'test'],
        [split, 'training'],
      ],
      'text.npz',
    );
  };
  check([0, 4, 3, 2], [0, 2]);
  assert.throws(
    () => check([0, 4, 5, 2], [0, 2]),
    /^UserError: Row 1 of the training input word in text\.npz holds 5, but the model looks its numbers up in a table, which has 5 rows \(0 to 4\): give the indices it was trained on\.$/,
  );
  assert.throws(
    () => check([0, 4, 1, 2], [0, 3]),
    /Row 1 of the training input tag in text\.npz holds 3, .* 3 rows \(0 to 2\)/,
  );
  assert.throws(() => check([-1, 4, 1, 2], [0, 2]), /Row 0 .* word .* holds -1/);
  assert.throws(() => check([0, 1.5, 1, 2], [0, 2]), /Row 0 .* word .* holds 1\.5/);
});

test('bytes give the digits of floats, on any arrangement, with less on the way', async () => {
  const model: Model = { ...denseModel([12, 3]), inputs: [{ name: 'x', shape: [3, 2, 2], dtype: 'float' }] };
  const flat = {
    ...model,
    apply: (...[graph, tensors, [x]]: Parameters<Model['apply']>) =>
      denseModel([12, 3]).apply(graph, tensors, [reshape(x, [x.shape[0], 12])]),
  };
  const bytes = Uint8Array.from({ length: 7 * 12 }, (_, i) => (i * 37) % 256);
  const options = {
    scaling: { scale: 1 / 255, mean: [0.1, 0.2, 0.3], std: [0.5, 0.6, 0.7] },
    rearrangement: 'toChannelsFirst' as const,
    chunkRows: 4,
  };
  const gradientOf = async (data: ArrayLike<number>) => {
    const train = {
      rows: 7,
      inputs: [{ shape: [2, 2, 3], data }],
      labels: { shape: [], data: [0, 1, 2, 0, 1, 2, 0] },
    };
    const objective = await objectiveOf(flat, train, 'categorical-crossentropy', options);
    const moved = objective.inputsOf('train').map((value) => value + 1);
    const { losses } = await objective.valuesAtInputs('train', objective.origin, moved);
    return [...(await objective.gradient(objective.origin)).gradient, ...losses];
  };
  assert.deepEqual(await gradientOf(bytes), await gradientOf(Float64Array.from(bytes)));
  const split = { rows: 7, inputs: [{ shape: [2, 2, 3], data: bytes }], labels: { shape: [1], data: bytes } };
  const { values, bytes: kept } = chunkValues({ model, head, ...options }, split, Int32Array.of(6, 2), 3);
  assert.equal(values['x/0'], undefined);
  assert.deepEqual(
    Array.from(kept['x/0'].data),
    [6, 2, 6].flatMap((row) => Array.from(bytes.subarray(12 * row, 12 * row + 12))),
  );
});
