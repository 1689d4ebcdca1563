import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isReportJob, type DocumentAsked, type Job } from '../../../src/editor/jobs/job';
import { JobQueue, type Execute } from '../../../src/editor/jobs/queue';
import { analyzeRequest } from '../../../src/settings/merge';
import { CancelledError, UserError } from '../../../src/core/errors';
import { aHistory } from './a-history';
import { aReport } from './a-report';

const request = (name: string) => analyzeRequest(`/w/${name}.keras`, { data: '/w/d.npz' });
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A queue whose runs end when told to. */
function house() {
  const under = new Map<string, { finish(): void; fail(error: Error): void }>();
  const started: string[] = [];
  const execute: Execute = (job, { signal, onProgress, onPartial }) =>
    new Promise((resolve, reject) => {
      const checkpoint = isReportJob(job) ? job.asked.checkpoint : `/w/${job.asked.title}.keras`;
      started.push(checkpoint);
      signal.addEventListener('abort', () => reject(new CancelledError()));
      onProgress({ stage: 'trace', fraction: 0.5, remainingSeconds: 3 });
      onPartial(aReport({ status: 'running' }));
      under.set(checkpoint, { finish: () => resolve(aReport()), fail: reject });
    });
  const queue = new JobQueue(execute);
  const at = (name: string) => under.get(`/w/${name}.keras`);
  return { queue, started, at };
}

const statuses = (queue: JobQueue) => queue.all.map((run) => run.status);

test('one at a time, in the order asked for', async () => {
  const { queue, started, at } = house();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => queue.add(request(name))) as [Job, Job, Job];
  assert.deepEqual(statuses(queue), ['running', 'queued', 'queued']);
  assert.deepEqual([queue.ahead(b), queue.ahead(c)], [1, 2]);
  assert.equal(a.progress?.stage, 'trace');
  assert.equal(a.found?.status, 'running');
  at('a')?.finish();
  await settle();
  assert.deepEqual(statuses(queue), ['finished', 'running', 'queued']);
  assert.equal(a.found?.status, 'complete');
  assert.deepEqual(started, ['/w/a.keras', '/w/b.keras']);
});

test('the same thing is not asked for twice while it is under way', async () => {
  const { queue, at } = house();
  const run = queue.add(request('a'));
  assert.equal(queue.add(request('a')), run);
  at('a')?.finish();
  await settle();
  assert.notEqual(queue.add(request('a')), run);
  assert.equal(queue.latest(run.key)?.status, 'running');
});

test('waiting and running ones are cancelled, the next one runs', async () => {
  const { queue, started } = house();
  const [a, b] = ['a', 'b', 'c'].map((name) => queue.add(request(name))) as [Job, Job, Job];
  queue.cancel(b);
  assert.equal(b.status, 'cancelled');
  queue.cancel(a);
  await settle();
  assert.deepEqual(statuses(queue), ['cancelled', 'cancelled', 'running']);
  assert.equal(a.found?.status, 'cancelled', 'what had been found says that it is not whole');
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

const training = (title: string): DocumentAsked => ({
  request: { method: 'train', params: { out: `/w/${title}` } as never },
  title,
});

test('documents wait for nothing, and go on in the job that shows what they had found', async () => {
  const { queue, started, at } = house();
  queue.add(request('a'));
  const [b, c] = ['b', 'c'].map((title) => queue.add(training(title))) as [Job, Job];
  const d = queue.add(request('d'));
  assert.deepEqual(statuses(queue), ['running', 'running', 'running', 'queued']);
  assert.equal(queue.ahead(d), 1);
  assert.equal(queue.add(training('b')), b);
  at('b')?.fail(new UserError('The disk is full.'));
  queue.cancel(c);
  await settle();
  assert.deepEqual([b.status, c.status], ['failed', 'cancelled']);
  assert.equal(queue.add({ ...training('b'), title: 'b' }), b);
  assert.deepEqual([b.status, b.error, b.found?.status], ['running', undefined, 'running']);
  assert.deepEqual(started, ['/w/a.keras', '/w/b.keras', '/w/c.keras', '/w/b.keras']);
});

test('a document of an earlier window is shown by an idle job; the one read last counts, unless it runs', () => {
  const { queue } = house();
  const [old, newer] = ['2025', '2026'].map((createdAt) => ({ ...aHistory('/w/b'), createdAt }));
  queue.open(training('b'), old);
  const [job] = queue.all;
  assert.deepEqual([job?.status, job?.found], ['idle', old]);
  queue.open(training('b'), newer);
  assert.deepEqual([queue.all.length, job?.found], [1, newer]);
  queue.open(training('b'), undefined);
  assert.equal(job?.found, newer);
  queue.add(training('b'));
  const running = job?.found;
  queue.open(training('b'), old);
  assert.equal(job?.found, running);
});

test('an end is told once, whatever it is', async () => {
  const { queue, at } = house();
  const ended: string[] = [];
  queue.onEnd(({ id, status }) => ended.push(`${id} ${status}`));
  for (const name of ['a', 'b', 'c']) queue.add(request(name));
  queue.cancel(queue.all[1]);
  at('a')?.finish();
  await settle();
  at('c')?.fail(new UserError('x is empty.'));
  await settle();
  assert.deepEqual(ended, ['2 cancelled', '1 finished', '3 failed']);
});
