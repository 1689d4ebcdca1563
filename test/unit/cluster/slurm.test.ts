import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Slurm } from '../../../src/cluster/slurm/slurm';
import type { StartedJob } from '../../../src/cluster/place';
import { UserError } from '../../../src/core/errors';
import { temporaryFolder } from '../../support/corpus';
import { fakeSlurm, submitted } from '../../support/slurm';
import { writtenTasks } from '../../support/task-list';

const old = { ...process.env };
let fake: string;
before(() => {
  fake = temporaryFolder();
  Object.assign(process.env, fakeSlurm(fake));
});
after(() => {
  process.env = old;
});

const resources = { seconds: 600, memory: 2048, cpus: 2, atOnce: 3 };
/** A Slurm whose tasks are a line of the shell: `$3` is the place, after `task` and the folder. */
const slurmOf = (line: string, setup: string[] = []) =>
  new Slurm(() =>
    Promise.resolve({
      profile: { partition: 'short', sbatch: ['--account=physics'], setup },
      resources,
      resumes: false,
      command: ['bash', '-c', line, 'line'],
    }),
  );

async function ended(started: StartedJob): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if ((await started.queued())?.size === 0) return;
    await sleep(20);
  }
  assert.fail('the tasks do not end');
}

test('an array is started with what the profile and the estimate say, and each task leaves its end', async () => {
  const { job, folder } = await writtenTasks(join(temporaryFolder(), "a 'b' c"), 6);
  const slurm = slurmOf('echo "$FRUIT $1 $4" >&2; exit "$4"', ['export FRUIT=pear']);
  assert.equal(await slurm.find(job), undefined);
  const started = await slurm.start({ folder, indices: [0, 1, 2, 4] });
  await ended(started);
  assert.equal(slurm.cancelCommand(started), `scancel ${started.id}`);
  const script = readFileSync(submitted(fake)[0], 'utf8');
  for (const option of [
    'array=0-2,4%3',
    'requeue',
    'signal=B:USR2@60',
    'time=0:10:00',
    'mem=2048M',
    'cpus-per-task=2',
    'partition=short',
    'account=physics',
  ])
    assert.ok(script.includes(`\n#SBATCH --${option}\n`), option);
  for (const index of [0, 1, 2, 4]) {
    assert.deepEqual(await folder.endOf(index), { code: index, node: 'fake1' });
    assert.deepEqual((await folder.tailOf(index))?.lines, [`pear task ${index}`]);
  }
  assert.deepEqual(await started.endOf(4), { code: 4, node: 'fake1' });
  assert.deepEqual(await started.endOf(5), {});
  assert.equal(await folder.endOf(3), undefined);
  assert.deepEqual(JSON.parse(readFileSync(folder.jobFile, 'utf8')), { id: started.id, name: folder.name });
});

test('a task hears of the end of its time, and of its cancelling', async () => {
  const { job, folder } = await writtenTasks(temporaryFolder(), 2);
  const line = 'trap "exit 75" USR2; trap "exit 130" TERM; echo ready; while :; do sleep 0.05; done';
  const started = await slurmOf(line).start(job);
  for (const index of [0, 1]) while (!(await folder.tailOf(index))) await sleep(20);
  const pid = Number(readFileSync(join(fake, 'pids', `${started.id}_0`), 'utf8'));
  process.kill(pid, 'SIGUSR2');
  while (!(await folder.endOf(0))) await sleep(20);
  assert.deepEqual(await folder.endOf(0), { code: 75, node: 'fake1' });
  await started.cancel();
  await ended(started);
  // 143 where bash has missed it: the signal ended both at once.
  assert.match(String((await folder.endOf(1))?.code), /^(130|143)$/);
});

test('two that submit the same at once share one array', async () => {
  const { job } = await writtenTasks(temporaryFolder(), 2);
  const earlier = submitted(fake).length;
  const slurms = [slurmOf('sleep 1'), slurmOf('sleep 1')];
  const [first, second] = await Promise.all(slurms.map((slurm) => slurm.start(job)));
  assert.equal(first.id, second.id);
  assert.equal(submitted(fake).length, earlier + 1);
  const found = await slurms[0].find(job);
  assert.equal(found?.id, first.id);
  assert.deepEqual((await found.queued())?.get(1), { state: 'running', node: 'fake1' });
  await ended(first);
});

test('a lock whose holder has died holds nobody', async () => {
  const { job, folder } = await writtenTasks(temporaryFolder(), 1);
  const { hostname } = await import('node:os');
  writeFileSync(folder.lock, `${hostname()} 4194999`);
  await ended(await slurmOf('true').start(job));
});

test('what Slurm refuses is said in its words, and silence is no end', async () => {
  const { job } = await writtenTasks(temporaryFolder(), 1);
  const flag = (name: string) => join(fake, name);
  writeFileSync(
    flag('refuses'),
    'sbatch: error: invalid partition specified: short\nBatch job submission failed\n',
  );
  await assert.rejects(slurmOf('true').start(job), (error: Error) => {
    assert.ok(error instanceof UserError);
    assert.match(
      error.message,
      /^sbatch refuses .*task\.sh: sbatch: error: invalid partition specified: short; Batch/,
    );
    return true;
  });
  rmSync(flag('refuses'));
  const started = await slurmOf('true').start(job);
  writeFileSync(flag('silent'), '');
  assert.equal(await started.queued(), undefined);
  await assert.rejects(slurmOf('true').find(job), /squeue does not answer/);
  rmSync(flag('silent'));
  await ended(started);
});

test('without Slurm, that is said', async () => {
  const { job } = await writtenTasks(temporaryFolder(), 1);
  const empty = temporaryFolder();
  mkdirSync(join(empty, 'bin'));
  const { PATH } = process.env;
  process.env['PATH'] = join(empty, 'bin');
  try {
    await assert.rejects(slurmOf('true').find(job), /There is no squeue here: .*local:N/);
  } finally {
    process.env['PATH'] = PATH;
  }
});
