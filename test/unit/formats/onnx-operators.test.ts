import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ort } from '../../../src/backends/onnxruntime/runtime';
import { sizeOf } from '../../../src/core/size-of';
import { openModel } from '../../../src/formats/model';
import { knownOperators } from '../../../src/formats/checkpoints/onnx/operators/table';
import { floats, integers, node, onnxFile, valueInfo, wave } from '../../support/onnx-file';
import { arrangements, folded } from './onnx-arrangements';
import { type Case, on, unary } from './onnx-case';
import { run, saved } from './onnx-opened';
import { positions } from './onnx-positions';
import { recurrences } from './onnx-recurrences';
import { resizes } from './onnx-resizes';
import { sequences } from './onnx-sequences';

// Every operator against ONNX Runtime on the same file.

const ROWS = 3;

const positive = { x: (i: number) => 0.2 + wave(i) ** 2 };
const image = [4, 7, 6];

const activations: Case[] = [
  ...[
    'Relu',
    'Selu',
    'Sigmoid',
    'Tanh',
    'Softplus',
    'Softsign',
    'HardSwish',
    'Mish',
    'Erf',
    'Neg',
    'Abs',
    'Exp',
    'Sin',
    'Cos',
    'Sign',
    'Identity',
    'Dropout',
    'LeakyRelu',
    'Elu',
    'Celu',
    'ThresholdedRelu',
    'HardSigmoid',
    'Softmax',
    'LogSoftmax',
    'Flatten',
  ].map((name) => unary(name)),
  ...['Log', 'Sqrt', 'Reciprocal'].map((name) => unary(name, {}, positive)),
  ...['LeakyRelu', 'Elu', 'Celu', 'ThresholdedRelu'].map((name) => unary(name, { alpha: { float: 0.3 } })),
  unary('Selu', { alpha: { float: 1.2 }, gamma: { float: 0.7 } }),
  unary('HardSigmoid', { alpha: { float: 0.7 }, beta: { float: 0.3 } }),
  unary('Swish', { alpha: { float: 1.3 } }, { opset: 24 }),
  unary('Gelu', {}, { opset: 20 }),
  unary('Gelu', { approximate: 'tanh' }, { opset: 20 }),
  unary('Softmax', { axis: 1 }),
  unary('Softmax', {}, { opset: 11 }),
  unary('Softmax', { axis: 2 }, { opset: 11 }),
  unary('LogSoftmax', { axis: 1 }, { opset: 11 }),
  unary('Clip', { min: { float: -0.3 }, max: { float: 0.5 } }, { opset: 6 }),
  on('Clip by inputs', [5], [node('Clip', ['x', 'low', 'high'])], {
    initializers: [floats('low', [], [0]), floats('high', [], [0.6])],
  }),
  on('Clip without a lower bound', [5], [node('Clip', ['x', '', 'high'])], {
    initializers: [floats('high', [], [0.2])],
  }),
  on('Pad beside a large number', [2, 3], [node('Pad', ['x', 'pads', 'low'])], {
    initializers: [integers('pads', [0, 1, 0, 0, 0, 2]), floats('low', [], [-1e9])],
  }),
  on('Pad along axes in another order', [2, 3], [node('Pad', ['x', 'pads', '', 'axes'])], {
    initializers: [integers('pads', [0, 1, 2, 0]), integers('axes', [2, 1])],
  }),
  on('PRelu', image, [node('PRelu', ['x', 'slope'])], { initializers: [floats('slope', [4, 1, 1])] }),
];

const conv = (
  what: string,
  attributes: Parameters<typeof node>[3],
  kernel: readonly number[],
  bias = true,
): Case =>
  on(`Conv ${what}`, image, [node('Conv', bias ? ['x', 'w', 'b'] : ['x', 'w'], 'y', attributes)], {
    initializers: [floats('w', kernel), ...(bias ? [floats('b', [kernel[0]])] : [])],
  });
