import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { corpus, temporaryFolder } from '../../support/corpus';
import { type Ended, type Running, familyOf, gone, shell, start } from './terminal';

const digits = corpus('data/digits.npz');
const networks = ['mlp-digits', 'mlp-digits-rescaled'].map((name) => corpus(`keras/${name}.keras`));

/** A run that would take hours. */
const RUN = {
  data: digits,
  model: { kind: 'mlp', hidden: [32] },
  epochs: 100_000,
  checkpoints: { every: 50_000 },
};

/** Commands that take far longer than these tests and write into a folder. */
const LONG: Readonly<Record<string, (out: string) => string[]>> = {
  compare: (out) => [
    ...['compare', ...networks, '--data', digits, '--top', '100', '--bottom', '50', '--layers', 'full'],
    ...['--cache', join(out, 'cache'), '--json', join(out, 'c.json'), '--html', join(out, 'c.html')],
  ],
  train(out) {
    writeFileSync(join(out, 'long.run.json'), JSON.stringify(RUN));
    return ['train', join(out, 'long.run.json')];
  },
  experiment(out) {
    const file = join(out, 'long.experiment.json');
    const asked = { title: 'Long', question: 'How long?', run: RUN, seeds: [1, 2], claims: [] };
    writeFileSync(file, JSON.stringify(asked));
    return ['experiment', file, '--json', join(out, 'e.json')];
  },
};

const elsewhere = process.platform !== 'linux' && 'processes are looked up in /proc';

/** Names of files that are written beside others before they take their names. */
const halves = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(^|\/)\.[^/]+\.[0-9a-f]{12}$/.test(name),
  );

async function stopped(run: Running, out: string, signal: NodeJS.Signals): Promise<Ended> {
  const family = await familyOf(run);
  run.child.kill(signal);
  const ended = await run.ended;
  await gone(family);
  assert.deepEqual(halves(out), []);
  return ended;
}

describe('whatever a command does, a signal ends it and all its processes', { skip: elsewhere }, () => {
  for (const [name, args] of Object.entries(LONG)) {
    it(`${name}: SIGTERM`, async () => {
      const out = temporaryFolder();
      const { code, stdout, stderr } = await stopped(start(args(out)), out, 'SIGTERM');
      assert.equal(code, 130);
      assert.equal(stdout, '');
      assert.match(stderr, /^(|[^\n]+\n)$/);
    });

    it(`${name}: SIGKILL`, async () => {
      const out = temporaryFolder();
      assert.equal((await stopped(start(args(out)), out, 'SIGKILL')).code, null);
    });
  }
});

describe('a disk that takes nothing more', { skip: elsewhere }, () => {
  for (const name of ['train', 'experiment'])
    it(`${name}: is said in one sentence, and nothing half is left`, async () => {
      const out = temporaryFolder();
      const words = LONG[name](out).map((word) => `'${word}'`);
      // Files of a block at most, as on a disk that is full at once.
      const { code, stderr } = await shell(`ulimit -f 1; landscape ${words.join(' ')}`);
      assert.match(stderr, /^[^\n]+ could not be written: [^\n]+\n$/);
      assert.equal(code, 2);
      assert.deepEqual(halves(out), []);
    });
});
