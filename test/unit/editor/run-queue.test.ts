import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunQueue, type Execute, type Run } from '../../../src/editor/runs/run-queue';
import { analyzeRequest } from '../../../src/settings/merge';
import { CancelledError, UserError } from '../../../src/core/errors';
import { aReport } from './a-report';

const request = (name: string) => analyzeRequest(`/w/${name}.keras`, { data: '/w/d.npz' });
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A queue whose runs end when told to. */
function house() {
  const under = new Map<string, { finish(): void; fail(error: Error): void }>();
  const started: string[] = [];
  const execute: Execute = ({ checkpoint }, { signal, onProgress, onPartial }) =>
    new Promise((resolve, reject) => {
      started.push(checkpoint);
      signal.addEventListener('abort', () => reject(new CancelledError()));
      onProgress({ stage: 'trace', fraction: 0.5, remainingSeconds: 3 });
      onPartial(aReport({ status: 'running' }));
      under.set(checkpoint, { finish: () => resolve(aReport()), fail: reject });
    });
  const queue = new RunQueue(execute);
  const at = (name: string) => under.get(`/w/${name}.keras`);
  return { queue, started, at };
}

const statuses = (queue: RunQueue) => queue.runs.map((run) => run.status);

test('one at a time, in the order asked for', async () => {
  const { queue, started, at } = house();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => queue.add(request(name))) as [Run, Run, Run];
  assert.deepEqual(statuses(queue), ['running', 'queued', 'queued']);
  assert.deepEqual([queue.ahead(b), queue.ahead(c)], [1, 2]);
  assert.equal(a.progress?.stage, 'trace');
  assert.equal(a.report?.status, 'running');
  at('a')?.finish();
  await settle();
  assert.deepEqual(statuses(queue), ['finished', 'running', 'queued']);
  assert.equal(a.report?.status, 'complete');
  assert.deepEqual(started, ['/w/a.keras', '/w/b.keras']);
});

test('the same thing is not asked for twice while it is under way', async () => {
  const { queue, at } = house();
  const run = queue.add(request('a'));
  assert.equal(queue.add(request('a')), run);
  at('a')?.finish();
  await settle();
  assert.notEqual(queue.add(request('a')), run);
  assert.equal(queue.latest(run.identity)?.status, 'running');
});

test('waiting and running ones are cancelled, the next one runs', async () => {
  const { queue, started } = house();
  const [a, b] = ['a', 'b', 'c'].map((name) => queue.add(request(name))) as [Run, Run, Run];
  queue.cancel(b);
  assert.equal(b.status, 'cancelled');
  queue.cancel(a);
  await settle();
  assert.deepEqual(statuses(queue), ['cancelled', 'cancelled', 'running']);
  assert.deepEqual(started, ['/w/a.keras', '/w/c.keras']);
  queue.cancelAll();
  await settle();
  assert.deepEqual(statuses(queue), ['cancelled', 'cancelled', 'cancelled']);
});

test('cancelling all starts none of those that waited', async () => {
  const { queue, started } = house();
  for (const name of ['a', 'b', 'c']) queue.add(request(name));
  queue.cancelAll();
  await settle();
  assert.deepEqual(started, ['/w/a.keras']);
});

test('a failure is kept with its message and does not stop the next', async () => {
  const { queue, at } = house();
  const a = queue.add(request('a'));
  queue.add(request('b'));
  at('a')?.fail(new UserError('x is empty.'));
  await settle();
  assert.deepEqual(statuses(queue), ['failed', 'running']);
  assert.equal(a.error?.message, 'x is empty.');
});

test('listeners hear of every change, and of their place when they wait', async () => {
  const { queue, at } = house();
  queue.add(request('a'));
  const heard: string[] = [];
  const stop = queue.onChange((run) => heard.push(`${run.id} ${run.status}`));
  queue.add(request('b'));
  queue.add(request('c'));
  at('a')?.finish();
  await settle();
  assert.ok(heard.includes('1 finished') && heard.includes('2 running') && heard.at(-1) === '3 queued');
  stop();
  const count = heard.length;
  queue.cancelAll();
  assert.equal(heard.length, count);
});
