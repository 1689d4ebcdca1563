import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { promisify } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { Graph } from '../../../src/autodiff/graph';
import { broadcast, exp, gather, matmul, mul, reduceSum, reshape } from '../../../src/autodiff/operations';
import { buildProgram } from '../../../src/autodiff/program';
import { TfjsBackend } from '../../../src/backends/tfjs/tfjs';
import { convolutional, curvatureProgram } from '../../support/curvature-programs';
import { tensorflowPath, withoutAddon } from '../../support/tensorflow-addon';

for (const name of ['cpu', 'wasm', 'tensorflow'] as const) {
  const options = { skip: name === 'tensorflow' && withoutAddon };
  const open = () => TfjsBackend.open(name, { tensorflowPath });

  test(`${name} says what it is`, options, async () => {
    const { name: own, precision, versions } = await open();
    assert.deepEqual([own, precision], [name, 'float32']);
    assert.ok(Object.keys(versions).length === 2);
    for (const version of Object.values(versions)) assert.match(version, /^\d+\.\d+\.\d+/);
  });

  test(`${name}: leaves and one value twice can be outputs, each an array of its own`, options, async () => {
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
    const executable = await (await open()).compile(program);
    const feed = Float32Array.of(0, 1);
    const outputs = await executable.run({ x: feed, unused: Float32Array.of(1) });
    assert.deepEqual(outputs.slice(0, 4), [
      feed,
      Int32Array.of(1, 2, 3),
      Float32Array.of(0.5, 0.5, 0.5, 0.5),
      Float32Array.of(0, 1, 0, 1),
    ]);
    assert.deepEqual(outputs[4], outputs[5]);
    for (const output of outputs) output[0] = 7;
    assert.equal(feed[0], 0);
    assert.deepEqual((await executable.run({ x: feed })).slice(1, 2), [Int32Array.of(1, 2, 3)]);
    await executable.dispose();
  });

  test(
    `${name}: float64 feeds are rounded; what is missing, of another length or type is refused by name`,
    options,
    async () => {
      const graph = new Graph();
      const table = graph.input('table', [3, 2]);
      const rows = graph.input('rows', [2], 'int32');
      const executable = await (await open()).compile(buildProgram({ y: gather(table, rows) }));
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
    },
  );

  test(
    `${name}: no tensor outlives its run, a failed one included, nor a constant its executable`,
    options,
    async () => {
      const backend = await open();
      const { program, feeds } = curvatureProgram(convolutional, 2);
      const before = tf.memory().numTensors;
      const executable = await backend.compile(program);
      const compiled = tf.memory().numTensors;
      await executable.run(feeds);
      assert.equal(tf.memory().numTensors, compiled);
      const { labels: _, ...rest } = feeds;
      await assert.rejects(executable.run(rest), /"labels" was not fed/);
      assert.equal(tf.memory().numTensors, compiled);
      await executable.dispose();
      const graph = new Graph();
      const constant = graph.constant(Float64Array.of(1, 2), [2]);
      const other = await backend.compile(buildProgram({ y: reshape(mul(constant, constant), [2, 1]) }));
      assert.deepEqual(await other.run({}), [Float32Array.of(1, 4)]);
      assert.equal(tf.memory().numTensors, before + 1);
      await other.dispose();
      assert.equal(tf.memory().numTensors, before);
    },
  );

  test(`${name} prints nothing`, options, async () => {
    const script = `
      const { Graph } = require('./src/autodiff/graph');
      const { conv } = require('./src/autodiff/operations');
      const { buildProgram } = require('./src/autodiff/program');
      const { TfjsBackend } = require('./src/backends/tfjs/tfjs');
      (async () => {
        const graph = new Graph();
        const options = { strides: [1], padding: [[0, 0]], dilations: [1], groups: 1 };
        const y = conv(graph.input('x', [1, 1, 4]), graph.input('k', [1, 1, 2]), options);
        const backend = await TfjsBackend.open('${name}', { tensorflowPath: ${JSON.stringify(tensorflowPath)} });
        const executable = await backend.compile(buildProgram({ y }));
        await executable.run({ x: new Float32Array(4), k: new Float32Array(2) });
      })();`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script]);
    assert.equal(stdout + stderr, '');
  });
}

test('wasm refuses what its address space cannot hold, before it is overwritten', async () => {
  const graph = new Graph();
  const square = matmul(graph.input('column', [20_000, 1]), graph.input('row', [1, 20_000]));
  const backend = await TfjsBackend.open('wasm', {});
  const executable = await backend.compile(buildProgram({ sum: reduceSum(square) }));
  await assert.rejects(
    executable.run({ column: new Float32Array(20_000), row: new Float32Array(20_000) }),
    /does not fit into the 4 GB of WebAssembly/,
  );
  await executable.dispose();
});

test('a folder without tfjs-node is named', async () => {
  await assert.rejects(
    TfjsBackend.open('tensorflow', { tensorflowPath: tmpdir() }),
    new RegExp(`${tmpdir()} holds no @tensorflow/tfjs-node`),
  );
});
