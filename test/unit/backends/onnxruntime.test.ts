import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { Graph } from '../../../src/autodiff/graph';
import {
  add,
  broadcast,
  exp,
  gather,
  mul,
  reshape,
  scatterAdd,
  tanh,
} from '../../../src/autodiff/operations';
import { buildProgram } from '../../../src/autodiff/program';
import { Emission } from '../../../src/backends/onnxruntime/emission';
import { standardOps } from '../../../src/backends/onnxruntime/emit/table';
import { OnnxRuntimeBackend } from '../../../src/backends/onnxruntime/onnxruntime';
import type { Keeper, Kept, Part } from '../../../src/backends/backend';
import { convolutional, curvatureProgram } from '../../support/curvature-programs';
import { onnx } from '../../../src/onnx/generated/onnx';

const backend = OnnxRuntimeBackend.open({ threads: 2 });

test('says what it is', async () => {
  const { name, precision, versions } = await backend;
  assert.deepEqual([name, precision], ['onnxruntime', 'float32']);
  assert.match(versions['onnxruntime-node'], /^\d+\.\d+\.\d+/);
});

test('an input, a constant, a fill and one value twice can be outputs, each an array of its own', async () => {
  const graph = new Graph();
  const x = graph.input('x', [2]);
  const y = exp(x);
  const program = buildProgram({
    x,
    constant: graph.constant(Int32Array.of(1, 2, 3), [3]),
    fill: graph.fill(0.5, [2, 2]),
    row: broadcast(x, [2, 2]),
    y,
    again: y,
  });
  const executable = await (await backend).compile(program);
  const feed = Float32Array.of(0, 1);
  const outputs = await executable.run({ x: feed, unused: Float32Array.of(1) });
  await executable.dispose();
  assert.deepEqual(outputs.slice(0, 4), [
    feed,
    Int32Array.of(1, 2, 3),
    Float32Array.of(0.5, 0.5, 0.5, 0.5),
    Float32Array.of(0, 1, 0, 1),
  ]);
  assert.deepEqual(outputs[4], outputs[5]);
  outputs[4][0] = 7;
  assert.equal(outputs[5][0], 1);
  outputs[0][0] = 7;
  assert.equal(feed[0], 0);
});

test('feeds: float64 is rounded; what is missing, of another length or type is refused by name', async () => {
  const graph = new Graph();
  const table = graph.input('table', [3, 2]);
  const rows = graph.input('rows', [2], 'int32');
  const executable = await (await backend).compile(buildProgram({ y: gather(table, rows) }));
  const good = { table: Float64Array.of(0, 1, 2, 3, 4, 0.1), rows: Int32Array.of(2, 0) };
  assert.deepEqual(await executable.run(good), [Float32Array.of(4, 0.1, 0, 1)]);
  await assert.rejects(executable.run({ table: good.table }), /"rows" was not fed/);
  await assert.rejects(
    executable.run({ ...good, rows: Int32Array.of(1) }),
    /"rows" takes \[2\], not 1 values/,
  );
  await assert.rejects(executable.run({ ...good, rows: Float32Array.of(1, 2) }), /"rows" takes int32/);
  await assert.rejects(executable.run({ ...good, table: new Int32Array(6) }), /"table" takes floats/);
  await executable.dispose();
});

test('many updates of the same row give the same digits every time', async () => {
  const graph = new Graph();
  const updates = graph.input('updates', [20_000, 8]);
  const executable = await (
    await backend
  ).compile(buildProgram({ table: scatterAdd(updates, graph.input('rows', [20_000], 'int32'), 3) }));
  const feeds = {
    updates: Float32Array.from({ length: 160_000 }, (_, i) => Math.sin(i)),
    rows: Int32Array.from({ length: 20_000 }, (_, i) => i % 3),
  };
  const [first] = await executable.run(feeds);
  for (let i = 0; i < 5; i++) assert.deepEqual((await executable.run(feeds))[0], first);
  const expected = feeds.updates.reduce(
    (sum, value, i) => (i % 8 === 0 && (i / 8) % 3 === 0 ? sum + value : sum),
    0,
  );
  assert.ok(Math.abs(first[0] - expected) < 1e-2);
  await executable.dispose();
});

test('a value repeated along an axis is never written out for an operator that broadcasts', () => {
  const graph = new Graph();
  const x = graph.input('x', [64, 32]);
  const bias = graph.input('bias', [32]);
  const { parts } = new Emission(
    buildProgram({ y: mul(tanh(add(x, bias)), 3), z: reshape(bias, [1, 32]) }),
  ).run(standardOps);
  const operators = onnx.ModelProto.decode(parts[0].bytes).graph!.node!.map((node) => node.opType);
  assert.deepEqual(operators, ['Add', 'Tanh', 'Mul', 'Reshape']);
});

test('prints nothing, whatever a machine lacks', async () => {
  const script = `
    const { Graph } = require('./src/autodiff/graph');
    const { conv } = require('./src/autodiff/operations');
    const { buildProgram } = require('./src/autodiff/program');
    const { OnnxRuntimeBackend } = require('./src/backends/onnxruntime/onnxruntime');
    (async () => {
      const graph = new Graph();
      const options = { strides: [1], padding: [[0, 0]], dilations: [1], groups: 1 };
      const y = conv(graph.input('x', [1, 1, 4]), graph.input('k', [1, 1, 2]), options);
      const executable = await (await OnnxRuntimeBackend.open({ threads: 1 })).compile(buildProgram({ y }));
      await executable.run({ x: new Float32Array(4), k: new Float32Array(2) });
    })();`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script]);
  assert.equal(stdout + stderr, '');
});

test('a program cut by what changes gives the digits of the whole, kept, not kept and without room', async () => {
  const { program, feeds } = curvatureProgram(convolutional, 2);
  const partOf = (name: string): Part =>
    name.startsWith('w') ? 'point' : name.startsWith('v') ? 'vectors' : 'chunk';
  const whole = await (await backend).compile(program);
  const cut = await (await backend).compile(program, partOf);
  const expected = await whole.run(feeds);
  const kept = new Map<Part, Kept>();
  const keeper = (hasRoom: boolean): Keeper => ({
    hasRoom,
    recall: (part) => kept.get(part),
    keep: (part, values) => void kept.set(part, values),
  });
  for (const hasRoom of [false, true, true]) {
    const outputs = await cut.run(feeds, keeper(hasRoom));
    assert.deepEqual(outputs, expected);
    // What is handed out belongs to the caller.
    outputs.forEach((values) => values.fill(0));
    assert.deepEqual([...kept.keys()].sort(), hasRoom ? ['chunk', 'point', 'vectors'] : []);
  }
  assert.ok([...kept.values()].every(({ bytes }) => bytes > 0));
  const other = Object.fromEntries(
    Object.entries(feeds).map(([name, values]) => [
      name,
      name.startsWith('v') ? values.map((x) => 2 * x) : values,
    ]),
  );
  kept.delete('vectors');
  assert.deepEqual(await cut.run(other, keeper(true)), await whole.run(other));
  // A chunk's data are not asked for again: whoever feeds them need not make them.
  const asked = Object.fromEntries(Object.entries(other).filter(([name]) => partOf(name) !== 'chunk'));
  assert.ok(Object.keys(asked).length < Object.keys(other).length);
  assert.deepEqual(await cut.run(asked, keeper(true)), await whole.run(other));
  await Promise.all([whole.dispose(), cut.dispose()]);
});
