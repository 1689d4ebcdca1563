import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineClient, EngineCrash } from '../../../src/engine/client';
import { ComputeEnded, ForkedLane } from '../../../src/lanes/lane';
import type { Patience } from '../../../src/machine/readiness';
import { statusOf } from '../../../src/machine/status';

const fake = (name: string) => fileURLToPath(new URL(`./fakes/${name}.mjs`, import.meta.url));
const elsewhere = process.platform !== 'linux' && 'what a process does is looked up in /proc';

/** What would take minutes, in moments; a limit that is not tried is out of reach. */
const never = { looks: 1e9, idleLooks: 1e9, processorSeconds: 1e9, lookMilliseconds: 20 };
const cases: readonly (readonly [child: string, patience: Patience, reason: RegExp])[] = [
  ['idle', { ...never, idleLooks: 5 }, /it was not ready, and did nothing any more/],
  ['spinning', { ...never, processorSeconds: 0.3 }, /it was not ready after 0\.3 s of processor time/],
  ['idle', { ...never, looks: 10 }, /it was not ready after 0 s/],
];

async function gone(pid: number): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if ([undefined, 'Z'].includes(statusOf(pid)?.state)) return;
    await sleep(20);
  }
  assert.fail(`process ${pid} has not ended`);
}

test('an engine that never gets ready is ended, and said', { skip: elsewhere }, async () => {
  for (const [child, patience, reason] of cases) {
    const client = new EngineClient({ enginePath: fake(child), patience });
    const asked = client.request('describe', { checkpoint: 'x' }, { what: 'reading x.keras' });
    const pid = client.pid!;
    await assert.rejects(asked, (error) => {
      assert.ok(error instanceof EngineCrash);
      assert.match(error.message, /^The engine stopped unexpectedly \([^)]+\) while reading x\.keras\. /);
      assert.match(error.message, reason);
      return true;
    });
    await gone(pid);
    client.dispose();
  }
});

test('a lane that never gets ready is ended, and said', { skip: elsewhere }, async () => {
  for (const [child, patience, reason] of cases) {
    const lane = new ForkedLane(fake(child), patience);
    await assert.rejects(lane.request({ type: 'collect' }), (error) => {
      assert.ok(error instanceof ComputeEnded);
      assert.match(error.message, /^A compute process had to be ended: /);
      assert.match(error.message, reason);
      return true;
    });
  }
});

test(
  'a child that is ready may then do nothing, or work, as long as it likes',
  { skip: elsewhere },
  async () => {
    const patience = { ...never, idleLooks: 3, looks: 1e9, processorSeconds: 1e9, lookMilliseconds: 30 };
    const client = new EngineClient({ enginePath: fake('engine'), patience, idleMilliseconds: 1e6 });
    await client.request('describe', { checkpoint: 'x' });
    const { pid } = client;
    for (let i = 0; i < 4; i++) await client.request('describe', { checkpoint: 'slow' });
    assert.equal(client.pid, pid);
    client.dispose();
  },
);
