import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ComputeEnded, type Lane } from '../../../src/lanes/lane';
import { type LaneSource, LanePool } from '../../../src/lanes/pool';
import type { ChunkValues, LaneRequest, Values } from '../../../src/lanes/protocol';

/**
 * Lanes that hold what they are given and give, for a chunk's number c and theta t, the sum c / 3 * t and the row c: real
 * arithmetic, so that what is lost, doubled or added in another order shows. A lane ends when it has run so often.
 */
class Lanes implements LaneSource {
  readonly lost: NonNullable<LaneSource['lost']> | undefined;
  private made = 0;

  constructor(
    private readonly runs: readonly number[],
    mayLose = true,
  ) {
    this.lost = mayLose ? (_, reason) => `lost: ${reason}` : undefined;
  }

  take(): Lane {
    let left = this.runs[this.made++];
    let theta = NaN;
    let sum = 0;
    const chunks = new Map<string, number>();
    const hold = (values: Values) => void (theta = values.theta[0]);
    const answer = (request: LaneRequest): unknown => {
      if (request.type === 'vectors') hold(request.values);
      if (request.type === 'chunk') chunks.set(request.key, request.chunk.values.weights[0]);
      if (request.type === 'collect') {
        const sums = { gradient: Float64Array.of(sum) };
        sum = 0;
        return { sums, peakMemoryBytes: 1 };
      }
      if (request.type !== 'run') return { backend: 'reference' };
      if (request.vectors) hold(request.vectors);
      const value = chunks.get(request.chunk)!;
      if (request.accumulate) sum += (value / 3) * theta;
      const sums = request.accumulate ? {} : { gradient: Float64Array.of((value / 3) * theta) };
      return { sums, rows: { losses: Float64Array.of(value * theta) } };
    };
    const lane = {
      isAlive: true,
      kill: () => void (lane.isAlive = false),
      async request(request: LaneRequest): Promise<unknown> {
        await Promise.resolve();
        if (request.type === 'run' && left-- <= 0) lane.isAlive = false;
        if (!lane.isAlive) throw new ComputeEnded('gone');
        return answer(request);
      },
    };
    return lane as unknown as Lane;
  }

  giveBack(): Promise<void> {
    return Promise.resolve();
  }
}

const CHUNKS = Array.from({ length: 7 }, (_, i) => ({ key: `train/${i}`, validRows: 1 }));
const at = (theta: number): Values => ({ theta: Float64Array.of(theta) });

/** A gradient twice, and the rows at three points. */
async function figures(source: LaneSource, lanes: number) {
  const pool = await LanePool.open(source, lanes, { names: ['reference'], threads: 1 });
  for (const [i, { key }] of CHUNKS.entries())
    await pool.holdChunk(i, key, (): ChunkValues => ({
      values: { weights: Float64Array.of(Math.sin(i + 1)) },
      bytes: {},
    }));
  await pool.holdVectors(at(0.7));
  const first = await pool.run('gradient', CHUNKS, undefined);
  const made = (rows: object) => rows as never;
  const rows = await pool.rowsAt('value', [at(1), at(2), at(3)], [{ chunks: CHUNKS, made }], undefined);
  await pool.holdVectors(at(0.9));
  const second = await pool.run('gradient', CHUNKS, undefined);
  return { figures: { first, rows, second }, notes: pool.notes, isAlive: pool.isAlive };
}

test('lanes that end in the middle leave the digits, and are told of', async () => {
  const whole = await figures(new Lanes([100, 100, 100]), 3);
  assert.deepEqual(whole.notes, []);
  // In the first product, between points, in the second product; two at once, and until one is left.
  for (const runs of [
    [100, 1, 100],
    [100, 100, 0],
    [5, 100, 100],
    [100, 8, 100],
    [100, 9, 100],
    [1, 1, 100],
    [4, 100, 9],
  ]) {
    const source = new Lanes(runs);
    const { figures: found, notes, isAlive } = await figures(source, 3);
    assert.deepEqual(found, whole.figures, String(runs));
    assert.equal(notes.length, runs.filter((each) => each < 100).length, String(runs));
    assert.ok(isAlive);
  }
});

test('the last one, and those of this machine, are not done without', async () => {
  await assert.rejects(figures(new Lanes([1, 1, 1]), 3), ComputeEnded);
  await assert.rejects(figures(new Lanes([100, 1, 100], false), 3), ComputeEnded);
});
