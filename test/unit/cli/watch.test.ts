import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WatchLine, watchLineSchema } from '../../../src/contract/watch';
import { WatchTable } from '../../../src/cli/watch-table';
import { corpus, temporaryFolder } from '../../support/corpus';
import { aWatched } from '../jobs/watch/a-watched';
import { type Running, familyOf, gone, landscape, refuses, start } from './terminal';

const QUICK = ['--data', corpus('data/digits.npz'), '--samples', 'first:64', '--still', '0.2s'];

/** A folder with these networks as the epochs of a run. */
function runOf(...networks: readonly string[]): string {
  const folder = join(temporaryFolder(), 'run');
  mkdirSync(folder);
  networks.forEach((name, i) =>
    copyFileSync(corpus('keras', `${name}.keras`), join(folder, `epoch-${i + 1}.keras`)),
  );
  return folder;
}

const linesOf = (text: string): WatchLine[] =>
  text
    .trim()
    .split('\n')
    .map((line) => watchLineSchema.parse(JSON.parse(line)));

const checkpoints = (lines: readonly WatchLine[]) =>
  lines.flatMap((line) => (line.type === 'checkpoint' ? [line] : []));

/** Waits for a line of the file that a watch writes. */
async function lineWith(file: string, text: string): Promise<void> {
  for (let i = 0; !existsSync(file) || !readFileSync(file, 'utf8').includes(text); i++) {
    assert.ok(i < 1500, `${text} has not come`);
    await sleep(20);
  }
}

/** Where a process stands with others that want the processors. */
const niceOf = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[16]);

const elsewhere = process.platform !== 'linux' && 'processes are looked up in /proc';

describe('landscape watch', () => {
  it('writes a line a checkpoint as its schema says, and ends when nothing came', async () => {
    const folder = runOf('mlp-digits', 'mlp-digits-rescaled');
    const args = [
      'watch',
      folder,
      ...QUICK,
      '--json',
      '--idle',
      '0.5s',
      '--no-cache',
      '--learning-rate',
      '0.01',
    ];
    const { code, stdout, stderr } = await landscape(args);
    assert.deepEqual([code, stderr], [0, '']);
    const lines = linesOf(stdout);
    assert.deepEqual(
      lines.map(({ type }) => type),
      ['start', 'checkpoint', 'checkpoint', 'end'],
    );
    for (const { file, status, figures, threshold } of checkpoints(lines)) {
      assert.deepEqual([status, threshold, figures?.rows], ['measured', 200, 64], file);
      assert.ok(figures!.trace!.standardError! >= 0 && figures!.criticalSharpness! > 0);
    }
    const end = lines.at(-1)!;
    assert.ok(end.type === 'end' && end.reason === 'idle' && end.measured === 2);
  });

  it('a table for people, with a page at the end', async () => {
    const folder = runOf('mlp-digits');
    const html = join(folder, 'watch.html');
    const args = ['watch', folder, ...QUICK, '--no-trace', '--idle', '0', '--no-cache', '--html', html];
    const { code, stdout } = await landscape(args);
    assert.equal(code, 0);
    assert.match(stdout, /^checkpoint +loss +.*λ₁/);
    assert.match(stdout, /\nepoch-1\.keras +[\d.]+ /);
    assert.match(stdout, /Nothing came for 0 s: ended\. 1 checkpoint measured\.\nWrote /);
    assert.match(readFileSync(html, 'utf8'), /"kind":"watch"/);
  });

  it('killed and begun again loses nothing; gives way to other processes', { skip: elsewhere }, async () => {
    const folder = runOf('mlp-digits', 'cnn-digits');
    const [cache, out] = [temporaryFolder(), join(temporaryFolder(), 'lines.jsonl')];
    const args = ['watch', folder, ...QUICK, '--cache', cache, '--json', out];
    const killed: Running = start(args);
    const family = await familyOf(killed);
    for (const pid of [family.engine, ...family.lanes])
      assert.equal(niceOf(pid), constants.priority.PRIORITY_LOW);
    await lineWith(out, '"status":"measured"');
    killed.child.kill('SIGKILL');
    await killed.ended;
    await gone(family);
    const before = checkpoints(linesOf(readFileSync(out, 'utf8')));
    copyFileSync(corpus('keras/rnn-digits.keras'), join(folder, 'epoch-3.keras'));
    assert.equal((await landscape([...args, '--idle', '0.5s'])).code, 0);
    const after = checkpoints(linesOf(readFileSync(out, 'utf8')));
    assert.deepEqual(after.map(({ file, status }) => `${file} ${status}`).sort(), [
      'epoch-1.keras measured',
      'epoch-2.keras measured',
      'epoch-3.keras measured',
    ]);
    assert.deepEqual(
      after.find(({ file }) => file === before[0].file),
      before[0],
    );
  });

  it('Ctrl+C ends it, with a last line, and leaves no process', { skip: elsewhere }, async () => {
    const out = join(temporaryFolder(), 'lines.jsonl');
    const run = start(['watch', runOf('mlp-digits'), ...QUICK, '--no-cache', '--json', out]);
    const family = await familyOf(run);
    await lineWith(out, '"type":"checkpoint"');
    process.kill(-run.child.pid!, 'SIGINT');
    assert.deepEqual(await run.ended, { code: 130, stdout: '', stderr: '' });
    await gone(family);
    const last = linesOf(readFileSync(out, 'utf8')).at(-1)!;
    assert.ok(last.type === 'end' && last.reason === 'interrupted' && last.measured === 1);
  });

  it('refuses what it cannot watch', async () => {
    const folder = runOf('mlp-digits');
    await refuses(['watch', '/nowhere/run', ...QUICK], /^There is no folder \/nowhere\/run to watch/);
    await refuses(['watch', folder, folder, ...QUICK], /^One run is watched at a time.*in quotes/);
    await refuses(['watch', folder, ...QUICK, '--idle', 'soon'], /Give a time such as 90s, 30m or 2h/);
    await refuses(['watch', folder], /^Which data was .*run trained on\? Name the file by --data/);
  });
});

describe('the table of a watch', () => {
  it('leaves out columns where the terminal is narrow, and says why there are no figures', () => {
    const wide = new WatchTable(120);
    assert.equal(wide.head.replace(/ +/g, ' '), 'checkpoint loss test accuracy λ₁ 2/η trace critical');
    const narrow = new WatchTable(80);
    assert.match(narrow.head, /λ₁/);
    const checkpoint = aWatched(
      2,
      { lambda: 8 },
      { threshold: 10, file: 'a/very/long/way/to/it/epoch-2.keras' },
    );
    for (const table of [wide, narrow]) {
      assert.equal(table.row(checkpoint).length, table.head.length);
      assert.match(table.row(checkpoint), /^….*epoch-2\.keras +0\.5 /);
    }
    assert.ok(narrow.head.length <= 80 && wide.head.length <= 120);
    const { figures: _, ...rest } = checkpoint;
    const failed = narrow.row({ ...rest, status: 'failed', reason: 'It is cut off.' });
    assert.match(failed.replaceAll('\n', ' '), /epoch-2\.keras: It is cut off\.$/);
  });
});
