import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Graph } from '../../../src/autodiff/graph';
import { mul, reduceSum } from '../../../src/autodiff/operations';
import { type Program, buildProgram } from '../../../src/autodiff/program';
import type { Backend, Executable } from '../../../src/backends/backend';
import type { BackendChoice } from '../../../src/backends/choice';
import { ReferenceBackend } from '../../../src/backends/reference/reference';
import { LocalChannel } from '../../../src/lanes/in-process';
import { ComputeEnded, DeviceEnded, type Lane } from '../../../src/lanes/lane';
import type { PackedProgram } from '../../../src/lanes/packed-program';
import { LanePool } from '../../../src/lanes/pool';
import type { LaneReplies, LaneRequest } from '../../../src/lanes/protocol';
import { WarmLanes } from '../../../src/lanes/warm';
import { LaneWorker } from '../../../src/lanes/worker';

const choice: BackendChoice = { names: ['webgpu'], threads: 1 };

/** The sum of w x over three rows. */
function sumOfProducts(): PackedProgram {
  const graph = new Graph();
  const x = graph.input('x/0', [3, 2]);
  const w = graph.input('theta/w', [2]);
  const program = buildProgram({ sum: reduceSum(mul(x, w), [0]) });
  return {
    program,
    vectors: { theta: [{ port: 'theta/w', offset: 0, length: 2 }] },
    sums: { total: [{ port: 'sum', offset: 0, length: 2 }] },
    rows: [],
  };
}

/** A graphics processor that does so much before it is lost. */
class FailingDevice implements Backend {
  readonly name = 'webgpu';
  readonly precision = 'float32';
  readonly versions = {};
  private readonly plain = new ReferenceBackend();

  constructor(private readonly runs: number) {}

  async compile(program: Program): Promise<Executable> {
    const { plain, runs } = this;
    const executable = await plain.compile(program);
    let done = 0;
    return {
      nodes: 7,
      run: (...given) => {
        if (done++ >= runs)
          return Promise.reject(new Error('device lost: it was pulled out\n  at some.cc:12'));
        return executable.run(...given);
      },
      dispose: () => Promise.reject(new Error('the device is gone')),
    };
  }
}

function laneThatFailsAfter(runs: number, asked: BackendChoice[] = []): Lane {
  const create = (given: BackendChoice): Promise<Backend> => {
    asked.push(given);
    return Promise.resolve(given.names[0] === 'webgpu' ? new FailingDevice(runs) : new ReferenceBackend());
  };
  return new LocalChannel<LaneRequest, LaneReplies>(new LaneWorker(() => 0, create));
}

async function poolOf(lane: Lane): Promise<LanePool> {
  const pool = await LanePool.open(new WarmLanes(() => lane, 0), 1, choice);
  await pool.define('products', sumOfProducts());
  await pool.holdVectors({ theta: Float64Array.of(2, -1) });
  for (const i of [0, 1, 2]) {
    const x = Float64Array.from({ length: 6 }, (_, k) => k + i);
    await pool.holdChunk(i, `chunk/${i}`, () => ({
      values: { 'x/0': x, weights: Float64Array.of(1, 1, 1) },
      bytes: {},
    }));
  }
  return pool;
}

const chunks = [0, 1, 2].map((i) => ({ key: `chunk/${i}`, validRows: 3 }));
const total = Float64Array.of(2 * (6 + 9 + 12), -(9 + 12 + 15));

test('a device says how many operators it has', async () => {
  const pool = await poolOf(laneThatFailsAfter(Infinity));
  assert.equal(pool.opened.placed, undefined, 'nothing has run yet');
  assert.deepEqual((await pool.run('products', chunks, undefined)).sums.total, total);
  assert.deepEqual(pool.opened.placed, { device: 7, processor: 0 });
});

test('what a lost device leaves undone is done on the processor, with the same sums', async () => {
  const asked: BackendChoice[] = [];
  const pool = await poolOf(laneThatFailsAfter(1, asked));
  assert.deepEqual(
    (await pool.run('products', chunks, undefined)).sums.total,
    total,
    'from its second chunk on',
  );
  assert.deepEqual((await pool.run('products', chunks, undefined)).sums.total, total);
  assert.equal(asked.length, 2, 'once');
  assert.ok(!asked[1].names.includes('webgpu'));
  const { placed } = pool.opened;
  assert.equal(placed?.device, 7);
  assert.match(placed.lost ?? '', /^device lost: it was pulled out/);
  assert.ok(pool.isAlive);
});

test('a process that dies with its device is told from one that dies without', async () => {
  const dying = (backend: string): Lane => ({
    isAlive: true,
    kill: () => undefined,
    request: ({ type }: LaneRequest) =>
      type === 'open'
        ? Promise.resolve({ backend, precision: 'float32', versions: {} } as never)
        : Promise.reject(new ComputeEnded('it ended')),
  });
  const end = async (backend: string) => {
    const pool = await LanePool.open(new WarmLanes(() => dying(backend), 0), 1, choice);
    return pool.holdVectors({}).then(
      () => undefined,
      (error: unknown) => error,
    );
  };
  assert.ok((await end('webgpu')) instanceof DeviceEnded);
  const other = await end('onnxruntime');
  assert.ok(other instanceof ComputeEnded && !(other instanceof DeviceEnded));
});
