import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Graph } from '../../../src/autodiff/graph';
import * as ops from '../../../src/autodiff/operations';
import { buildProgram } from '../../../src/autodiff/program';
import { blockSize } from '../../../src/backends/onnxruntime/blocked/probe';
import { blockedOps } from '../../../src/backends/onnxruntime/blocked/table';
import { Emission } from '../../../src/backends/onnxruntime/emission';
import { OnnxRuntimeBackend } from '../../../src/backends/onnxruntime/onnxruntime';
import { onnx } from '../../../src/onnx/generated/onnx';
import { type PrimitiveCase, agreesWithReference } from '../../support/primitive-cases';

// Convolutions in blocks of channels: channel counts on both sides of a block, rows that do and do not fill one.

const skip = async () => (await blockSize()) === undefined && 'no blocked kernels on this machine';

const channels = fc.constantFrom(3, 8, 12, 16, 17, 20, 32);
const axis = fc.record({
  window: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  dilation: fc.integer({ min: 1, max: 2 }),
  before: fc.integer({ min: 0, max: 2 }),
  after: fc.integer({ min: 0, max: 2 }),
  extra: fc.integer({ min: 0, max: 3 }),
});

/** Two convolutions with all that stays in blocks between them, and something that does not. */
const cases = fc
  .tuple(fc.constantFrom(1, 5, 9, 16, 17), channels, channels, axis, axis, fc.nat({ max: 5 }))
  .map(([rows, inputs, outputs, h, w, kind]): PrimitiveCase => {
    const space = [h, w];
    const x = [rows, inputs, ...space.map((a) => (a.window - 1) * a.dilation + 1 + a.extra)];
    return {
      shapes: [x, [outputs, inputs, h.window, w.window], [outputs, 1, 1], [outputs, outputs, 1, 1]],
      // Away from the kinks that rounding could cross.
      build: ([input, kernel, bias, point]) => {
        const y = ops.conv(input, kernel, {
          strides: space.map((a) => a.stride),
          padding: space.map((a) => [a.before, a.after] as const),
          dilations: space.map((a) => a.dilation),
          groups: 1,
        });
        const shifted = ops.tanh(kind % 2 ? ops.add(y, bias) : ops.add(ops.mul(bias, y), y));
        const scaled = ops.mul(shifted, ops.reshape(ops.reduceSum(bias), [1, 1, 1]));
        const again = ops.conv(scaled, point, {
          strides: [1, 1],
          padding: [
            [0, 0],
            [0, 0],
          ],
          dilations: [1, 1],
          groups: 1,
        });
        const sum = ops.add(again, kind < 3 ? shifted : scaled);
        if (kind === 0) return ops.reduceMean(sum, [2, 3]);
        if (kind === 1) return ops.transpose(sum, [0, 2, 3, 1]);
        if (kind === 2) return ops.reduceSum(sum, [0, 2]);
        return ops.mul(0.2, ops.sub(sum, ops.select(ops.greater(sum, 0), ops.mul(sum, sum), sum)));
      },
      place: (value, position) => 0.3 * value + 0.001 * (position % 7),
    };
  });

test('convolutions and what is between them, as the reference, with their derivatives', async (t) => {
  const reason = await skip();
  if (reason) return t.skip(reason);
  const native = await OnnxRuntimeBackend.open({ threads: 2 });
  await fc.assert(
    fc.asyncProperty(cases, fc.integer({ min: 1, max: 1e6 }), (each, seed) =>
      agreesWithReference(native, each, seed),
    ),
    { seed: 5, numRuns: 60 },
  );
});

/** The operators of a convolution, a bias, an addend and a maximum in a model of blocks of 16. */
function operators(inputs: number, outputs: number): string[] {
  const graph = new Graph();
  const y = ops.conv(graph.input('x', [2, inputs, 5, 5]), graph.input('k', [outputs, inputs, 3, 3]), {
    strides: [1, 1],
    padding: [
      [1, 1],
      [1, 1],
    ],
    dilations: [1, 1],
    groups: 1,
  });
  const z = ops.add(
    ops.add(y, graph.input('bias', [outputs, 1, 1])),
    graph.input('addend', [2, outputs, 5, 5]),
  );
  const { parts } = new Emission(buildProgram({ y: ops.relu(z) })).run(blockedOps(16));
  const nodes = onnx.ModelProto.decode(parts[0].bytes).graph!.node!;
  return nodes
    .map(({ opType, domain }) => (domain ? `blocked ${opType}` : opType!))
    .filter((name) => !['Reshape', 'Transpose'].includes(name));
}

test('bias and addend are part of the convolution; fewer channels than a block are read in plain order', () => {
  assert.deepEqual(operators(32, 16), [
    'blocked ReorderInput',
    'blocked ReorderInput',
    'blocked Conv',
    'Relu',
    'blocked ReorderOutput',
  ]);
  assert.deepEqual(operators(3, 16), [
    'blocked ReorderInput',
    'blocked Conv',
    'Relu',
    'blocked ReorderOutput',
  ]);
});

test('channels that fill no block are filled up with zeros, or left to the standard operators', () => {
  assert.deepEqual(operators(20, 28), [
    'blocked ReorderInput',
    'Pad',
    'blocked Conv',
    'blocked ReorderOutput',
    'Add',
    'Add',
    'Relu',
  ]);
  assert.deepEqual(operators(3, 5), ['Conv', 'Add', 'Relu']);
});

test('says how it convolves', async () => {
  const block = await blockSize();
  const [chosen, standard] = await Promise.all([
    OnnxRuntimeBackend.open({ threads: 1 }),
    OnnxRuntimeBackend.open({ threads: 1, convolution: 'standard' }),
  ]);
  assert.equal(chosen.versions.convolution, block === undefined ? 'standard' : `blocked ${block}`);
  assert.equal(standard.versions.convolution, 'standard');
});
