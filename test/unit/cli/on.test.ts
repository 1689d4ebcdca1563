import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { corpus, temporaryFolder } from '../../support/corpus';
import { experimentReportSchema } from '../../../src/contract/experiment';
import { comparisonOf, figuresOf } from '../../support/comparison-figures';
import { fakeSlurm, submitted } from '../../support/slurm';
import { QUICK, landscape, refuses, start } from './terminal';

const networks = ['mlp-digits', 'mlp-digits-rescaled'].map((name) => corpus(`keras/${name}.keras`));
const data = ['--data', corpus('data/digits.npz')];
const few = [...QUICK, '--measures', 'lambda-max', '--no-barriers'];
const asked = ['compare', ...networks, ...data, ...few];

/** A fake Slurm whose default profile says what follows. */
function slurmWith(profile: Record<string, unknown>) {
  const fake = temporaryFolder();
  mkdirSync(join(fake, 'config/landscape'), { recursive: true });
  const profiles = { default: { time: '10', memory: '2G', ...profile } };
  writeFileSync(join(fake, 'config/landscape/cluster.json'), JSON.stringify(profiles));
  return { fake, environment: fakeSlurm(fake) };
}

describe('a comparison measured elsewhere', { concurrency: 2 }, () => {
  it('by Slurm or by processes here has the figures of one measured here', async () => {
    const out = temporaryFolder();
    const at = (name: string) => join(out, name);
    const local = await landscape([...asked, '--cache', at('a'), '--json', at('a.json')]);
    assert.equal(local.code, 0);
    const { fake, environment } = slurmWith({});
    const on = ['--on', 'slurm', '--cache', at('b'), '--json', at('b.json')];
    const { code, stderr } = await start([...asked, ...on], out, environment).ended;
    assert.match(stderr, /^Started 2 tasks as job 1; logs are in .*\/b\/jobs\/[0-9a-f]{16}\/logs\n$/);
    assert.equal(code, 0);
    assert.equal(submitted(fake).length, 1);
    const processes = ['--on', 'local:2', '--cache', at('c'), '--json', at('c.json')];
    assert.equal((await landscape([...asked, ...processes])).code, 0);
    const expected = figuresOf(comparisonOf(at('a.json')));
    for (const name of ['b.json', 'c.json']) assert.deepEqual(figuresOf(comparisonOf(at(name))), expected);
  });

  it('of which one task fails is told of it, and tries that one again', async () => {
    const out = temporaryFolder();
    const third = corpus('keras/mlp-digits.h5');
    const { fake, environment } = slurmWith({
      setup: [
        '[ "$SLURM_ARRAY_TASK_ID" != 1 ] || [ -e "$FAKE_SLURM/mended" ] || { echo lost >&2; kill -KILL $$; }',
      ],
    });
    const on = ['--on', 'slurm', '--cache', join(out, 'cache'), '--json', join(out, 'c.json')];
    const command = ['compare', ...networks, third, ...data, ...few, ...on];
    const { code, stderr } = await start(command, out, environment).ended;
    assert.match(
      stderr,
      /\nTask 1 \(mlp-digits-rescaled\.keras\) on fake1 ended with exit code 137, killed.*: lost\n/,
    );
    assert.match(stderr, /This is incomplete/);
    assert.equal(code, 1);
    const { members, notes, status } = comparisonOf(join(out, 'c.json'));
    assert.deepEqual([members.length, status], [2, 'incomplete']);
    assert.ok(notes.some((note) => /^mlp-digits-rescaled\.keras is left out: Task 1 /.test(note)));
    writeFileSync(join(fake, 'mended'), '');
    assert.equal((await start(command, out, environment).ended).code, 0);
    const scripts = submitted(fake);
    assert.equal(scripts.length, 2);
    assert.match(readFileSync(scripts[1], 'utf8'), /--array=1%20\n/);
  });

  it('goes on after Ctrl+C, and is taken up by the same command', async () => {
    const out = temporaryFolder();
    const { fake, environment } = slurmWith({
      setup: ['while [ ! -e "$FAKE_SLURM/go" ]; do sleep 0.1; done'],
    });
    const on = ['--on', 'slurm', '--cache', join(out, 'cache')];
    const first = start([...asked, ...on], out, environment);
    await new Promise((resolve) => first.child.stderr!.once('data', resolve));
    first.child.kill('SIGINT');
    const { code, stderr } = await first.ended;
    assert.match(
      stderr,
      /The tasks go on\. The same command follows them again; scancel 1 cancels them\.\n$/,
    );
    assert.equal(code, 130);
    assert.equal(readdirSync(join(fake, 'queue')).length, 2);
    const second = start([...asked, ...on], out, environment);
    await new Promise((resolve) => second.child.stderr!.once('data', resolve));
    writeFileSync(join(fake, 'go'), '');
    const followed = await second.ended;
    assert.match(followed.stderr, /^Following 2 tasks as job 1;/);
    assert.equal(followed.code, 0);
    assert.equal(submitted(fake).length, 1);
  });

  it('of which files are mistaken, folders lacking or words unknown says so', async () => {
    const out = temporaryFolder();
    await refuses([...asked, '--on', 'moon'], /--on moon is nothing that is known/);
    await refuses([...asked, '--on', 'local:2', '--no-cache'], /leave --no-cache out/);
    const file = join(out, 'file');
    writeFileSync(file, '');
    await refuses(
      [...asked, '--on', 'local:2', '--cache', file],
      /could not be written: a part of its path is a file/,
    );
    const { code, stderr } = await landscape(['task', out]);
    assert.match(stderr, /tasks\.json.*\n$/);
    assert.equal(code, 2);
  });

  it('is printed for other schedulers, whose processes bring the results', async () => {
    const out = temporaryFolder();
    const cache = join(out, 'cache');
    const { code, stdout } = await landscape([...asked, '--on', 'print:snakemake', '--cache', cache]);
    assert.equal(code, 0);
    const [key] = /"([0-9a-f]{64})"/.exec(stdout)!.slice(1);
    const folder = join(cache, 'jobs', readdirSync(join(cache, 'jobs'))[0]);
    const done = await landscape(['task', folder, '--key', key]);
    assert.match(done.stdout, /^mlp-digits on .*\nDone\.\n$/);
    const place = { JOB_COMPLETION_INDEX: '0' };
    assert.match((await start(['task', folder], out, place).ended).stdout, /Its result is there already\./);
    const other = await landscape(['task', folder, '--index', '2']);
    assert.match(other.stderr, /^There is no task 2 in this folder: it has 2, from 0\.\n$/);
    assert.equal(other.code, 2);
    // A shared folder that cannot be written to is no mistake in the files: another try may end otherwise.
    rmSync(join(cache, `${key}.json`));
    mkdirSync(join(cache, `${key}.json`));
    const { code: full, stderr } = await landscape(['task', folder, '--index', '0']);
    assert.match(stderr, /json is no plain file/);
    assert.equal(full, 1);
  });

  it('or trained elsewhere, run by run, has the figures of an experiment here', async () => {
    const out = temporaryFolder();
    const file = join(out, 'rates.experiment.json');
    const values = [0.1, 0.2].map((rate) => ({ label: String(rate), value: rate }));
    const experiment = {
      title: 'Rates',
      question: 'Does the rate matter?',
      run: {
        data: corpus('data/moons.npz'),
        model: { kind: 'mlp', hidden: [6], activation: 'tanh' },
        batchSize: 50,
        epochs: 1,
        optimizer: { name: 'sgd', learningRate: 0.1 },
      },
      vary: [{ key: 'optimizer.learningRate', label: 'rate', values }],
      seeds: [1],
      measure: { settings: { trace: false } },
      claims: [],
    };
    writeFileSync(file, JSON.stringify(experiment));
    const { fake, environment } = slurmWith({
      setup: [
        '[ "$SLURM_ARRAY_TASK_ID" != 1 ] || [ -e "$FAKE_SLURM/mended" ] || { echo lost >&2; kill -KILL $$; }',
      ],
    });
    const figures = (name: string) =>
      experimentReportSchema
        .parse(JSON.parse(readFileSync(join(out, name, 'report.json'), 'utf8')))
        .runs.map(({ figures, status }) => ({ figures, status }));
    const asked = (name: string) => ['experiment', file, '--out', join(out, name)];
    assert.equal((await landscape(asked('here'))).code, 0);
    const elsewhere = [...asked('there'), '--on', 'slurm'];
    const { code, stderr } = await start(elsewhere, out, environment).ended;
    assert.match(stderr, /\nTask 1 \(0\.2, seed 1\) on fake1 ended with exit code 137/);
    assert.equal(code, 1);
    assert.deepEqual(
      figures('there').map(({ status }) => status),
      ['done', 'failed'],
    );
    writeFileSync(join(fake, 'mended'), '');
    assert.equal((await start(elsewhere, out, environment).ended).code, 0);
    assert.deepEqual(figures('there'), figures('here'));
    assert.match(readFileSync(submitted(fake)[1], 'utf8'), /--array=1%20\n[^]*scontrol requeue/);
  });
});
