import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Surface, surfaceSchema } from '../../../src/contract/surface';
import { changedNetwork, corpus, temporaryFolder } from '../../support/corpus';
import { fakeSlurm, submitted } from '../../support/slurm';
import { landscape, refuses, start } from './terminal';

const networks = ['mlp-digits', 'mlp-digits-rescaled'].map((name) => corpus(`keras/${name}.keras`));
const few = ['--data', corpus('data/digits.npz'), '--samples', 'first:50', '--refinements', '1'];
const asked = ['surface', ...networks, ...few];

function read(file: string): Surface {
  return surfaceSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** All that is no matter of when and where. */
const figuresOf = ({ levels, pictures, findings, settings, notes }: Surface) => ({
  ...{ levels, pictures, findings, settings, notes },
});

/** The names of the tasks of all rounds below a cache. */
const labelsIn = (cache: string): string[] =>
  readdirSync(join(cache, 'jobs')).flatMap((name) => {
    const text = readFileSync(join(cache, 'jobs', name, 'tasks.json'), 'utf8');
    return (JSON.parse(text) as { tasks: { label: string }[] }).tasks.map(({ label }) => label);
  });

describe('pictures drawn elsewhere', { concurrency: 2 }, () => {
  it('in three rounds have the digits of those drawn here, maps included, and nothing is measured twice', async () => {
    const out = temporaryFolder();
    const at = (name: string) => join(out, name);
    const command = (name: string) => [
      ...[...asked, '--map', '3', '--cache', at(name)],
      ...['--json', at(`${name}.json`)],
    ];
    assert.equal((await landscape(command('a'))).code, 0);
    const { code, stderr } = await landscape([...command('b'), '--on', 'local:2']);
    assert.equal(code, 0, stderr);
    assert.deepEqual(stderr.match(/Started \d tasks/g), [
      'Started 2 tasks',
      'Started 2 tasks',
      'Started 4 tasks',
    ]);
    const [here, there] = [read(at('a.json')), read(at('b.json'))];
    assert.deepEqual(figuresOf(there), figuresOf(here));
    assert.deepEqual([there.cost.evaluations, there.cost.products], [0, 0]);
    assert.deepEqual(labelsIn(at('b')).sort(), [
      ...['the first look at mlp-digits', 'the first look at mlp-digits-rescaled'],
      ...['the map of mlp-digits', 'the map of mlp-digits-rescaled'],
      ...['the picture of mlp-digits', 'the picture of mlp-digits-rescaled'],
      ...['the plane of mlp-digits', 'the plane of mlp-digits-rescaled'],
    ]);
    const again = await landscape([...command('b'), '--on', 'local:2']);
    assert.deepEqual([again.code, again.stderr], [0, '']);
  });

  it('or the one through three of them as one task, which is not drawn again here', async () => {
    const out = temporaryFolder();
    const moved = (by: number) =>
      changedNetwork((_, values) => values.forEach((x, i) => (values[i] = x * (1 + 0.1 * Math.sin(by * i)))));
    const three = [corpus('tfjs/cnn-digits/model.json'), moved(1), moved(2)];
    const plane = ['surface', ...three, ...few, '--samples', 'first:20', '--plane', 'checkpoints'];
    const [here, there] = ['a.json', 'b.json'].map((name) => join(out, name));
    assert.equal((await landscape([...plane, '--no-cache', '--json', here])).code, 0);
    const on = ['--cache', join(out, 'cache'), '--on', 'local:1', '--json', there];
    const { code, stderr } = await landscape([...plane, ...on]);
    assert.deepEqual([code, stderr.match(/Started \d tasks?/g)], [0, ['Started 1 task']]);
    assert.deepEqual(figuresOf(read(there)), figuresOf(read(here)));
    assert.ok(read(there).cost.evaluations > 80);
  });

  it('of which a task fails say so, and the same command starts that one again', async () => {
    const fake = temporaryFolder();
    mkdirSync(join(fake, 'config/landscape'), { recursive: true });
    const setup = [
      '[ "$SLURM_ARRAY_TASK_ID" != 1 ] || [ -e "$FAKE_SLURM/mended" ] || { echo lost >&2; kill -KILL $$; }',
    ];
    const profiles = { default: { time: '10', memory: '2G', setup } };
    writeFileSync(join(fake, 'config/landscape/cluster.json'), JSON.stringify(profiles));
    const environment = fakeSlurm(fake);
    const out = temporaryFolder();
    const random = [...asked, '--plane', 'random', '--cache', join(out, 'cache')];
    const command = [...random, '--on', 'slurm', '--json', join(out, 'there.json')];
    const { code, stdout, stderr } = await start(command, out, environment).ended;
    assert.match(
      stderr,
      /\nTask 1 \(the first look at mlp-digits-rescaled\) on fake1 ended with exit code 137/,
    );
    assert.match(
      stderr,
      /\nNothing is drawn: 1 of 2 tasks left no result\. The same command starts what failed/,
    );
    assert.deepEqual([code, stdout], [1, '']);
    writeFileSync(join(fake, 'mended'), '');
    assert.equal((await start(command, out, environment).ended).code, 0);
    const [, again, last] = submitted(fake);
    assert.match(readFileSync(again, 'utf8'), /--array=1%20\n/);
    assert.match(readFileSync(last, 'utf8'), /--array=0-1%20\n[^]*scontrol requeue/);
    const here = [...asked, '--plane', 'random', '--no-cache', '--json', join(out, 'here.json')];
    assert.equal((await landscape(here)).code, 0);
    assert.deepEqual(figuresOf(read(join(out, 'there.json'))), figuresOf(read(join(out, 'here.json'))));
  });

  it('need a folder that all see', async () => {
    await refuses([...asked, '--on', 'local:2', '--no-cache'], /leave --no-cache out/);
  });
});
