import { fake, resetFake } from './fake-vscode';
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { documentKey, folderOf } from '../../../src/editor/documents/document-request';
import type { DocumentAsked, Job } from '../../../src/editor/jobs/job';
import { JobQueue, type Execute, type JobHooks } from '../../../src/editor/jobs/queue';
import { keepWatching } from '../../../src/editor/watching/lasting-watches';
import { createWatchNotices } from '../../../src/editor/watching/watch-notices';
import type { WatchEvent } from '../../../src/contract/watch';
import { CancelledError } from '../../../src/core/errors';
import { compareRequest } from '../../../src/settings/merge';
import { watchRequest } from '../../../src/settings/watch-request';
import { sampleWatch } from '../webview/sample-watch';

beforeEach(resetFake);

const asked = (where: string, idleSeconds?: number): DocumentAsked => ({
  request: {
    method: 'watch',
    params: watchRequest(where, { data: '/d.npz' }, {}, { title: `Run in ${where}`, idleSeconds }),
  },
  title: `Run in ${where}`,
});

/** A queue whose jobs run until they are cancelled or ended. */
function house(state = new Map<string, unknown>()) {
  const running: { readonly job: Job; readonly hooks: JobHooks; readonly end: () => void }[] = [];
  const execute: Execute = (job, hooks) =>
    new Promise((resolve, reject) => {
      const end = () => resolve({ ...sampleWatch(3), status: 'complete' });
      running.push({ job, hooks, end });
      hooks.signal.addEventListener('abort', () => reject(new CancelledError()));
    });
  const queue = new JobQueue(execute);
  const workspaceState = {
    get: (key: string) => state.get(key),
    // As VS Code keeps it: as JSON.
    update: (key: string, value: unknown) =>
      Promise.resolve(void state.set(key, JSON.parse(JSON.stringify(value)))),
  };
  const log = { info: () => undefined, warn: assert.fail };
  const lasting = keepWatching({ queue, log, context: { workspaceState } } as never);
  return { queue, running, state, lasting };
}

/** Loading of what validates takes a turn. */
async function settled(isSo: () => boolean): Promise<void> {
  for (let i = 0; !isSo(); i++) {
    assert.ok(i < 10_000, 'it has not come about');
    await setImmediate();
  }
}

test('a watch is of its folder, whatever its settings, and lies there', () => {
  const [one, other] = [asked('/run'), asked('/run', 60)].map(({ request }) => request);
  assert.equal(documentKey(one), documentKey(other));
  assert.notEqual(documentKey(one), documentKey(asked('/other').request));
  assert.equal(folderOf(one), '/run');
});

test('what the end of the window stops goes on in the next one; what its person stopped does not', async () => {
  const first = house();
  const [kept, stopped] = [asked('/kept', 60), asked('/stopped')];
  first.queue.add(kept);
  first.queue.cancel(first.queue.add(stopped));
  await settled(() => first.queue.underWay.length === 1);
  first.lasting.dispose();
  // The engines are ended with the window, and their jobs with them.
  first.queue.cancelAll();
  await settled(() => first.queue.underWay.length === 0);
  const second = house(first.state);
  await settled(() => second.running.length > 0);
  assert.deepEqual(
    second.queue.underWay.map(({ asked: again }) => again),
    [JSON.parse(JSON.stringify(kept))],
  );
  // It ends by itself: the window after that has none.
  second.running[0].end();
  await settled(() => second.queue.underWay.length === 0);
  assert.deepEqual([...second.state.values()], [[]]);
});

test('what was kept by another version, or is damaged, is not taken up', async () => {
  const { queue } = house(new Map([['landscape.watches', [{ request: { method: 'watch' } }, 3]]]));
  for (let i = 0; i < 50; i++) await setImmediate();
  assert.deepEqual(queue.all, []);
});

/** A watch with events at a time from now. */
function telling(isVisible = false) {
  const { queue, running } = house();
  const shown: unknown[] = [];
  createWatchNotices({
    queue,
    log: { show: () => undefined } as never,
    panels: { isVisible: () => isVisible, show: (about) => shown.push(about), active: undefined },
  });
  queue.add(asked('/run'));
  const events: WatchEvent[] = [];
  const found = (what: WatchEvent['what'], more: Partial<WatchEvent> = {}) => {
    const id = events.length + 1;
    const at = new Date(Date.now() + 1000).toISOString();
    events.push({ what, id, file: `epoch-${id}`, text: `${what} ${id}`, at, before: false, ...more });
    running[0].hooks.onPartial({ ...sampleWatch(3), events: [...events] });
  };
  return { found, shown };
}

test('what is noteworthy is told once, one at a time, with a way to see it', async () => {
  const { found, shown } = telling();
  let close: (choice?: string) => void = () => undefined;
  fake.press = () => new Promise((resolve) => (close = resolve)) as never;
  found('crosses-above');
  found('crosses-below');
  found('negative-curvature');
  assert.deepEqual(
    fake.shown.map(({ text, buttons }) => [text, buttons]),
    [['Run in /run: crosses-above 1', ['Show']]],
  );
  // What diverged does not wait.
  found('not-a-number');
  for (let i = 0; i < 50 && fake.shown.length < 2; i++) await setImmediate();
  assert.deepEqual(fake.shown.at(-1)?.severity, 'warning');
  close('Show');
  await setImmediate();
  assert.equal(shown.length, 1);
  fake.press = () => undefined;
  found('crosses-above');
  assert.equal(fake.shown.at(-1)?.text, 'Run in /run: crosses-above 5');
});

test('what lay there before, was found earlier, or is in sight is not told', () => {
  const { found } = telling();
  found('not-a-number', { before: true });
  found('crosses-above', { at: '2000-01-01T00:00:00.000Z' });
  telling(true).found('not-a-number');
  assert.deepEqual(fake.shown, []);
});

test('a job whose tasks a scheduler has is taken up where it goes on; one of processes here is not', async () => {
  const request = {
    method: 'compare',
    params: compareRequest(['/a.keras', '/b.keras'], { data: '/d.npz' }, { title: '', barriers: false }),
  } as const;
  const first = house();
  first.queue.add({ request, title: 'two', on: 'slurm:long' });
  const { params } = request;
  first.queue.add({ request: { ...request, params: { ...params, title: 'b' } }, title: 'b', on: 'local:2' });
  await settled(() => first.queue.underWay.length === 2);
  first.lasting.dispose();
  const second = house(first.state);
  await settled(() => second.running.length > 0);
  assert.deepEqual(
    second.queue.underWay.map(({ asked: again }) => again),
    [{ request: JSON.parse(JSON.stringify(request)) as unknown, title: 'two', on: 'slurm:long' }],
  );
});
