import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../../../src/contract/report';
import { corpus, temporaryFolder } from '../../support/corpus';
import {
  type Running,
  carriedAndWorking,
  carriedLanes,
  familyOf,
  landscape,
  refuses,
  start,
} from './terminal';

const SKIP = process.platform !== 'linux' && 'processes are looked up in /proc';
const data = ['--data', corpus('data/gratings.npz'), '--samples', 'first:128', '--normalize', 'unit'];
const few = ['--top', '1', '--layers', 'off', '--no-density', '--no-trace', '--no-slices'];
const network = corpus('onnx/resnet8-gratings.onnx');
/** Commands that say something of their own first, and carry a lane no further than here. */
const here = ['--lanes-on', 'echo Welcome; env', '--lanes-on', 'env A=1'];

const analyze = (...more: readonly string[]) => ['analyze', network, ...data, ...few, ...more];

/** A report without what differs from run to run. */
function figuresIn(file: string): Partial<Report> {
  const { createdAt: _, cost: __, notes: ___, ...figures } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return figures;
}

const notesIn = (file: string): string[] => (JSON.parse(readFileSync(file, 'utf8')) as Report).notes;

const isOfLanes = (note: string): boolean => /compute process/.test(note);

async function gone(lanes: readonly number[]): Promise<void> {
  for (let i = 0; i < 500 && lanes.some((pid) => carriedLanes(1).includes(pid)); i++) await sleep(20);
  assert.deepEqual(
    carriedLanes(1).filter((pid) => lanes.includes(pid)),
    [],
  );
}

function begun(t: TestContext, ...more: readonly string[]): Running {
  const running = start(analyze(...here, ...more));
  t.after(() => running.child.kill('SIGKILL'));
  return running;
}

test('rows that are spread over processes of commands give the digits of this machine', async () => {
  const folder = temporaryFolder();
  const [local, far] = ['local.json', 'far.json'].map((name) => join(folder, name));
  assert.equal((await landscape(analyze('--json', local))).code, 0);
  const { code, stderr } = await landscape(analyze(...here, '--json', far));
  assert.equal(code, 0, stderr);
  assert.deepEqual(figuresIn(far), figuresIn(local));
  assert.match(notesIn(far).find(isOfLanes)!, /^The rows were spread over 2 compute processes on \S+\.$/);
  assert.deepEqual(
    notesIn(far).filter((note) => !isOfLanes(note)),
    notesIn(local),
  );
});

test('a process that is killed costs a sentence, and the last digits stay', { skip: SKIP }, async (t) => {
  const folder = temporaryFolder();
  const [local, far] = ['local.json', 'far.json'].map((name) => join(folder, name));
  const running = begun(t, '--json', far);
  const lanes = await carriedAndWorking(running, 1);
  process.kill(lanes[0], 'SIGKILL');
  const { code, stderr } = await running.ended;
  assert.equal(code, 0, stderr);
  assert.equal((await landscape(analyze('--json', local))).code, 0);
  assert.deepEqual(figuresIn(far), figuresIn(local));
  assert.match(
    notesIn(far).filter(isOfLanes).at(-1)!,
    /^The compute process on \S+ ended \(.+\); the others computed its rows, which moves no digit\.$/,
  );
  await gone(lanes);
});

test('cancelling leaves no process, nor does the sudden end of the engine', { skip: SKIP }, async (t) => {
  const cancelled = begun(t);
  const lanes = await carriedAndWorking(cancelled, 1);
  cancelled.child.kill('SIGINT');
  assert.equal((await cancelled.ended).code, 130);
  await gone(lanes);
  const crashed = begun(t);
  const others = await carriedAndWorking(crashed, 1);
  process.kill((await familyOf(crashed)).engine, 'SIGKILL');
  assert.equal((await crashed.ended).code, 1);
  await gone(others);
});

test('what starts nothing is said in a sentence', async () => {
  const refused = (where: string, sentence: RegExp) => refuses(analyze('--lanes-on', where), sentence);
  await refused('false', /^No compute process is started by "false" \(exit code 1\)\.\n$/);
  await refused('slurm', /^--lanes-on "slurm" is nothing that is known: give slurm:N /);
  await refused('slurm:0', /^--lanes-on "slurm:0" is nothing that is known/);
  await refused('', /^--lanes-on "" is nothing that is known/);
  await refused('slurm:2:nosuch', /^There is no profile "nosuch"/);
  await refuses(
    ['compare', network, network, ...data, ...here, '--on', 'local:2'],
    /^--on gives whole tasks to other machines, --lanes-on the rows of one: leave one of them out\.\n$/,
  );
});
