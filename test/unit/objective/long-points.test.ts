import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HUGE } from '../../../src/core/large';
import type { LanePool } from '../../../src/lanes/pool';
import { ObjectiveLanes } from '../../../src/objective/evaluation/objective-lanes';

test('a long point is put together once for each time that lanes are sent there', async () => {
  let sent = 0;
  const pool = {
    opened: { precision: 'float32' },
    holdVectors: () => {
      sent++;
      return Promise.resolve();
    },
  } as unknown as LanePool;
  const lanes = new ObjectiveLanes(pool, { dimension: 0, blocks: [] });
  let made = 0;
  const point = () => ({
    get theta() {
      made++;
      return new Float64Array(HUGE + 1);
    },
  });
  const [here, there] = [point(), point()];
  for (const each of [here, here, there, here]) await lanes.moveTo(each);
  assert.deepEqual([sent, made], [3, 3]);
});

test('a short point is known by its vectors', async () => {
  let sent = 0;
  const holdVectors = () => Promise.resolve(void sent++);
  const pool = { opened: { precision: 'float32' }, holdVectors } as unknown as LanePool;
  const lanes = new ObjectiveLanes(pool, { dimension: 0, blocks: [] });
  const theta = new Float64Array(3);
  await lanes.moveTo({ theta });
  await lanes.moveTo({ theta });
  assert.equal(sent, 1);
  await lanes.moveTo({ theta: theta.slice() });
  assert.equal(sent, 2);
});