const deconv = (what: string, attributes: Parameters<typeof node>[3], kernel: readonly number[]): Case =>
  on(`ConvTranspose ${what}`, image, [node('ConvTranspose', ['x', 'w', 'b'], 'y', attributes)], {
    initializers: [floats('w', kernel), floats('b', [kernel[1] * Number(attributes?.group ?? 1)])],
  });

const convolutions: Case[] = [
  conv('plain', {}, [5, 4, 3, 3]),
  conv(
    'strided, padded, dilated',
    { strides: [2, 1], pads: [1, 0, 2, 1], dilations: [1, 2] },
    [5, 4, 3, 2],
    false,
  ),
  conv('in groups', { group: 2, pads: [1, 1, 1, 1] }, [6, 2, 3, 3]),
  conv('SAME_UPPER', { auto_pad: 'SAME_UPPER', strides: [2, 2] }, [5, 4, 2, 3]),
  conv('SAME_LOWER', { auto_pad: 'SAME_LOWER', strides: [2, 2] }, [5, 4, 2, 3]),
  conv('VALID', { auto_pad: 'VALID' }, [5, 4, 3, 3]),
  on('Conv over one axis', [4, 9], [node('Conv', ['x', 'w'], 'y', { strides: [2] })], {
    initializers: [floats('w', [3, 4, 3])],
  }),
  deconv('plain', {}, [4, 3, 3, 2]),
  deconv('strided, padded', { strides: [2, 3], pads: [1, 0, 0, 1], output_padding: [1, 0] }, [4, 3, 3, 3]),
  deconv('in groups, dilated', { group: 2, dilations: [2, 1] }, [4, 3, 2, 3]),
  deconv('SAME_UPPER', { auto_pad: 'SAME_UPPER', strides: [2, 2] }, [4, 3, 3, 3]),
  deconv('to a shape', { output_shape: [15, 13], strides: [2, 2] }, [4, 3, 3, 3]),
];

const pool = (operator: string, attributes: Parameters<typeof node>[3]): Case =>
  on(`${operator} ${JSON.stringify(attributes)}`, image, [node(operator, ['x'], 'y', attributes)], {
    opset: 19,
  });

const poolings: Case[] = ['MaxPool', 'AveragePool'].flatMap((name) => [
  pool(name, { kernel_shape: [2, 3] }),
  pool(name, { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 1] }),
  pool(name, { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }),
  pool(name, { kernel_shape: [2, 2], strides: [3, 3], pads: [1, 1, 1, 1], ceil_mode: 1 }),
  pool(name, { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_LOWER' }),
]);
poolings.push(
  pool('AveragePool', { kernel_shape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 1], count_include_pad: 1 }),
  pool('GlobalAveragePool', {}),
  pool('GlobalMaxPool', {}),
);

const affine = [floats('g', [4]), floats('b', [4])];
const statistics = [floats('m', [4]), floats('v', [4], (i) => 0.5 + wave(i) ** 2)];
const normalizations: Case[] = [
  on(
    'BatchNormalization',
    image,
    [node('BatchNormalization', ['x', 'g', 'b', 'm', 'v'], 'y', { epsilon: { float: 1e-3 } })],
    { initializers: [...affine, ...statistics] },
  ),
  on('InstanceNormalization', image, [node('InstanceNormalization', ['x', 'g', 'b'])], {
    initializers: affine,
  }),
  on('LayerNormalization', [5, 4], [node('LayerNormalization', ['x', 'g', 'b'])], { initializers: affine }),
  on('LayerNormalization over two axes', [3, 4], [node('LayerNormalization', ['x', 'g'], 'y', { axis: 1 })], {
    initializers: [floats('g', [3, 4])],
  }),
  on('GroupNormalization', image, [node('GroupNormalization', ['x', 'g', 'b'], 'y', { num_groups: 2 })], {
    initializers: affine,
    opset: 21,
  }),
  unary('LpNormalization', { axis: 1, p: 2 }),
  on('RMSNormalization', [5, 4], [node('RMSNormalization', ['x', 'g'])], {
    initializers: [affine[0]],
    opset: 23,
  }),
];

