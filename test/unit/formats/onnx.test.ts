import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { ort } from '../../../src/backends/onnxruntime/runtime';
import { openModel } from '../../../src/formats/model';
import type { Model } from '../../../src/network/model';
import { onnx } from '../../../src/onnx/generated/onnx';
import {
  type TestModel,
  attribute,
  floats,
  integers,
  node,
  onnxFile,
  valueInfo,
  wave,
} from '../../support/onnx-file';
import { folder, opened, refusal, run, saved } from './onnx-opened';

const { DataType } = onnx.TensorProto;

const trainable = ({ tensors }: Model) =>
  tensors.filter((tensor) => tensor.trainable).map(({ name }) => name);

const outputs = async (model: Model, data: Float32Array, rows: number): Promise<number[]> =>
  Array.from((await run(model, data, rows)).values);

describe('the parameters of an ONNX file', () => {
  it('are the floats that operators use as weights, in the order of the file', async () => {
    const model = await opened({
      nodes: [
        node('Transpose', ['head.weight'], 't'),
        node('Sub', ['x', 'mean'], 'centred'),
        node('Mul', ['centred', 'half'], 'scaled'),
        node('MatMul', ['scaled', 'body.kernel'], 'm'),
        node('Add', ['body.bias', 'm'], 'a'),
        node('Clip', ['a', 'low', 'high'], 'c'),
        node('MatMul', ['c', 't'], 'p'),
        node('Add', ['p', 'head.bias'], 'q'),
        node('Pow', ['q', 'two']),
      ],
      initializers: [
        floats('head.bias', [1]),
        floats('unused', [3]),
        floats('mean', [4]),
        floats('half', [1], [0.5]),
        floats('head.weight', [1, 3]),
        floats('low', [], [-1]),
        floats('high', [], [1]),
        floats('body.kernel', [4, 3]),
        floats('two', [1], [2]),
        floats('body.bias', [3]),
        integers('count', [7]),
      ],
    });
    assert.deepEqual(
      model.tensors.map(({ name, layer, role, filterAxis, trainable: moves }) => [
        name,
        layer,
        role,
        filterAxis,
        moves,
      ]),
      [
        ['head.bias', 'head', 'bias', undefined, true],
        ['head.weight', 'head', 'kernel', 0, true],
        ['body.kernel', 'body', 'kernel', 1, true],
        ['body.bias', 'body', 'bias', undefined, true],
      ],
    );
    const body = model.layers.find(({ name }) => name === 'body');
    assert.deepEqual(body, { name: 'body', className: 'MatMul', outputShape: [3], parameters: 15 });
  });

  it("follow what PyTorch's exporter says of its tensors", async () => {
    const lines = ["p_gain: PARAMETER target='gain'", "b_shift: BUFFER target='shift' persistent=True"];
    const key = 'pkg.torch.export.ExportedProgram.graph_signature';
    const model = await opened({
      nodes: [
        node('Add', ['x', 'shift'], 'a'),
        node('Add', ['a', 'lifted'], 'b'),
        node('Mul', ['b', 'gain'], 'c'),
        node('Gemm', ['c', 'folded']),
      ],
      initializers: [
        floats('shift', [4]),
        floats('lifted', [4]),
        floats('gain', []),
        floats('folded', [4, 2]),
      ],
      metadata: [{ key, value: `\n# inputs\n${lines.join('\n')}\nx: USER_INPUT\n` }],
    });
    assert.deepEqual(trainable(model), ['gain', 'folded']);
    assert.deepEqual(
      model.tensors.filter((tensor) => !tensor.trainable).map(({ name }) => name),
      ['shift'],
    );
  });

  it('a parameter that was folded stands in a tensor without a name, unless it went into the weights before a batch norm', async () => {
    const key = 'pkg.torch.export.ExportedProgram.graph_signature';
    const named = async (lines: readonly string[]) =>
      trainable(
        await opened({
          nodes: [node('Mul', ['x', 'val_3'], 'm'), node('MatMul', ['m', 'w'])],
          initializers: [floats('val_3', [4]), floats('w', [4, 2])],
          metadata: [{ key, value: ["p_w: PARAMETER target='w'", ...lines, 'x: USER_INPUT'].join('\n') }],
        }),
      );
    const [scale, mean] = [
      "p: PARAMETER target='n.weight'",
      "b: BUFFER target='n.running_mean' persistent=True",
    ];
    assert.deepEqual(await named([]), ['w']);
    assert.deepEqual(await named([scale]), ['val_3', 'w']);
    assert.deepEqual(await named([scale, mean]), ['w']);
  });

  it('batch statistics are state, masks are constants', async () => {
    const model = await opened({
      inputs: [valueInfo('x', ['rows', 2, 3, 3])],
      nodes: [node('BatchNormalization', ['x', 'g', 'b', 'm', 'v'], 'n'), node('Add', ['n', 'mask'])],
      initializers: [
        ...['g', 'b', 'm', 'v'].map((name) => floats(name, [2], [1, 2])),
        floats('mask', [3, 3], (i) => (i % 2 ? -1e9 : 0)),
      ],
    });
    assert.deepEqual(trainable(model), ['g', 'b']);
    assert.deepEqual(
      model.tensors.map(({ name, role }) => [name, role]),
      [
        ['g', 'norm'],
        ['b', 'norm'],
        ['m', 'statistic'],
        ['v', 'statistic'],
      ],
    );
  });
});

