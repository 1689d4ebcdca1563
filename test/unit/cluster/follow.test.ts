import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Standing, follow } from '../../../src/cluster/follow';
import type { QueuedTask, StartedJob } from '../../../src/cluster/place';
import { CancelledError } from '../../../src/core/errors';
import { temporaryFolder } from '../../support/corpus';
import { writtenTasks } from '../../support/task-list';

/** A queue that a test fills; `each` is called at every look at it. */
function queueOf(
  each: (look: number) => readonly number[] | undefined | Promise<readonly number[] | undefined>,
) {
  let look = 0;
  const started: StartedJob = {
    id: '1',
    queued: async () => {
      const indices = await each(look++);
      return indices && new Map<number, QueuedTask>(indices.map((index) => [index, { state: 'running' }]));
    },
    endOf: (index) => Promise.resolve({ code: 100 + index, node: 'n9' }),
    cancel: () => Promise.resolve(),
  };
  return started;
}

async function followed(
  count: number,
  begin: (tasks: Awaited<ReturnType<typeof writtenTasks>>) => StartedJob,
) {
  const tasks = await writtenTasks(temporaryFolder(), count);
  const told: Standing[] = [];
  const { signal } = new AbortController();
  const standing = await follow(
    tasks.list,
    { job: tasks.job, started: begin(tasks) },
    { signal, tell: (each) => told.push(each), rhythm: { files: 2, queue: 0 } },
  );
  return { standing, told };
}

test('a task is done when its result lies there, whatever the queue says', async () => {
  const { standing } = await followed(3, ({ lay }) =>
    queueOf(async (look) => {
      if (look === 1) for (const index of [2, 0, 1]) await lay(index);
      return look === 0 ? undefined : [0, 1];
    }),
  );
  assert.deepEqual([...standing.done].sort(), [0, 1, 2]);
  assert.deepEqual(standing.failed, []);
});

test('a result that a shared folder shows late is not missed', async () => {
  const { standing } = await followed(1, ({ lay }) =>
    queueOf(async (look) => {
      if (look === 2) await lay(0);
      return [];
    }),
  );
  assert.deepEqual(standing.done, [0]);
});

test('a task that has said how it failed has failed at once, one that is queued again has not', async () => {
  let looks = 0;
  const { standing, told } = await followed(2, ({ folder, lay }) => {
    for (const index of [0, 1]) writeFileSync(folder.endFile(index), '{"code":3,"node":"n1"}');
    return queueOf(async (look) => {
      looks = look;
      if (look === 4) await lay(1);
      return [1];
    });
  });
  assert.deepEqual(standing.failed, [{ index: 0, code: 3, node: 'n1' }]);
  assert.deepEqual(told[0].failed, standing.failed);
  assert.deepEqual(standing.done, [1]);
  assert.equal(looks, 4);
});

test('of one that ended without a word the scheduler is asked, after some looks', async () => {
  let looks = 0;
  const { standing } = await followed(1, () =>
    queueOf((look) => ((looks = look), look < 2 ? undefined : [])),
  );
  assert.deepEqual(standing.failed, [{ index: 0, code: 100, node: 'n9' }]);
  assert.equal(looks, 4);
});

test('whoever stops following leaves the tasks alone', async () => {
  const { list, job } = await writtenTasks(temporaryFolder(), 1);
  const stop = new AbortController();
  const started = queueOf(() => (stop.abort(), [0]));
  started.cancel = () => assert.fail('cancelled');
  const following = follow(list, { job, started }, { signal: stop.signal, tell: () => undefined });
  await assert.rejects(following, CancelledError);
});
