import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDerivatives } from '../../support/differences';
import { floats, integers, node, onnxFile, valueInfo } from '../../support/onnx-file';
import { opened, refusal, run } from './onnx-opened';
import { positions } from './onnx-positions';

const ROWS = 3;

for (const { what, row = [], x: _, ...model } of positions)
  test(`${what}: derivatives in the data and in the weights against differences`, async () => {
    const own = await opened({ inputs: [valueInfo('x', ['rows', ...row])], ...model });
    await checkDerivatives(
      {
        shapes: [[ROWS, ...row], ...own.tensors.map(({ shape }) => shape)],
        build: ([x, ...tensors], graph) =>
          own.apply(graph, new Map(own.tensors.map(({ name }, i) => [name, tensors[i]])), [x])[0],
      },
      5,
    );
  });

const INT64 = 7;

test('elements, slices and marks at indices of the data', async () => {
  const inputs = [valueInfo('x', ['rows', 2], INT64)];
  const values = [0.5, -1, 2, 3, -0.25];
  const expand = [
    node('Shape', ['x'], 'rows', { start: 0, end: 1 }),
    node('Constant', [], 'five', { value_ints: [5] }),
    node('Concat', ['rows', 'five'], 'extents', { axis: 0 }),
    node('Expand', ['w', 'extents'], 'table'),
  ];
  const indices = Float32Array.of(4, 0, 2, 2, 1, 3);
  const w = floats('w', [1, 5], values);
  const elements = await opened({
    inputs,
    nodes: [...expand, node('GatherElements', ['table', 'x'], 'y', { axis: 1 })],
    initializers: [w],
  });
  const expected = Array.from(indices, (index) => values[index]);
  assert.deepEqual(Array.from((await run(elements, indices, ROWS)).values), expected);
  const slices = await opened({
    inputs,
    nodes: [node('Unsqueeze', ['x', 'last'], 'i'), node('GatherND', ['w', 'i'])],
    initializers: [floats('w', [5], values), integers('last', [-1])],
  });
  assert.deepEqual(Array.from((await run(slices, indices, ROWS)).values), expected);
  const marks = await opened({
    inputs,
    nodes: [node('OneHot', ['x', 'depth', 'values'], 'h'), node('MatMul', ['h', 'w'])],
    initializers: [integers('depth', [5], []), floats('values', [2], [0, 1]), floats('w', [5, 1], values)],
  });
  assert.deepEqual(Array.from((await run(marks, indices, ROWS)).values), expected);
});

test('what is not supported is said', async () => {
  const scatter = (i: readonly number[], reduction: string) =>
    refusal(
      onnxFile({
        inputs: [valueInfo('x', ['rows', 4])],
        nodes: [
          node('Transpose', ['x'], 't'),
          node('Gather', ['t', 'two'], 'u'),
          node('ScatterND', ['t', 'i', 'u'], 's', { reduction }),
          node('Transpose', ['s']),
        ],
        initializers: [integers('i', i, [2, 1]), integers('two', [0, 1])],
      }),
    );
  assert.match(
    await scatter([1, 2], 'mul'),
    /ScatterND.*the reduction "mul" is not supported, only "add"\.$/,
  );
  assert.match(await scatter([1, 1], 'none'), /ScatterND.*two of its updates go to one place\.$/);
  assert.match(await scatter([1, 4], 'none'), /ScatterND.*an index is outside an axis of 4\.$/);
});