describe('the graph of an ONNX file', () => {
  const leaky = {
    name: 'Leak',
    domain: 'house',
    input: ['a', 'w'],
    output: ['b'],
    attribute: ['steep'],
    attributeProto: [attribute('scale', { float: 2 })],
    opsetImport: [{ domain: '', version: 18 }],
    node: [
      node('LeakyRelu', ['a'], 'l', { alpha: { reference: 'steep' } }),
      node('MatMul', ['l', 'w'], 'm'),
      node('Constant', [], 'c', { value_float: { reference: 'scale' } }),
      node('Mul', ['m', 'c'], 'b'),
    ],
  };

  it('functions of the file, with their attributes and defaults', async () => {
    const model = await opened({
      nodes: [
        node('Leak', ['x', 'w'], 'h', { steep: { float: 0.5 } }, 'house'),
        node('Leak', ['h', 'w'], 'y', { steep: { float: 0.25 }, scale: { float: 1 } }, 'house'),
      ],
      initializers: [floats('w', [2, 2], [0, 1, 1, 0])],
      inputs: [valueInfo('x', ['rows', 2])],
      functions: [leaky],
    });
    assert.deepEqual(trainable(model), ['w']);
    assert.equal(model.tensors[0].filterAxis, 1);
    // (3, -4) -> (3, -2) -> swapped and doubled (-4, 6) -> (-1, 6) -> swapped.
    assert.deepEqual(await outputs(model, Float32Array.of(3, -4), 1), [6, -1]);
  });

  it('a fixed number of rows becomes any number where the graph allows it', async () => {
    const bytes = onnxFile({
      inputs: [valueInfo('x', [2, 2, 6])],
      nodes: [
        node('Reshape', ['x', 'split'], 's'),
        node('Transpose', ['s'], 't', { perm: [0, 2, 1, 3] }),
        node('Reshape', ['t', 'join'], 'j'),
        node('Gemm', ['j', 'w'], 'g'),
        node('Reshape', ['g', 'apart'], 'a'),
        node('ReduceSum', ['a', 'one'], 'y', { keepdims: 0 }),
      ],
      initializers: [
        integers('split', [2, 2, 3, 2]),
        integers('join', [6, 4]),
        integers('apart', [2, 3, 5]),
        integers('one', [1]),
        floats('w', [4, 5]),
      ],
    });
    const { model } = await openModel(saved(bytes));
    const data = Float32Array.from({ length: 48 }, (_, i) => wave(i));
    const session = await ort.InferenceSession.create(bytes);
    const expected: number[] = [];
    for (const half of [data.subarray(0, 24), data.subarray(24)]) {
      const { y } = await session.run({ x: new ort.Tensor('float32', half, [2, 2, 6]) });
      expected.push(...Array.from(y.data, Number));
    }
    await session.release();
    const values = await outputs(model, data, 4);
    values.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-5));
    assert.equal(values.length, expected.length);
  });

  it('a fixed number of rows that cannot be another is refused', async () => {
    const model = {
      inputs: [valueInfo('x', [1, 4])],
      nodes: [node('Concat', ['x', 'token'], 'y', { axis: 1 })],
      initializers: [floats('token', [1, 2])],
    };
    assert.match(
      await refusal(onnxFile(model)),
      /^FILE: the graph was exported for exactly 1 row and takes no other number \(node "Concat of x and token" \(Concat\): .*\); export it with a dynamic first axis\.$/,
    );
  });

  it('what is not supported is not put down to a fixed number of rows', async () => {
    const refused = (operator: string, attributes: Parameters<typeof node>[3] = {}) =>
      refusal(
        onnxFile({
          inputs: [valueInfo('x', [1, 1, 4, 4])],
          nodes: [node(operator, ['x'], 'y', attributes)],
        }),
      );
    assert.match(
      await refused('MaxPool', { kernel_shape: [2, 2], dilations: [2, 2] }),
      /^FILE: node .* \(MaxPool\): dilated pooling is not supported\.$/,
    );
    assert.match(await refused('Hardmax'), /^FILE: the operator Hardmax is not supported; those that are: /);
  });

  it('indices look up rows of a table; bytes that are cast are numbers', async () => {
    const model = await opened({
      inputs: [valueInfo('x', ['rows', 3], DataType.INT64)],
      nodes: [
        node('Gather', ['embedding', 'x'], 'e'),
        node('ReduceMean', ['e', 'one'], 'y', { keepdims: 0 }),
      ],
      initializers: [floats('embedding', [5, 2], (i) => i), integers('one', [1])],
    });
    assert.deepEqual(model.inputs, [{ name: 'x', shape: [3], dtype: 'int32' }]);
    assert.deepEqual([model.tensors[0].role, trainable(model)], ['embedding', ['embedding']]);
    assert.deepEqual(await outputs(model, Float32Array.of(0, 4, 2), 1), [4, 5]);
    const bytes = await opened({
      inputs: [valueInfo('x', ['rows', 3], DataType.UINT8)],
      nodes: [node('Cast', ['x'], 'f', { to: DataType.FLOAT }), node('Gemm', ['f', 'w'])],
      initializers: [floats('w', [3, 1], [1, 2, 3])],
    });
    assert.equal(bytes.inputs[0].dtype, 'float');
    assert.deepEqual(await outputs(bytes, Float32Array.of(1, 1, 2), 1), [9]);
  });

  it('image inputs have channels first, unless the graph moves them there', async () => {
    const image = (nodes: TestModel['nodes'], shape: readonly number[]) =>
      opened({
        inputs: [valueInfo('x', ['rows', ...shape])],
        nodes,
        initializers: [floats('w', [2, 3, 3, 3])],
      });
    const first = await image([node('Conv', ['x', 'w'])], [3, 8, 8]);
    const last = await image(
      [node('Transpose', ['x'], 't', { perm: [0, 3, 1, 2] }), node('Conv', ['t', 'w'])],
      [8, 8, 3],
    );
    assert.deepEqual([first.layout, last.layout], ['NCHW', 'NHWC']);
  });

  it('takes the extents that a file only names from the rows of the data', async () => {
    const bytes = onnxFile({
      inputs: [valueInfo('x', ['rows', 'steps', 2])],
      nodes: [
        node('Shape', ['x'], 's'),
        node('Gather', ['s', 'one'], 'steps'),
        node('Cast', ['steps'], 'count', { to: 1 }),
        node('ReduceSum', ['x', 'axes'], 'sum', { keepdims: 0 }),
        node('Div', ['sum', 'count']),
      ],
      initializers: [integers('one', [1], []), integers('axes', [1])],
    });
    const { model } = await openModel(saved(bytes), undefined, [[3, 2]]);
    assert.deepEqual(model.inputs[0].shape, [3, 2]);
    assert.deepEqual(await outputs(model, Float32Array.of(1, 2, 3, 4, 5, 6), 1), [3, 4]);
    const looked = await openModel(saved(bytes));
    assert.deepEqual(
      looked.model.layers.map(({ outputShape }) => outputShape),
      [[2], [2]],
    );
  });

  it('one number a row stands along an axis of its own', async () => {
    const model = await opened({
      nodes: [node('MatMul', ['x', 'w'])],
      initializers: [floats('w', [4], [1, 2, 3, 4])],
    });
    assert.deepEqual(model.outputShape, [1]);
    assert.deepEqual(await outputs(model, Float32Array.of(1, 1, 1, 1), 1), [10]);
  });
});

