import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Graph } from '../../../src/autodiff/graph';
import { add, matmul, mul, reduceSum } from '../../../src/autodiff/operations';
import { buildProgram } from '../../../src/autodiff/program';
import type { Executable } from '../../../src/backends/backend';
import { asMemoryError, lanesThatFit } from '../../../src/lanes/lane-memory';
import { CompiledPrograms } from '../../../src/lanes/compiled';
import { peakLiveBytes, rowBytes } from '../../../src/autodiff/live-bytes';
import type { PackedProgram } from '../../../src/lanes/packed-program';
import { UserError } from '../../../src/core/errors';

test('as many lanes as have room, and a sentence where there is none for one', () => {
  assert.equal(lanesThatFit(0, 1, 1e9), 6);
  assert.equal(lanesThatFit(1e9, 1, 6e9), 2);
  assert.equal(lanesThatFit(1e9, 1, 3.5e9), 1);
  assert.throws(() => lanesThatFit(4e9, 1, 3.5e9), /a single row of these data needs about 8\.6 GB/);
  assert.throws(() => lanesThatFit(4e9, 30, 3.5e9), /with 30 rows of these data needs about 8\.6 GB/);
});

/** A wide last layer: its weights make the peak while there are few rows, what it gives does when there are many. */
function wide(rows: number) {
  const graph = new Graph();
  const kernel = graph.input('kernel', [16, 1000]);
  const squares = add(mul(kernel, kernel), add(kernel, kernel));
  const given = matmul(graph.input('x', [rows, 16]), kernel);
  return buildProgram({ loss: add(reduceSum(mul(given, given)), reduceSum(squares)) });
}

test('rows cost what they cost where there are many of them', () => {
  const [one, two] = [1, 2].map((rows) => peakLiveBytes(wide(rows)));
  const needed = rowBytes(wide, 1024);
  assert.ok(two - one < 1000, 'among two rows the weights hide them');
  assert.ok(needed.more > 4000, `a row costs ${needed.more}`);
  for (const rows of [3, 20, 400, 1024])
    assert.ok(needed.one + (rows - 1) * needed.more >= peakLiveBytes(wide(rows)));
});

test('what says that memory is at its end becomes a sentence with how much it takes', () => {
  for (const said of ['std::bad_alloc', 'Array buffer allocation failed', 'Failed to allocate memory for 9'])
    assert.throws(
      () => {
        throw asMemoryError(new Error(said), 1e9);
      },
      { name: 'UserError', message: /^Computing this network needs about 2\.6 GB of memory/ },
    );
  const other = new Error('no such operator');
  assert.equal(asMemoryError(other, 1e9), other);
  const user = new UserError('out of memory');
  assert.equal(asMemoryError(user, 1e9), user);
});

test('programs that have not run for longest are given up, and compiled again when it is their turn', async () => {
  const log: string[] = [];
  const shapes = new Map<PackedProgram, string>();
  const programs = new CompiledPrograms(
    100_000,
    (shape) => {
      const name = shapes.get(shape)!;
      log.push(`compile ${name}`);
      const dispose = () => Promise.resolve(void log.push(`dispose ${name}`));
      return Promise.resolve<Executable>({ run: () => Promise.resolve([]), dispose });
    },
    (key) => log.push(`released ${key}`),
  );
  for (const name of ['a', 'b', 'c']) {
    const graph = new Graph();
    const x = graph.input(name, [10_000]);
    const program: PackedProgram = { program: buildProgram({ x }), vectors: {}, sums: {}, rows: [] };
    shapes.set(program, name);
    await programs.define(name, program);
  }
  assert.deepEqual(log.splice(0), ['compile a', 'compile b', 'compile c']);
  await programs.get('a');
  assert.deepEqual(log.splice(0), []);
  const graph = new Graph();
  const large = { program: buildProgram({ x: graph.input('x', [20_000]) }), vectors: {}, sums: {}, rows: [] };
  shapes.set(large, 'large');
  await programs.define('large', large);
  assert.deepEqual(log.splice(0), ['released b', 'dispose b', 'compile large']);
  await programs.get('b');
  assert.deepEqual(log.splice(0), ['released c', 'dispose c', 'released a', 'dispose a', 'compile b']);
});
