import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serve } from '../../../src/engine/server';
import type { JobContext, JobTable } from '../../../src/jobs/context/context';
import type { EngineMessage } from '../../../src/contract/engine-protocol';
import { CancelledError, UserError } from '../../../src/core/errors';

const never = () => Promise.reject(new Error('not asked for'));
const idle: JobTable = {
  analyze: never,
  interpolate: never,
  train: never,
  compare: never,
  rescale: never,
  surface: never,
  watch: never,
  experiment: never,
  describe: never,
  handOver: never,
  hash: never,
  headers: never,
  preview: never,
  show: never,
  tryData: never,
  estimate: never,
  estimateRun: never,
  planTasks: never,
  planRuns: never,
  planPictures: never,
  elsewhere: never,
  places: never,
  cancelElsewhere: never,
  runTask: never,
};

/** A server with the given handlers on a channel in memory. */
function start(jobs: Partial<JobTable>) {
  const sent: EngineMessage[] = [];
  let listener: (message: unknown) => void = () => undefined;
  const server = serve(
    { ...idle, ...jobs },
    { send: (message) => void sent.push(message), onMessage: (l) => void (listener = l) },
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { sent, server, settle, post: (message: unknown) => listener(message) };
}

test('every request ends in exactly one answer with its id', async () => {
  const { sent, post, settle } = start({
    hash: ({ path }) => Promise.resolve({ sha256: `of ${path}`, files: [] }),
    describe: ({ checkpoint }) => Promise.reject(new UserError(`${checkpoint} is empty.`)),
  });
  post({ type: 'request', id: 1, method: 'hash', params: { path: 'a' } });
  post({ type: 'request', id: 2, method: 'describe', params: { checkpoint: 'b.keras' } });
  await settle();
  assert.deepEqual(sent, [
    { type: 'done', id: 1, result: { sha256: 'of a', files: [] } },
    { type: 'failed', id: 2, failure: { kind: 'user', message: 'b.keras is empty.' } },
  ]);
});

test('a malformed request never reaches its handler', async () => {
  let called = false;
  const { sent, post, settle } = start({
    hash: () => {
      called = true;
      return Promise.resolve({ sha256: '', files: [] });
    },
  });
  post({ type: 'request', id: 1, method: 'hash', params: { path: 7 } });
  post({ type: 'request', id: 2, method: 'format-disk', params: {} });
  post('nonsense');
  await settle();
  assert.equal(called, false);
  assert.deepEqual(
    sent.map((m) => ('id' in m ? `${m.type} ${m.id}` : m.type)),
    ['failed 1', 'failed 2', 'log'],
  );
  // In words: a person may see it.
  const [failed] = sent;
  assert.ok(failed?.type === 'failed');
  assert.equal(failed.failure.kind, 'user');
  assert.match(failed.failure.message, /^This cannot be asked of "hash": "path": expected string/);
});

test('defaults are filled in before the handler sees the request', async () => {
  const seen: unknown[] = [];
  const { post, settle } = start({
    estimate: (request) => {
      seen.push(request.top, request.backend);
      return Promise.reject(new Error('enough'));
    },
  });
  post({ type: 'request', id: 1, method: 'estimate', params: { checkpoint: 'a', data: 'b' } });
  await settle();
  assert.deepEqual(seen, [5, 'auto']);
});

test('cancel and stop abort the job; nothing is reported after its answer', async () => {
  const contexts: JobContext[] = [];
  const wait: JobTable['hash'] = (_, context) => {
    contexts.push(context);
    return new Promise((_resolve, reject) => {
      context.signal.addEventListener('abort', () => reject(new CancelledError()));
    });
  };
  const { sent, server, post, settle } = start({ hash: wait });
  post({ type: 'request', id: 1, method: 'hash', params: { path: 'a' } });
  post({ type: 'request', id: 2, method: 'hash', params: { path: 'b' } });
  contexts[0]?.progress({ stage: 'reading', fraction: 0, remainingSeconds: undefined });
  post({ type: 'cancel', id: 1 });
  await settle();
  contexts[0]?.progress({ stage: 'late', fraction: 1, remainingSeconds: undefined });
  server.stop();
  await settle();
  assert.deepEqual(
    sent.map((m) => ('id' in m ? `${m.type} ${m.id}` : m.type)),
    ['progress 1', 'failed 1', 'failed 2'],
  );
});