const products: Case[] = [
  on(
    'Gemm',
    [4],
    [node('Gemm', ['x', 'w', 'b'], 'y', { transB: 1, alpha: { float: 0.5 }, beta: { float: 2 } })],
    { initializers: [floats('w', [3, 4]), floats('b', [3])] },
  ),
  on(
    'Gemm of a transpose',
    [4],
    [node('Transpose', ['x'], 't'), node('Gemm', ['t', 'w'], 'y', { transA: 1 })],
    { initializers: [floats('w', [4, 3])] },
  ),
  on('MatMul by a matrix', [5, 4], [node('MatMul', ['x', 'w'])], { initializers: [floats('w', [4, 3])] }),
  on('MatMul by a vector', [5, 4], [node('MatMul', ['x', 'w'])], { initializers: [floats('w', [4])] }),
  on('MatMul of a matrix from the left', [5, 4], [node('MatMul', ['w', 'x'])], {
    initializers: [floats('w', [3, 5])],
  }),
  on('MatMul of batches', [2, 5, 4], [node('MatMul', ['x', 'w'])], {
    initializers: [floats('w', [2, 4, 3])],
  }),
  on(
    'MatMul by itself',
    [5, 4],
    [node('Transpose', ['x'], 't', { perm: [0, 2, 1] }), node('MatMul', ['x', 't'])],
  ),
];

const reductions: Case[] = [
  ...[
    'ReduceMean',
    'ReduceSum',
    'ReduceMax',
    'ReduceMin',
    'ReduceL1',
    'ReduceL2',
    'ReduceSumSquare',
    'ReduceLogSumExp',
  ].flatMap((name) => [
    on(`${name} by an attribute`, [4, 5], [node(name, ['x'], 'y', { axes: [1, -1], keepdims: 0 })], {
      opset: 11,
    }),
    on(`${name} by an input`, [4, 5], [node(name, ['x', 'axes'])], {
      initializers: [integers('axes', [2])],
      opset: 18,
    }),
  ]),
  on('ReduceLogSum', [4, 5], [node('ReduceLogSum', ['x', 'axes'])], {
    initializers: [integers('axes', [1])],
    ...positive,
  }),
  on('ReduceMean of no axes', [4], [node('ReduceMean', ['x'], 'y', { noop_with_empty_axes: 1 })]),
];

const two = (operator: string, more: Partial<Case> = {}): Case =>
  on(operator, [4, 5], [node(operator, ['x', 'w'])], {
    initializers: [floats('w', [5], (i) => wave(i) + 2)],
    ...more,
  });
/** A mask from a comparison, used to choose. */
const masked = (operator: string): Case =>
  on(operator, [5], [node(operator, ['x', 'w'], 'm'), node('Where', ['m', 'x', 'w'])], {
    initializers: [floats('w', [5], (i) => wave(i + (i % 2)))],
  });
const elementwise: Case[] = [
  ...['Add', 'Sub', 'Mul', 'Div'].map((name) => two(name)),
  ...['Max', 'Min', 'Sum', 'Mean'].map((name) =>
    on(name, [4, 5], [node(name, ['x', 'w', 'z'])], {
      initializers: [floats('w', [5]), floats('z', [4, 1])],
    }),
  ),
  ...['Greater', 'Less', 'GreaterOrEqual', 'LessOrEqual', 'Equal'].map(masked),
  on(
    'Not, And, Or',
    [5],
    [
      node('Greater', ['x', 'zero'], 'p'),
      node('Less', ['x', 'half'], 'q'),
      node('And', ['p', 'q'], 'both'),
      node('Not', ['both'], 'n'),
      node('Or', ['n', 'p'], 'o'),
      node('Where', ['o', 'x', 'half']),
    ],
    { initializers: [floats('zero', [], [0]), floats('half', [], [0.5])] },
  ),
  on('Pow of tensors', [5], [node('Pow', ['x', 'w'])], { initializers: [floats('w', [5])], ...positive }),
  on('IsNaN', [5], [node('IsNaN', ['x'], 'm'), node('Where', ['m', 'half', 'x'])], {
    initializers: [floats('half', [], [0.5])],
    x: (i) => (i % 4 ? wave(i) : NaN),
  }),
  on('Pow', [5], [node('Pow', ['x', 'p'])], { initializers: [floats('p', [], [3])] }),
  on('Pow of a number', [5], [node('Pow', ['p', 'x'])], { initializers: [floats('p', [], [2.5])] }),
];

