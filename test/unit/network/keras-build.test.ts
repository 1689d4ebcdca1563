import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Graph } from '../../../src/autodiff/graph';
import { buildKerasModel } from '../../../src/formats/checkpoints/keras/build';
import type {
  CallArgument,
  KerasCheckpoint,
  LayerDescription,
  ModelDescription,
  StoredTensor,
} from '../../../src/formats/checkpoints/keras/description';
import { openModel } from '../../../src/formats/model';
import { UserError } from '../../../src/core/errors';
import { tensor, valuesOf } from './evaluate';

const corpus = path.resolve(import.meta.dirname, '../../corpus');

const stored = (name: string, shape: number[], first = 1): StoredTensor => ({
  name,
  shape,
  data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => first + i),
});

function layer(className: string, name: string, more: Partial<LayerDescription> = {}): LayerDescription {
  return { className, name, config: {}, trainable: true, variables: [], children: {}, calls: [], ...more };
}

const dense = (name: string, inputs: number, units: number, more: Partial<LayerDescription> = {}) =>
  layer('Dense', name, {
    config: { use_bias: false },
    variables: [stored('kernel', [inputs, units])],
    ...more,
  });

const input = (shape: (number | null)[]) =>
  layer('InputLayer', 'in', { config: { batch_shape: [null, ...shape] } });

const from = (name: string, call = 0): CallArgument => ({
  kind: 'tensor',
  tensor: { layer: name, call, output: 0 },
});

const calls = (...each: CallArgument[][]) => each.map((all) => ({ arguments: all, keywords: {} }));

function sequential(...layers: LayerDescription[]): ModelDescription {
  return { kind: 'Sequential', name: 'model', layers, inputs: [], outputs: [] };
}

function functional(outputs: readonly string[], ...layers: LayerDescription[]): ModelDescription {
  return {
    kind: 'Functional',
    name: 'model',
    layers,
    inputs: [{ layer: 'in', call: 0, output: 0 }],
    outputs: outputs.map((name) => ({ layer: name, call: 0, output: 0 })),
  };
}

const checkpoint = (model: ModelDescription): KerasCheckpoint => ({
  format: 'keras',
  kerasVersion: '3.15.1',
  model,
  config: undefined,
  compiledLoss: undefined,
  notes: [],
});

const build = (model: ModelDescription) => buildKerasModel(checkpoint(model));

async function outputOf(model: ReturnType<typeof build>, x: readonly number[]): Promise<number[]> {
  const graph = new Graph();
  const nodes = new Map(
    model.tensors.map(({ name, shape, data }) => [name, tensor(graph, shape, Array.from(data))] as const),
  );
  const [output] = model.apply(graph, nodes, [tensor(graph, [1, ...model.inputs[0].shape], x)]);
  return valuesOf(output);
}