describe('the tensors of an ONNX file', () => {
  const half = (values: readonly number[]) => new Uint8Array(Uint16Array.from(values).buffer);

  it('halves, doubles and listed numbers', async () => {
    const model = await opened({
      inputs: [valueInfo('x', ['rows', 1])],
      nodes: ['a', 'b', 'c', 'd', 'e'].map((name, i, all) =>
        node('Gemm', [i === 0 ? 'x' : `after ${all[i - 1]}`, name], i === 4 ? 'y' : `after ${name}`),
      ),
      initializers: [
        { name: 'a', dims: [1, 1], dataType: DataType.FLOAT16, rawData: half([0x3e00]) },
        { name: 'b', dims: [1, 1], dataType: DataType.BFLOAT16, rawData: half([0x3fc0]) },
        { name: 'c', dims: [1, 1], dataType: DataType.FLOAT16, int32Data: [0x3e00] },
        { name: 'd', dims: [1, 1], dataType: DataType.FLOAT, floatData: [1.5] },
        { name: 'e', dims: [1, 1], dataType: DataType.DOUBLE, doubleData: [0.1] },
      ],
    });
    assert.deepEqual(
      model.tensors.map(({ data }) => data[0]),
      [1.5, 1.5, 1.5, 1.5, 0.1],
    );
    assert.deepEqual(
      model.notes.flatMap((note) => /stored as (\w+) and/.exec(note)?.[1] ?? []),
      ['float16', 'bfloat16'],
    );
  });

  const external = (location: string, more: Readonly<Record<string, string>> = {}): TestModel => ({
    nodes: [node('Gemm', ['x', 'w'])],
    initializers: [
      {
        name: 'w',
        dims: [4, 2],
        dataType: DataType.FLOAT,
        dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
        externalData: Object.entries({ location, ...more }).map(([key, value]) => ({ key, value })),
      },
    ],
  });

  it('lie in files beside it, which count for the hash', async () => {
    mkdirSync(join(folder, 'data'), { recursive: true });
    const values = Float32Array.from({ length: 10 }, (_, i) => i);
    writeFileSync(join(folder, 'data/weights.bin'), new Uint8Array(values.buffer));
    const path = saved(onnxFile(external('data/weights.bin', { offset: '8', length: '32' })));
    const { model, sha256 } = await openModel(path);
    assert.deepEqual(Array.from(model.tensors[0].data), [2, 3, 4, 5, 6, 7, 8, 9]);
    writeFileSync(join(folder, 'data/weights.bin'), new Uint8Array(values.map((value) => -value).buffer));
    assert.notEqual((await openModel(path)).sha256, sha256);
  });

  it('never in files elsewhere, nor beyond the end of one', async () => {
    for (const location of ['../w.bin', 'data/../../w.bin', '/etc/passwd', 'file:w', 'C:\\w']) {
      assert.equal(
        await refusal(onnxFile(external(location))),
        `FILE names a data file outside its own folder (${location}), which is not opened.`,
      );
    }
    const inside = (location: string, more?: Record<string, string>) =>
      refusal(onnxFile(external(location, more)));
    assert.equal(await inside('none.bin'), `There is no file ${join(folder, 'none.bin')}.`);
    assert.match(await inside('data/weights.bin', { offset: '12' }), /weights\.bin is cut off or damaged/);
    assert.match(await inside('data/weights.bin', { offset: '-8' }), /weights\.bin is cut off or damaged/);
    assert.equal(
      await inside('data/weights.bin', { length: '8' }),
      'FILE: tensor "w" has 8 bytes in data/weights.bin where its shape asks for 32.',
    );
  });
});
