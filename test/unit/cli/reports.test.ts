import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { reportSchema } from '../../../src/contract/report';
import { SCHEMA_VERSION } from '../../../src/contract/vocabulary';
import { corpus, example, temporaryFolder } from '../../support/corpus';
import { QUICK, landscape, shell } from './terminal';

const network = corpus('keras/mlp-tanh-moons.keras');
const moons = corpus('data/moons.npz');
const read = (...parts: string[]) => readFileSync(join(...parts), 'utf8');
const publicSchema = z.fromJSONSchema(
  JSON.parse(read(__dirname, '../../../media/schemas/report.json')) as z.core.JSONSchema.JSONSchema,
);

describe('a report', { concurrency: 2 }, () => {
  it('goes where it was asked to, folders made, the summary on stdout and nothing on stderr', async () => {
    const out = join(temporaryFolder(), 'new/folder');
    const files = { json: join(out, 'r.json'), html: join(out, 'r.html') };
    const { code, stdout, stderr } = await landscape([
      ...['analyze', network, '--data', moons, '--samples', 'first:128', '--bottom', '1', '--layers', 'full'],
      ...['--json', files.json, '--html', files.html],
    ]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.deepEqual(readdirSync(out).sort(), ['r.html', 'r.json']);
    const report = reportSchema.strict().parse(JSON.parse(read(files.json)));
    assert.equal(report.status, 'complete');
    assert.equal(report.schemaVersion, SCHEMA_VERSION);
    assert.equal(report.settings.samples, 'first 128 of 400 rows');
    assert.deepEqual(publicSchema.parse(report), report);
    assert.ok(stdout.includes(`Wrote ${files.json}\nWrote ${files.html}\n`));
    assert.ok(!stdout.includes('\u001b'));
    assert.doesNotMatch(stdout, /NaN|undefined|null/);
  });

  it('of a line holds to the same schema', async () => {
    const out = temporaryFolder();
    const { code, stderr, stdout } = await landscape([
      ...['interpolate', example('small-batch/epoch-020.keras'), example('large-batch/epoch-100.keras')],
      ...[
        '--samples',
        'first:100',
        '--points',
        '5',
        '--from',
        '0',
        '--to',
        '1',
        '--json',
        join(out, 'r.json'),
      ],
    ]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    const report = reportSchema.parse(JSON.parse(read(out, 'r.json')));
    assert.deepEqual(report.slices[0].coordinates, [0, 0.25, 0.5, 0.75, 1]);
    assert.deepEqual(publicSchema.parse(report), report);
    // The example's landscape.json names the data and the scaling.
    assert.equal(report.settings.input.scale, 0.00392156862745098);
    assert.match(stdout, /small-batch\/epoch-020\.keras to large-batch\/epoch-100\.keras/);
  });

  it('as a page holds its data escaped and loads nothing', async () => {
    const folder = join(temporaryFolder(), '<', 'script><img src=x onerror=alert(1)>');
    mkdirSync(folder, { recursive: true });
    const checkpoint = join(folder, 'a"\'&<b>.keras');
    cpSync(network, checkpoint);
    const file = join(folder, 'page.html');
    const { code, stderr } = await landscape([
      'analyze',
      checkpoint,
      '--data',
      moons,
      ...QUICK,
      '--html',
      file,
    ]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    const page = read(file);
    assert.doesNotMatch(page, /<img src=x|<b>\.keras/);
    assert.equal(page.match(/<script/g)!.length, page.match(/<\/script>/g)!.length);
    assert.match(page, /<meta http-equiv="Content-Security-Policy" content="default-src 'none';/);
    // What stands outside of the script and the styles names no other file and no address.
    const markup = page.replace(/<(script|style)[^>]*>[^]*?<\/\1>/g, '');
    assert.doesNotMatch(markup, /\b(src|href)=|https?:/);
    const state = JSON.parse(/id="landscape-state">([^]*?)<\/script>/.exec(page)![1]) as {
      report: { checkpoint: { path: string } };
    };
    assert.equal(state.report.checkpoint.path, checkpoint);
  });

  it('goes to stdout by the name of -, and all else to stderr', async () => {
    const cwd = temporaryFolder();
    const analyze = ['analyze', network, '--data', moons, ...QUICK];
    const json = await landscape([...analyze, '--json', '-'], cwd);
    assert.equal(json.code, 0);
    assert.equal(reportSchema.parse(JSON.parse(json.stdout)).status, 'complete');
    assert.match(json.stderr, /largest eigenvalues/);
    assert.doesNotMatch(json.stderr, /Wrote/);
    const html = await landscape([...analyze, '--html', '-', '--json', 'r.json'], cwd);
    assert.equal(html.code, 0);
    assert.match(html.stdout, /^<!doctype html>[^]*<\/html>\s*$/i);
    assert.match(html.stderr, /\nWrote r\.json\n$/);
    const relu = ['rescale', corpus('keras/mlp-digits.keras'), '--data', corpus('data/digits.npz')];
    const csv = await landscape([...relu, ...QUICK, '--measures', 'lambda-max', '--csv', '-'], cwd);
    assert.equal(csv.code, 0);
    assert.match(csv.stdout, /^label,path,/);
    assert.equal(csv.stdout.trimEnd().split('\n').length, 3, 'a heading and two sides');
    const shown = await landscape(['show', network, '--json', '-'], cwd);
    assert.ok(JSON.parse(shown.stdout));
    assert.deepEqual(readdirSync(cwd), ['r.json']);
  });

  it('is refused where two would go to stdout', async () => {
    const { code, stdout, stderr } = await landscape([
      ...['analyze', network, '--data', moons, '--json', '-', '--html', '-'],
    ]);
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^--json and --html both name -: give each a file of its own\.\n$/);
  });

  it('replaces an old one and writes through a link', async () => {
    const out = temporaryFolder();
    cpSync(network, join(out, 'old.json'));
    symlinkSync(join(out, 'old.json'), join(out, 'link.json'));
    const { code } = await landscape([
      'analyze',
      network,
      '--data',
      moons,
      ...QUICK,
      '--json',
      join(out, 'link.json'),
    ]);
    assert.equal(code, 0);
    assert.equal(reportSchema.parse(JSON.parse(read(out, 'old.json'))).status, 'complete');
  });
});

const command = (more: string) =>
  `landscape analyze "${network}" --data "${moons}" ${QUICK.join(' ')} ${more}`;

describe(
  'a full disk',
  { skip: process.platform !== 'linux' && 'by /dev/full and ulimit', concurrency: 2 },
  () => {
    it('is told in one sentence, with the figures still shown', async () => {
      const { code, stdout, stderr } = await shell(command('--json /dev/full'));
      assert.match(stderr, /^\/dev\/full could not be written: the disk is full[^\n]+\n$/);
      assert.equal(code, 2);
      assert.match(stdout, /largest eigenvalues/);
      assert.doesNotMatch(stdout, /Wrote/);
    });

    it('in the middle of a file leaves nothing of it', async () => {
      const out = temporaryFolder();
      const { code, stderr } = await shell(`ulimit -f 1; ${command(`--html "${out}/r.html"`)}`);
      assert.match(stderr, /^[^\n]*r\.html could not be written: [^\n]+\n$/);
      assert.equal(code, 2);
      assert.deepEqual(readdirSync(out), []);
    });

    it('under a report on stdout', async () => {
      const { code, stderr } = await shell(`${command('--json -')} > /dev/full`);
      assert.match(stderr, /\nThe report could not be written: [^\n]+\n$/);
      assert.equal(code, 2);
    });

    it('under the summary', async () => {
      const { code, stderr } = await shell(`${command('')} > /dev/full`);
      assert.match(stderr, /^The summary could not be written: [^\n]+\n$/);
      assert.equal(code, 2);
    });

    it('a reader that has seen enough is no fault', async () => {
      const { code, stderr } = await shell(`${command('')} | true`);
      assert.equal(stderr, '');
      assert.equal(code, 0);
    });
  },
);

describe('help', { concurrency: 3 }, () => {
  it('is asked for', async () => {
    for (const args of [['--help'], ['help', 'analyze'], ['interpolate', '--help']]) {
      const { code, stdout, stderr } = await landscape(args);
      assert.equal(code, 0);
      assert.match(stdout, /^Usage: landscape/);
      assert.equal(stderr, '');
    }
  });

  it('is not asked for', async () => {
    const { code, stdout, stderr } = await landscape([]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^Usage: landscape/);
  });

  it('the version', async () => {
    const { version } = JSON.parse(read(__dirname, '../../../package.json')) as { version: string };
    assert.deepEqual(await landscape(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  });
});