describe('a Keras model', () => {
  it('calls a shared layer several times on one set of tensors', async () => {
    const model = build(
      functional(
        ['sum'],
        input([2]),
        dense('twice', 2, 2, { calls: calls([from('in')], [from('twice')]) }),
        layer('Add', 'sum', { calls: calls([from('twice'), from('twice', 1)]) }),
      ),
    );
    assert.deepEqual(
      model.tensors.map(({ name }) => name),
      ['twice/kernel'],
    );
    // [1, 0] W = [1, 2]; [1, 2] W = [7, 10].
    assert.deepEqual(await outputOf(model, [1, 0]), [8, 12]);
  });

  it('reads indices where an embedding stands behind a wrapper or layers that only move them', () => {
    const table = (name: string, more = {}) =>
      layer('Embedding', name, {
        config: { input_dim: 3, output_dim: 2 },
        variables: [{ name: 'embeddings', shape: [3, 2], data: new Float32Array(6) }],
        ...more,
      });
    const wrapped = layer('TimeDistributed', 'each', { children: { layer: table('table') } });
    const inSequence = build(sequential(input([4, 5]), wrapped));
    assert.deepEqual([inSequence.inputs[0].dtype, inSequence.outputShape], ['int32', [4, 5, 2]]);
    const moved = build(
      functional(
        ['table'],
        input([4]),
        layer('Reshape', 'square', { config: { target_shape: [2, 2] }, calls: calls([from('in')]) }),
        table('table', { calls: calls([from('square')]) }),
      ),
    );
    assert.deepEqual([moved.inputs[0].dtype, moved.outputShape], ['int32', [2, 2, 2]]);
  });

  it('names the tensors of a nested model by their path', () => {
    const nested = layer('Sequential', 'block', {
      model: sequential(dense('inner', 2, 3, { trainable: false })),
      trainable: false,
    });
    const model = build(sequential(input([2]), nested, dense('head', 3, 1)));
    assert.deepEqual(
      model.tensors.map(({ name, layer: owner, trainable }) => [name, owner, trainable]),
      [
        ['block/inner/kernel', 'block/inner', false],
        ['head/kernel', 'head', true],
      ],
    );
    assert.deepEqual(model.outputShape, [1]);
    assert.deepEqual(
      model.layers.map(({ name, parameters, outputShape }) => [name, parameters, outputShape]),
      [
        ['block/inner', 6, [3]],
        ['head', 3, [1]],
      ],
    );
  });

  it('takes the input shape of a Sequential model from its first layer where nothing else says it', () => {
    assert.deepEqual(build(sequential(dense('only', 5, 2))).inputs, [
      { name: 'only', shape: [5], dtype: 'float' },
    ]);
    const old = dense('only', 5, 2, { config: { use_bias: false, batch_input_shape: [null, 7, 5] } });
    assert.deepEqual(build(sequential(old)).inputs[0].shape, [7, 5]);
  });

  it('feeds an embedding with indices', () => {
    const table = layer('Embedding', 'words', { variables: [stored('embeddings', [9, 3])] });
    const model = build(sequential(input([4]), table));
    assert.equal(model.inputs[0].dtype, 'int32');
    assert.deepEqual(model.outputShape, [4, 3]);
    assert.equal(model.tensors[0].role, 'embedding');
  });

  it('says what it leaves out of the precision', () => {
    const mixed = dense('one', 2, 2, { config: { use_bias: false, dtype: 'mixed_bfloat16' } });
    const { notes } = build(sequential(input([2]), mixed));
    assert.match(notes.join(' '), /mixed_bfloat16/);
  });

  it('reads penalties on weights, and names those that are none', () => {
    const penalties = (config: object) =>
      build(sequential(input([2]), dense('one', 2, 2, { config: { use_bias: false, ...config } }))).penalties;
    const kernel = (l1: number, l2: number) => [
      { layer: 'one', weights: [{ tensor: 'one/kernel', l1, l2 }], others: [] },
    ];
    const of = (class_name: string, config = {}) => penalties({ kernel_regularizer: { class_name, config } });
    assert.deepEqual(of('L2', { l2: 0.5 }), kernel(0, 0.5));
    assert.deepEqual(of('L1', { l1: 0.25 }), kernel(0.25, 0));
    assert.deepEqual(of('L1L2', { l1: 0.25, l2: 0.5 }), kernel(0.25, 0.5));
    assert.deepEqual(of('L2'), kernel(0, 0.01));
    assert.deepEqual(penalties({ kernel_regularizer: null }), []);
    // There is no bias to penalize.
    assert.deepEqual(penalties({ bias_regularizer: { class_name: 'L2' } }), []);
    assert.deepEqual(of('OrthogonalRegularizer', { factor: 1 }), [
      { layer: 'one', weights: [], others: ['its kernel, OrthogonalRegularizer'] },
    ]);
    assert.deepEqual(penalties({ activity_regularizer: { class_name: 'L2' } }), [
      { layer: 'one', weights: [], others: ['its activities'] },
    ]);
  });

  it('takes open extents from the rows of the data, and shows them open without', () => {
    const conv = layer('Conv2D', 'conv', {
      config: { kernel_size: [3, 3], padding: 'same', use_bias: false },
      variables: [stored('kernel', [3, 3, 2, 4])],
    });
    const pool = layer('GlobalAveragePooling2D', 'pool');
    const images = checkpoint(sequential(input([null, null, 2]), conv, pool));
    const bound = (row: number[]) => buildKerasModel(images, [row]).layers[0].outputShape;
    assert.deepEqual(bound([6, 5, 2]), [6, 5, 4]);
    // Channels first in the file are turned where the rows are fed.
    assert.deepEqual(bound([2, 6, 5]), [6, 5, 4]);
    assert.throws(
      () => bound([6, 5, 3]),
      /the input "in" takes rows of any x any x 2, but those of the data are 6 x 5 x 3/,
    );
    assert.deepEqual(
      build(images.model).layers.map(({ outputShape }) => outputShape),
      [[null, null, 4], [4]],
    );
    const gray = sequential(input([null, null, 1]), layer('Flatten', 'flat'));
    assert.deepEqual(buildKerasModel(checkpoint(gray), [[6, 5]]).outputShape, [30]);
  });

  it('says why a network with open extents cannot be', () => {
    const flat = sequential(input([null, 2]), layer('Flatten', 'flat'), dense('head', 6, 1));
    assert.throws(() => build(flat), /"head" \(Dense\) does not fit its input/);
    assert.deepEqual(buildKerasModel(checkpoint(flat), [[3, 2]]).outputShape, [1]);
  });

  it('knows the layout of its images', () => {
    const pool = (order: string) => layer('MaxPooling2D', 'pool', { config: { data_format: order } });
    assert.equal(build(sequential(input([4, 4, 1]), pool('channels_last'))).layout, 'NHWC');
    assert.equal(build(sequential(input([1, 4, 4]), pool('channels_first'))).layout, 'NCHW');
    assert.equal(build(sequential(dense('only', 5, 2))).layout, undefined);
  });
});

