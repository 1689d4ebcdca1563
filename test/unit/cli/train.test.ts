import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../../../src/contract/history';
import { corpus, temporaryFolder } from '../../support/corpus';
import { type Running, familyOf, gone, landscape, start } from './terminal';

/** A run file in a folder of its own. */
function runFile(more: object = {}): string {
  const file = join(temporaryFolder(), 'digits.run.json');
  const run = {
    data: corpus('data/digits.npz'),
    model: { kind: 'mlp', hidden: [24], batchNorm: true, dropout: 0.1 },
    optimizer: { name: 'adam' },
    batchSize: 16,
    epochs: 2,
    ...more,
  };
  writeFileSync(file, JSON.stringify(run));
  return file;
}

const checkpoints = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.keras'))
    .sort()
    .map((name) => [name, readFileSync(join(folder, name)).toString('base64')]);

const historyOf = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'history.json'), 'utf8')) as History;

/** Waits until a run has written a state past its start. */
async function underWay(running: Running, out: string): Promise<void> {
  const state = join(out, 'state.bin');
  const written = () => (existsSync(state) ? statSync(state).mtimeMs : 0);
  while (written() === 0) {
    assert.equal(running.child.exitCode, null, 'the command has ended already');
    await sleep(10);
  }
  const first = written();
  while (written() === first) {
    assert.equal(running.child.exitCode, null, 'the command has ended already');
    await sleep(10);
  }
}

describe('landscape train', () => {
  it('trains beside the run file and says how it went', async () => {
    const file = runFile();
    const { code, stdout, stderr } = await landscape(['train', file]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.match(stdout, /\ndigits: complete\n/);
    assert.match(stdout, /\n {2}epoch {2}step {2}rate {3}train loss .*test loss .*distance\n/);
    assert.match(stdout, /\n {2}2 {6}180 {3}0\.001 /);
    const out = join(file, '../digits');
    assert.deepEqual(
      checkpoints(out).map(([name]) => name),
      ['epoch-000.keras', 'epoch-001.keras', 'epoch-002.keras'],
    );
    assert.equal(historyOf(out).status, 'complete');
  });

  it('names every mistake of a run file, and exits with 2', async () => {
    const { code, stdout, stderr } = await landscape(['train', runFile({ epochs: 0, batchSize: -1 })]);
    assert.match(
      stderr,
      /digits\.run\.json is not right: "batchSize" must be above 0; "epochs" must be above 0\.\n$/,
    );
    assert.equal(stdout, '');
    assert.equal(code, 2);
  });
});

const elsewhere = process.platform !== 'linux' && 'processes are looked up in /proc';

describe('a run that is stopped', { skip: elsewhere }, () => {
  const long = { epochs: 30, checkpoints: { every: 10 } };

  it('goes on after Ctrl+C and after kill -9, to the bytes of a run that is not stopped', async () => {
    const whole = runFile(long);
    assert.equal((await landscape(['train', whole])).code, 0);
    const file = runFile(long);
    const out = join(file, '../digits');

    const first = start(['train', file]);
    await underWay(first, out);
    const family = await familyOf(first);
    process.kill(-first.child.pid!, 'SIGINT');
    const { code, stdout, stderr } = await first.ended;
    assert.match(stderr, /^Stopped\. The same command goes on from the state in .*digits\.\n$/);
    assert.deepEqual([code, stdout], [130, '']);
    await gone(family);
    const stopped = historyOf(out);
    assert.equal(stopped.status, 'cancelled');
    assert.ok(
      readdirSync(out).every((name) => !name.startsWith('.')),
      'something is half written',
    );

    const second = start(['train', file]);
    await underWay(second, out);
    process.kill(-second.child.pid!, 'SIGKILL');
    assert.equal((await second.ended).code, null);
    assert.notEqual(historyOf(out).status, 'complete');

    assert.equal((await landscape(['train', file])).code, 0);
    assert.deepEqual(checkpoints(out), checkpoints(join(whole, '../digits')));
  });

  it('says how to go on where the engine is killed, or a lane', async () => {
    const file = runFile({ ...long, epochs: 400, checkpoints: { every: 400 } });
    const out = join(file, '../elsewhere');
    const goesOn = `The run can go on from its last state in [^\n]*elsewhere: landscape train ${file} --out ${out}\n$`;
    for (const [which, sentence] of [
      ['engine', '^The engine stopped unexpectedly \\(SIGKILL\\) while training by [^\n]*json\\. '],
      ['lanes', '^A compute process ended unexpectedly \\(SIGKILL\\), perhaps for want of memory[^\n]*\\. '],
    ] as const) {
      const running = start(['train', file, '--out', out]);
      await underWay(running, out);
      const family = await familyOf(running);
      for (const pid of [family[which]].flat()) process.kill(pid, 'SIGKILL');
      const { code, stdout, stderr } = await running.ended;
      assert.match(stderr, new RegExp(sentence + goesOn));
      assert.deepEqual([code, stdout], [1, '']);
      await gone(family);
    }
  });
});