const between = { x: (i: number) => 0.9 * wave(i) };
const others: Case[] = [
  ...['Tan', 'Atan', 'Sinh', 'Cosh', 'Asinh', 'Floor', 'Ceil'].map((name) => unary(name)),
  ...['Asin', 'Acos', 'Atanh'].map((name) => unary(name, {}, between)),
  unary('Acosh', {}, { x: (i) => 1.2 + wave(i) ** 2 }),
  on(
    'Xor',
    [5],
    [
      node('Greater', ['x', 'low'], 'p'),
      node('Less', ['x', 'high'], 'q'),
      node('Xor', ['p', 'q'], 'o'),
      node('Where', ['o', 'x', 'high']),
    ],
    { initializers: [floats('low', [], [0]), floats('high', [], [0.5])] },
  ),
  on('Einsum', [3, 4], [node('Einsum', ['x', 'w'], 'y', { equation: 'bij,jk->bik' })], {
    initializers: [floats('w', [4, 2])],
  }),
  on('ReduceProd', [4, 3], [node('ReduceProd', ['x', 'axes'])], {
    initializers: [integers('axes', [1, 2])],
    opset: 18,
  }),
  on('CumSum', [4, 3], [node('CumSum', ['x', 'axis'])], { initializers: [integers('axis', [1], [])] }),
  on('CumSum from the end', [4, 3], [node('CumSum', ['x', 'axis'], 'y', { exclusive: 1, reverse: 1 })], {
    initializers: [integers('axis', [-1], [])],
  }),
  on('Trilu', [4, 3], [node('Trilu', ['x', 'k'], 'y', { upper: 0 })], {
    initializers: [integers('k', [1], [])],
  }),
  on('Trilu of a mask', [4, 4], [node('Trilu', ['m'], 'u', { upper: 1 }), node('Mul', ['x', 'u'])], {
    initializers: [floats('m', [4, 4])],
  }),
  ...['reflect', 'edge', 'wrap'].map((mode) =>
    on(`Pad by ${mode}`, [4, 5], [node('Pad', ['x', 'p'], 'y', { mode })], {
      opset: 19,
      initializers: [integers('p', [0, 2, 1, 0, 1, 3])],
    }),
  ),
];

const cases = [
  ...positions,
  ...recurrences,
  ...resizes,
  ...sequences,
  ...others,
  ...activations,
  ...convolutions,
  ...poolings,
  ...normalizations,
  ...products,
  ...reductions,
  ...elementwise,
  ...arrangements,
  ...folded,
];

describe('ONNX operators against ONNX Runtime', () => {
  for (const { what, row = [4], x = wave, ...model } of cases) {
    it(what, async () => {
      const bytes = onnxFile({ inputs: [valueInfo('x', ['rows', ...row])], ...model });
      const data = Float32Array.from({ length: ROWS * sizeOf(row) }, (_, i) => x(i));
      const session = await ort.InferenceSession.create(bytes, { logSeverityLevel: 4 });
      const { y } = await session.run({ x: new ort.Tensor('float32', data, [ROWS, ...row]) });
      await session.release();
      const { model: own } = await openModel(saved(bytes));
      const { shape, values } = await run(own, data, ROWS);
      if (y.dims.length > 1) assert.deepEqual(shape, y.dims);
      assert.equal(values.length, y.data.length);
      Array.from(values).forEach((value, i) => {
        const expected = Number(y.data[i]);
        assert.ok(
          Math.abs(value - expected) <= 2e-5 * Math.max(1, Math.abs(expected)),
          `${value}, not ${expected}`,
        );
      });
    });
  }

  it('covers every known operator', () => {
    const covered = new Set(cases.flatMap(({ nodes }) => nodes.map(({ opType }) => opType)));
    assert.deepEqual(
      knownOperators().filter((name) => !covered.has(name)),
      [],
    );
  });
});
