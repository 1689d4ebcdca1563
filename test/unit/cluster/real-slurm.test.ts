import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Report } from '../../../src/contract/report';
import { surfaceSchema } from '../../../src/contract/surface';
import { comparisonOf, figuresOf } from '../../support/comparison-figures';
import { corpus, temporaryFolder } from '../../support/corpus';
import { pidsIn, realSlurm } from '../../support/slurm';
import { QUICK, carriedAndWorking, landscape, start } from '../cli/terminal';

const NETWORKS = ['mlp-digits.keras', 'mlp-digits-rescaled.keras', 'mlp-digits.h5', 'rnn-digits.keras'];
const networks = [...NETWORKS, 'gru-digits.keras', 'cnn-digits.keras'].map((name) => corpus('keras', name));
const data = ['--data', corpus('data/digits.npz')];
const few = [...data, ...QUICK, '--measures', 'lambda-max', '--no-barriers'];

test('on a real Slurm of two nodes', { timeout: 600_000 }, async (t) => {
  const folder = temporaryFolder();
  const slurm = await realSlurm(join(folder, 'slurm'), (end) => t.after(end));
  if (!slurm) {
    t.skip("the packages of Debian's Slurm cannot be had here");
    return;
  }
  const config = join(folder, 'config');
  const [go, killed] = ['go', 'killed'].map((name) => join(folder, name));
  mkdirSync(join(config, 'landscape'), { recursive: true });
  const setup = [
    `while [ ! -e ${go} ]; do sleep 0.1; done`,
    `[ "$SLURM_ARRAY_TASK_ID" != 0 ] || [ -e ${killed} ] || { touch ${killed}; kill -KILL $$; }`,
  ];
  const profile = { time: '10', memory: '1G', cpus: 1, setup };
  writeFileSync(
    join(config, 'landscape/cluster.json'),
    JSON.stringify({ default: profile, lanes: { cpus: 2 } }),
  );
  const environment = { ...slurm, XDG_CONFIG_HOME: config };
  const program = async (...words: [string, ...string[]]) => {
    const [name, ...rest] = words;
    const env = { ...process.env, ...environment };
    return (await promisify(execFile)(name, rest, { env })).stdout;
  };
  const compare = (paths: readonly string[], name: string) => {
    const out = ['--cache', join(folder, name), '--json', join(folder, `${name}.json`)];
    const running = start(['compare', ...paths, ...few, '--on', 'slurm', ...out], folder, environment);
    t.after(() => running.child.kill('SIGKILL'));
    return running;
  };
  const says = async (running: ReturnType<typeof start>) => {
    await new Promise((resolve) => running.child.stderr!.once('data', resolve));
  };

  await t.test('an array of 6, asked for twice, killed and requeued, is that of one machine', async () => {
    const both = [compare(networks, 'a'), compare(networks, 'a')];
    await Promise.all(both.map(says));
    const rows = (await program('squeue', '-h', '-r', '-o', '%F_%K')).trimEnd().split('\n');
    assert.equal(rows.length, 6);
    const requeued = rows.find((row) => row.endsWith('_1'))!;
    while (!/R 1\b/.test(await program('squeue', '-h', '-r', '-o', '%t %K'))) await sleep(100);
    await program('scontrol', 'requeue', requeued);
    // Slurm leaves two minutes before it starts it again.
    while (!/BeginTime/.test(await program('squeue', '-h', '-r', '-o', '%r'))) await sleep(100);
    await program('scontrol', 'update', `JobId=${requeued}`, 'StartTime=now');
    writeFileSync(go, '');
    for (const { code, stderr } of await Promise.all(both.map(({ ended }) => ended))) {
      assert.match(stderr, /\nTask 0 \(mlp-digits\.keras\) on n[12] ended with exit code 137, killed/);
      assert.equal(code, 1);
    }
    const again = await compare(networks, 'a').ended;
    assert.match(again.stderr, /^Started 1 task as job /);
    assert.equal(again.code, 0);
    const here = await landscape([
      ...['compare', ...networks, ...few],
      ...['--cache', join(folder, 'here'), '--json', join(folder, 'here.json')],
    ]);
    assert.equal(here.code, 0);
    assert.deepEqual(
      figuresOf(comparisonOf(join(folder, 'a.json'))),
      figuresOf(comparisonOf(join(folder, 'here.json'))),
    );
    // Beside the folder of tasks: a report each.
    assert.equal(readdirSync(join(folder, 'a')).length, 7);
  });

  await t.test('pictures in three rounds are those of one machine', async () => {
    const drawing = (name: string, ...on: readonly string[]) => [
      ...['surface', ...networks.slice(0, 2), ...data, '--samples', 'first:50', '--refinements', '1', ...on],
      ...['--cache', join(folder, name), '--json', join(folder, `${name}.json`)],
    ];
    const there = start(drawing('drawn', '--on', 'slurm'), folder, environment);
    t.after(() => there.child.kill('SIGKILL'));
    const { code, stderr } = await there.ended;
    assert.deepEqual([code, stderr.match(/Started \d tasks as job \d+/g)?.length], [0, 3]);
    assert.equal((await landscape(drawing('drawn-here'))).code, 0);
    const [first, second] = ['drawn', 'drawn-here'].map((name) =>
      surfaceSchema.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))),
    );
    assert.deepEqual([first.pictures, first.levels], [second.pictures, second.levels]);
    assert.equal(first.cost.evaluations, 0);
  });

  await t.test(
    'rows spread over both nodes, one of which is lost, give the digits of one machine',
    async () => {
      const network = corpus('onnx/resnet8-gratings.onnx');
      const few = ['--top', '1', '--layers', 'off', '--no-density', '--no-trace', '--no-slices'];
      const asked = [
        'analyze',
        network,
        '--data',
        corpus('data/gratings.npz'),
        '--normalize',
        'unit',
        ...few,
      ];
      const [there, here] = ['lanes', 'no-lanes'].map((name) => join(folder, `${name}.json`));
      const running = start([...asked, '--lanes-on', 'slurm:2:lanes', '--json', there], folder, environment);
      t.after(() => running.child.kill('SIGKILL'));
      await carriedAndWorking(running, 2);
      await program('scancel', (await program('squeue', '-h', '-o', '%i', '-w', 'n2')).trim());
      const { code, stderr } = await running.ended;
      assert.equal(code, 0, stderr);
      assert.equal((await landscape([...asked, '--json', here])).code, 0);
      const [far, near] = [there, here].map((file) => JSON.parse(readFileSync(file, 'utf8')) as Report);
      assert.deepEqual(far.spectrum, near.spectrum);
      assert.ok(far.notes.includes('The rows were spread over 2 compute processes on n1, n2.'));
      assert.match(
        far.notes.at(-1)!,
        /^The compute process on n2 ended \(.*\); the others computed its rows/,
      );
      assert.equal((await program('squeue', '-h')).trim(), '');
    },
  );

  await t.test(
    'what was cancelled is started again, and a node whose daemon dies loses nothing',
    async () => {
      rmSync(go, { force: true });
      const first = compare(networks.slice(0, 2), 'b');
      await says(first);
      first.child.kill('SIGINT');
      assert.equal((await first.ended).code, 130);
      await program('scancel', '--user=0');
      while ((await program('squeue', '-h')).trim() !== '') await sleep(200);
      const second = compare(networks.slice(0, 2), 'b');
      await says(second);
      while (!/ R /.test(await program('squeue', '-h'))) await sleep(100);
      process.kill(pidsIn(join(folder, 'slurm')).at(-1)!, 'SIGKILL');
      writeFileSync(go, '');
      assert.equal((await second.ended).code, 0);
      assert.ok(existsSync(join(folder, 'b.json')));
    },
  );
});
