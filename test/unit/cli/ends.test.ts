import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { corpus, temporaryFolder } from '../../support/corpus';
import { type Running, familyOf, gone, start, working } from './terminal';

/** An analysis that takes far longer than any of these tests, with reports asked for in `out`. */
function long(): Running & { readonly out: string } {
  const out = temporaryFolder();
  const running = start([
    ...['analyze', corpus('keras/cnn-digits.keras'), '--data', corpus('data/digits.npz')],
    ...['--top', '100', '--bottom', '50', '--layers', 'full'],
    ...['--json', join(out, 'r.json'), '--html', join(out, 'r.html')],
  ]);
  return { ...running, out };
}

const elsewhere = process.platform !== 'linux' && 'processes are looked up in /proc';

describe('however a run ends, no process and no half report is left', { skip: elsewhere }, () => {
  it('Ctrl+C, which the terminal sends to the whole group', async () => {
    const run = long();
    const family = await familyOf(run);
    process.kill(-run.child.pid!, 'SIGINT');
    assert.deepEqual(await run.ended, { code: 130, stdout: '', stderr: '' });
    await gone(family);
    assert.deepEqual(readdirSync(run.out), []);
  });

  it('SIGTERM to the command alone', async () => {
    const run = long();
    const family = await familyOf(run);
    run.child.kill('SIGTERM');
    assert.deepEqual(await run.ended, { code: 130, stdout: '', stderr: '' });
    await gone(family);
    assert.deepEqual(readdirSync(run.out), []);
  });

  it('SIGKILL to the command', async () => {
    const run = long();
    const family = await familyOf(run);
    run.child.kill('SIGKILL');
    assert.equal((await run.ended).code, null);
    await gone(family);
    assert.deepEqual(readdirSync(run.out), []);
  });

  it('the engine is killed', async () => {
    const run = long();
    const family = await familyOf(run);
    process.kill(family.engine, 'SIGKILL');
    const { code, stdout, stderr } = await run.ended;
    assert.match(
      stderr,
      /^The engine stopped unexpectedly \(SIGKILL\) while analyzing .*cnn-digits\.keras\. [^\n]+\n$/,
    );
    assert.equal(code, 1);
    assert.equal(stdout, '');
    await gone(family);
    assert.deepEqual(readdirSync(run.out), []);
  });

  it('a lane is killed', async () => {
    const run = long();
    const family = await familyOf(run);
    // One that has not been used yet is replaced without a word.
    process.kill(await working(family), 'SIGKILL');
    const { code, stdout, stderr } = await run.ended;
    assert.match(stderr, /^A compute process ended unexpectedly \(SIGKILL\)[^\n]+\n$/);
    assert.equal(code, 1);
    assert.equal(stdout, '');
    await gone(family);
    assert.deepEqual(readdirSync(run.out), []);
  });
});