describe('what is not understood is refused by name', () => {
  const refused = (model: ModelDescription, pattern: RegExp) =>
    assert.throws(
      () => build(model),
      (error) => error instanceof UserError && pattern.test(error.message),
    );

  const cases: readonly [string, ModelDescription, RegExp][] = [
    [
      'an unknown layer, with the known ones',
      sequential(input([2]), layer('Fancy', 'f')),
      /"f" is of the class Fancy, which is not supported; supported are .*Conv2D.*LSTM/,
    ],
    ['a Lambda', sequential(input([2]), layer('Lambda', 'f')), /"f" is a Lambda, whose Python code/],
    [
      'text',
      sequential(input([2]), layer('TextVectorization', 'f')),
      /"f" is a TextVectorization, which turns text/,
    ],
    [
      'a crop to another size',
      sequential(input([4, 4, 1]), layer('RandomCrop', 'f', { config: { height: 3, width: 3 } })),
      /"f" \(RandomCrop\) crops to another size/,
    ],
    [
      'a custom layer',
      sequential(input([2]), layer('Mine>Dense', 'f')),
      /"f" is a custom layer \(Mine>Dense\)/,
    ],
    [
      'an activation',
      sequential(dense('d', 2, 2, { config: { use_bias: false, activation: 'swoosh' } })),
      /"d" \(Dense\) has the activation "swoosh", which is not supported; supported are/,
    ],
    [
      'a missing weight',
      sequential(input([2]), dense('d', 2, 2, { config: {} })),
      /"d" \(Dense\) has no weight "bias" in the file/,
    ],
    [
      'a weight that no row asks for',
      sequential(
        input([2]),
        dense('d', 2, 2, { variables: [stored('kernel', [2, 2]), stored('lora_a', [2, 1])] }),
      ),
      /"d" \(Dense\) has weights that are not understood: lora_a/,
    ],
    [
      'a kernel that does not fit',
      sequential(input([3]), dense('d', 2, 2)),
      /"d" \(Dense\) does not fit its input: no product/,
    ],
    [
      'a setting of the wrong type',
      sequential(input([4, 1]), layer('MaxPooling1D', 'p', { config: { pool_size: 'big' } })),
      /"p" \(MaxPooling1D\) has pool_size = "big", where a whole number/,
    ],
    ['an input without a shape', sequential(layer('Flatten', 'f')), /does not say what shape/],
    [
      'several outputs',
      functional(
        ['a', 'b'],
        input([2]),
        dense('a', 2, 2, { calls: calls([from('in')]) }),
        dense('b', 2, 2, { calls: calls([from('in')]) }),
      ),
      /has 2 outputs/,
    ],
    [
      'a cycle',
      functional(['a'], input([2]), dense('a', 2, 2, { calls: calls([from('a')]) })),
      /"a" depends on its own output/,
    ],
    [
      'a call that is not described',
      functional(['a'], input([2]), dense('a', 2, 2, { calls: calls([from('gone')]) })),
      /a call of the layer "gone"/,
    ],
    [
      'two tensors of one name',
      sequential(dense('same', 2, 2), dense('same', 2, 2)),
      /both named "same\/kernel"/,
    ],
  ];
  for (const [name, model, pattern] of cases) it(name, () => refused(model, pattern));

  const operation = (className: string, config: Record<string, unknown>, ...more: CallArgument[]) =>
    functional(
      ['op'],
      input([2, 3]),
      layer(`ops.${className}`, 'op', { config, calls: calls([from('in'), ...more]) }),
    );
  const value = (given: unknown): CallArgument => ({ kind: 'value', value: given });
  const operations: readonly [string, ModelDescription, RegExp][] = [
    [
      'an unknown one',
      operation('Whatever', {}),
      /"op" is the operation Whatever of keras.ops, .*supported are .*Add/,
    ],
    [
      'one that is refused with its reason',
      operation('Argmax', {}),
      /"op" is the operation Argmax of keras.ops, which gives positions, counts or marks/,
    ],
    ['a sum over rows', operation('Sum', { axis: 0 }), /"op" \(ops.Sum\) mixes the rows of a batch/],
    ['a sum over everything', operation('Mean', { axis: null }), /mixes the rows/],
    ['rows joined', operation('Reshape', { newshape: [-1, 3] }), /mixes the rows/],
    ['rows moved', operation('Transpose', { axes: [1, 0, 2] }), /mixes the rows/],
    ['one row picked', operation('GetItem', {}, value(0)), /mixes the rows/],
    ['a constant for each row', operation('Add', {}, value([[[1]], [[2]]])), /mixes the rows/],
    ['a product over rows', operation('Matmul', {}, from('in')), /does not fit its input: no product/],
    ['an einsum over rows', operation('Einsum', { subscripts: 'abc->bc' }), /mixes the rows/],
    ['a cast to integers', operation('Cast', { dtype: 'int32' }), /casts to "int32"/],
  ];
  for (const [name, model, pattern] of operations) it(`operations: ${name}`, () => refused(model, pattern));

  const called = (className: string, keywords: Record<string, CallArgument>, config = {}) =>
    functional(
      ['l'],
      input([2, 3]),
      layer(className, 'l', { config, calls: [{ arguments: [from('in')], keywords }] }),
    );
  it('calls as in training, and by keywords that nothing reads', () => {
    refused(called('Dropout', { training: value(true) }), /"l" \(Dropout\) is called as in training/);
    refused(called('Flatten', { noise: value(2) }), /"l" \(Flatten\) is called with noise/);
    build(called('Dropout', { training: value(false) }));
  });

  it('a recurrent layer that keeps its state', () =>
    refused(called('LSTM', {}, { stateful: true }), /\(stateful\)/));

  it('names the file when it opens one', async () => {
    const file = path.join(corpus, 'broken', 'shared-between.keras');
    await assert.rejects(openModel(file), (error: Error) => {
      assert.ok(error instanceof UserError);
      assert.ok(error.message.startsWith(`${file}`), error.message);
      return true;
    });
  });
});
