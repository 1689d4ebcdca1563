import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lane } from '../../../src/lanes/lane';
import { LanePool } from '../../../src/lanes/pool';
import type { LaneRequest } from '../../../src/lanes/protocol';
import { WarmLanes } from '../../../src/lanes/warm';

interface FakeLane extends Lane {
  readonly asked: LaneRequest['type'][];
  isAlive: boolean;
}

/** Lanes that answer everything, and remember what they were asked. */
function house({ fails, bytes = 1 }: { fails?: LaneRequest['type']; bytes?: number } = {}) {
  const made: FakeLane[] = [];
  const answers = { open: { backend: 'reference' }, rest: { residentBytes: bytes }, collect: { sums: {} } };
  const make = (): Lane => {
    const lane = {
      asked: [] as LaneRequest['type'][],
      isAlive: true,
      request({ type }: LaneRequest): Promise<unknown> {
        lane.asked.push(type);
        if (type === fails) return Promise.reject(new Error('a fault'));
        return Promise.resolve((answers as Partial<Record<LaneRequest['type'], unknown>>)[type]);
      },
      kill: () => void (lane.isAlive = false),
    };
    made.push(lane as unknown as FakeLane);
    return lane as unknown as Lane;
  };
  return { made, make };
}

const choice = { names: ['reference'], threads: 1 } as const;
const settled = () => sleep(0);

test('lanes that were given back serve the next network, of the same choice alone', async () => {
  const { made, make } = house();
  const warm = new WarmLanes(make, 4);
  const first = await LanePool.open(warm, 2, choice);
  first.dispose();
  first.dispose();
  await settled();
  assert.equal(warm.size, 2);
  const second = await LanePool.open(warm, 2, choice);
  assert.equal(made.length, 2, 'none is started');
  assert.equal(warm.size, 0);
  await LanePool.open(warm, 1, { ...choice, threads: 2 });
  assert.equal(made.length, 3);
  second.dispose();
  await settled();
  assert.deepEqual(made[0].asked, ['open', 'rest', 'open', 'rest'], 'once each');
  warm.clear();
});

test('lanes that are started ahead serve any choice', async () => {
  const { made, make } = house();
  const warm = new WarmLanes(make, 4);
  warm.begin(2);
  warm.begin(2);
  assert.equal(made.length, 2);
  await LanePool.open(warm, 2, choice);
  assert.equal(made.length, 2);
});

test('where a lane has failed all of its pool are ended, and none is used again', async () => {
  const { made, make } = house({ fails: 'vectors' });
  const warm = new WarmLanes(make, 4);
  const pool = await LanePool.open(warm, 2, choice);
  assert.ok(pool.isAlive);
  await assert.rejects(pool.holdVectors({}), /a fault/);
  assert.ok(!pool.isAlive);
  pool.dispose();
  await settled();
  assert.deepEqual(
    made.map(({ isAlive }) => isAlive),
    [false, false],
  );
  assert.equal(warm.size, 0);
});

test('cancelling ends the lanes in the middle of their work', async () => {
  const { made, make } = house();
  const warm = new WarmLanes(make, 4);
  const pool = await LanePool.open(warm, 1, choice);
  const stop = new AbortController();
  const running = pool.run('value', [{ key: 'train/0', validRows: 1 }], stop.signal);
  stop.abort();
  await assert.rejects(running, { name: 'CancelledError' });
  pool.dispose();
  await settled();
  assert.ok(!made[0].isAlive);
  assert.equal(warm.size, 0);
});

test('nothing is asked of lanes that were given back', async () => {
  const { made, make } = house();
  const pool = await LanePool.open(new WarmLanes(make, 4), 1, choice);
  pool.dispose();
  await assert.rejects(pool.holdVectors({}), /given back/);
  assert.deepEqual(made[0].asked, ['open', 'rest']);
});

test('lanes rest within a count, a bound of memory and a time, and not when they have died', async () => {
  const few = house();
  const counted = new WarmLanes(few.make, 1);
  (await LanePool.open(counted, 2, choice)).dispose();
  await settled();
  assert.deepEqual([counted.size, few.made.filter(({ isAlive }) => isAlive).length], [1, 1]);

  few.made.forEach((lane) => (lane.isAlive = false));
  await LanePool.open(counted, 1, choice);
  assert.equal(few.made.length, 3, 'a dead lane is not taken');

  const large = house({ bytes: 1e12 });
  const bounded = new WarmLanes(large.make, 4);
  (await LanePool.open(bounded, 1, choice)).dispose();
  await settled();
  assert.deepEqual([bounded.size, large.made[0].isAlive], [0, false]);

  const brief = house();
  const timed = new WarmLanes(brief.make, 4, 1);
  (await LanePool.open(timed, 1, choice)).dispose();
  while (timed.size > 0 || brief.made[0].isAlive) await sleep(1);
});
