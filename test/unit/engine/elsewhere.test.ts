import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TasksElsewhere } from '../../../src/contract/elsewhere';
import { CancelledError, UserError } from '../../../src/core/errors';
import { EngineClient } from '../../../src/engine/client';
import { compareRequest } from '../../../src/settings/merge';
import { surfaceRequest } from '../../../src/settings/surface-request';
import { corpus, quickRequest, temporaryFolder } from '../../support/corpus';
import { fakeSlurm, submitted } from '../../support/slurm';

const enginePath = join(__dirname, '../../../dist/engine.js');
const networks = ['mlp-digits', 'mlp-digits-rescaled'].map((name) => corpus(`keras/${name}.keras`));
const { checkpoint: _, ...settings } = quickRequest('', corpus('data/digits.npz'), { samples: 'first:64' });

/** An engine whose Slurm is a fake, where one is meant. */
function engineOf(t: TestContext, fake?: string): EngineClient {
  assert.ok(existsSync(enginePath), 'dist/engine.js is not built: npm run build');
  const before = { ...process.env };
  const environment = fake === undefined ? { XDG_CONFIG_HOME: temporaryFolder() } : fakeSlurm(fake);
  Object.assign(process.env, environment);
  const engine = new EngineClient({ enginePath });
  t.after(() => {
    engine.dispose();
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, before);
  });
  return engine;
}

/** A fake Slurm whose tasks wait for a file. */
function waitingSlurm(): { readonly fake: string; readonly go: () => void } {
  const fake = temporaryFolder();
  mkdirSync(join(fake, 'config/landscape'), { recursive: true });
  const setup = ['while [ ! -e "$FAKE_SLURM/go" ]; do sleep 0.1; done'];
  const profiles = { default: { time: '10', memory: '2G', setup }, long: { time: '1-0' } };
  writeFileSync(join(fake, 'config/landscape/cluster.json'), JSON.stringify(profiles));
  return { fake, go: () => writeFileSync(join(fake, 'go'), '') };
}

const compareJob = (cache: string) => {
  const params = compareRequest(networks, settings, { title: 'two', barriers: false, cache });
  return { method: 'compare', params } as const;
};

test('tasks of a comparison are told with their states, and leave its reports', async (t) => {
  const engine = engineOf(t);
  const cache = temporaryFolder();
  const told: TasksElsewhere[] = [];
  const job = compareJob(cache);
  const options = {
    onProgress: ({ elsewhere }: { elsewhere?: TasksElsewhere }) => elsewhere && told.push(elsewhere),
  };
  const done = await engine.request('elsewhere', { on: 'local:2', job }, { what: '', ...options });
  assert.deepEqual(done, { failures: {} });
  assert.equal(readdirSync(cache).filter((name) => name.endsWith('.json')).length, 2);
  const ends = told.at(-1)!;
  assert.deepEqual(ends.tasks, [
    { label: 'mlp-digits', state: 'done' },
    { label: 'mlp-digits-rescaled', state: 'done' },
  ]);
  assert.equal(ends.outlive, false);
  assert.ok(told.some(({ tasks }) => tasks.some(({ state }) => state === 'running')));
});

test('tasks on a scheduler go on without who asked, are found by the next, and are cancelled by name', async (t) => {
  const { fake, go } = waitingSlurm();
  const engine = engineOf(t, fake);
  const job = compareJob(temporaryFolder());
  let name = '';
  const ask = (stop?: AbortController) =>
    engine.request(
      'elsewhere',
      { on: 'slurm', job },
      {
        what: '',
        ...(stop ? { signal: stop.signal } : {}),
        onProgress: ({ elsewhere }) => {
          if (elsewhere) name = elsewhere.name;
          if (elsewhere?.outlive) stop?.abort();
        },
      },
    );
  await assert.rejects(ask(new AbortController()), CancelledError);
  assert.equal(readdirSync(join(fake, 'queue')).length, 2);
  await engine.request('cancelElsewhere', { name }, { what: '' });
  while (readdirSync(join(fake, 'queue')).length > 0) await sleep(20);
  await assert.rejects(ask(new AbortController()), CancelledError);
  go();
  assert.deepEqual(await ask(), { failures: {} });
  assert.equal(submitted(fake).length, 2);
});

test('a picture of one checkpoint comes whole', async (t) => {
  const engine = engineOf(t);
  const choices = { plane: 'random', refinements: 0 };
  const params = surfaceRequest([networks[0]], settings, choices, { cache: temporaryFolder() });
  const { surface, failures } = await engine.request(
    'elsewhere',
    { on: 'local:1', job: { method: 'surface', params } },
    { what: '' },
  );
  assert.deepEqual([surface?.status, failures], ['complete', {}]);
  await assert.rejects(
    engine.request('elsewhere', { on: 'print:sbatch', job: { method: 'surface', params } }, { what: '' }),
    UserError,
  );
});

test('pictures of which a task fails say why', async (t) => {
  const fake = temporaryFolder();
  mkdirSync(join(fake, 'config/landscape'), { recursive: true });
  const setup = ['[ "$SLURM_ARRAY_TASK_ID" != 1 ] || { echo lost >&2; exit 1; }'];
  const profiles = { default: { time: '10', memory: '2G', setup } };
  writeFileSync(join(fake, 'config/landscape/cluster.json'), JSON.stringify(profiles));
  const params = surfaceRequest(networks, settings, { plane: 'random' }, { cache: temporaryFolder() });
  await assert.rejects(
    engineOf(t, fake).request('elsewhere', { on: 'slurm', job: { method: 'surface', params } }, { what: '' }),
    /^Error: Nothing is drawn: 1 of 2 tasks left no result\..* Task 1 \(the first look at mlp-digits-rescaled\).*: lost/,
  );
});

test('places are profiles of a Slurm that is there, with the time that the job takes here', async (t) => {
  const { fake } = waitingSlurm();
  const there = await engineOf(t, fake).request('places', compareJob(temporaryFolder()), { what: '' });
  assert.deepEqual([there.slurm, there.tasks], [['slurm', 'slurm:long'], 2]);
  assert.ok(there.seconds! > 0);
});

test('without a Slurm and profiles there is no place, and nothing is timed', async (t) => {
  const params = compareRequest(['/a.keras', '/b.keras'], settings, { title: '', barriers: false });
  const none = await engineOf(t).request('places', { method: 'compare', params }, { what: '' });
  assert.deepEqual([none.slurm, none.tasks, none.seconds], [[], 2, undefined]);
});
