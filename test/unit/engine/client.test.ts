import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, test } from 'node:test';
import { EngineClient, EngineCrash, type EngineClientOptions } from '../../../src/engine/client';
import { CancelledError, UserError } from '../../../src/core/errors';

const enginePath = fileURLToPath(new URL('./fakes/engine.mjs', import.meta.url));
const clients: EngineClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.dispose();
});

function client(options: Partial<EngineClientOptions> = {}): EngineClient {
  const made = new EngineClient({ enginePath, ...options });
  clients.push(made);
  return made;
}

/** The fake answers with its process id, whatever the protocol promises. */
async function pidOf(engine: EngineClient, behaviour: string, signal?: AbortSignal): Promise<number> {
  const answer: unknown = await engine.request(
    'describe',
    { checkpoint: behaviour },
    { what: `reading ${behaviour}.keras`, ...(signal === undefined ? {} : { signal }) },
  );
  return (answer as { pid: number }).pid;
}

async function gone(pid: number): Promise<boolean> {
  for (let i = 0; i < 100; i++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await sleep(50);
  }
  return false;
}

test('starts with the first request, keeps the process, and tells where it stands', async () => {
  const engine = client();
  assert.equal(engine.pid, undefined);
  const stages: string[] = [];
  await engine.request('describe', { checkpoint: 'x' }, { onProgress: (p) => stages.push(p.stage) });
  assert.deepEqual(stages, ['reading']);
  const pid = await pidOf(engine, 'x');
  assert.equal(pid, engine.pid);
  assert.equal(await pidOf(engine, 'y'), pid);
});

test('a mistake in the input arrives as the error it was', async () => {
  await assert.rejects(pidOf(client(), 'refuse'), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.equal(error.message, 'No such file: refuse.');
    return true;
  });
});

test('a crash names the job and the next request runs on a new process', async () => {
  const engine = client();
  const first = await pidOf(engine, 'x');
  await assert.rejects(pidOf(engine, 'crash'), (error: unknown) => {
    assert.ok(error instanceof EngineCrash);
    assert.equal(
      error.message,
      'The engine stopped unexpectedly (SIGKILL) while reading crash.keras. ' +
        'That run is lost; the next one starts a new engine.',
    );
    return true;
  });
  assert.notEqual(await pidOf(engine, 'x'), first);
  await assert.rejects(pidOf(engine, 'exit'), /exit code 3/);
});

test('a cancelled job ends as cancelled and leaves the process alive', async () => {
  const engine = client();
  const controller = new AbortController();
  const running = pidOf(engine, 'wait', controller.signal);
  controller.abort();
  await assert.rejects(running, CancelledError);
  assert.equal(await pidOf(engine, 'x'), engine.pid);
});

test('a job that ignores its cancellation is killed, and its neighbours are run again', async () => {
  const engine = client({ graceMilliseconds: 50 });
  const first = await pidOf(engine, 'x');
  const controller = new AbortController();
  const stubborn = pidOf(engine, 'ignore-cancel', controller.signal);
  const neighbour = pidOf(engine, 'slow');
  controller.abort();
  await assert.rejects(stubborn, CancelledError);
  const second = await neighbour;
  assert.notEqual(second, first);
  assert.ok(await gone(first));
});

test('an idle process ends by itself, and dispose leaves none behind', async () => {
  const idle = client({ idleMilliseconds: 20 });
  assert.ok(await gone(await pidOf(idle, 'x')));
  assert.equal(idle.pid, undefined);
  const disposed = client();
  const pid = await pidOf(disposed, 'x');
  const waiting = pidOf(disposed, 'wait');
  disposed.dispose();
  await assert.rejects(waiting, CancelledError);
  assert.ok(await gone(pid));
  await assert.rejects(pidOf(disposed, 'x'), CancelledError);
});

test('a missing engine is a crash with its reason, not a hang', async () => {
  await assert.rejects(pidOf(client({ enginePath: '/nowhere/engine.js' }), 'x'), EngineCrash);
});

test('a request that was cancelled beforehand starts nothing', async () => {
  const engine = client();
  await assert.rejects(pidOf(engine, 'x', AbortSignal.abort()), CancelledError);
  assert.equal(engine.pid, undefined);
});
