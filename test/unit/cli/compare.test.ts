import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { comparisonSchema } from '../../../src/contract/comparison';
import { corpus, temporaryFolder } from '../../support/corpus';
import { QUICK, landscape, refuses } from './terminal';

const networks = ['mlp-digits', 'mlp-digits-rescaled'].map((name) => corpus(`keras/${name}.keras`));
const data = ['--data', corpus('data/digits.npz')];
const few = ['--measures', 'lambda-max', 'sam-sharpness', '--no-barriers'];
const read = (file: string) => readFileSync(file, 'utf8');

describe('a comparison', { concurrency: 2 }, () => {
  it('goes where it was asked to, in words, JSON, CSV and as a page, and is kept', async () => {
    const out = temporaryFolder();
    const at = (name: string) => join(out, name);
    const asked = ['compare', ...networks, ...data, ...QUICK, ...few, '--cache', at('cache')];
    const files = ['--json', at('c.json'), '--csv', at('c.csv'), '--html', at('c.html')];
    const { code, stdout, stderr } = await landscape([...asked, ...files]);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    const comparison = comparisonSchema.strict().parse(JSON.parse(read(at('c.json'))));
    assert.equal(comparison.status, 'complete');
    assert.deepEqual(
      comparison.reports.map(({ checkpoint }) => checkpoint.path),
      networks,
    );
    assert.deepEqual(comparison.barriers, []);
    const [head, ...rows] = read(at('c.csv'))
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    assert.equal(rows.length, 2);
    rows.forEach((row, i) => {
      assert.equal(row.length, head.length);
      assert.equal(row[head.indexOf('path')], networks[i]);
      const [lambda] = comparison.reports[i].spectrum.largest;
      assert.equal(Number(row[head.indexOf('lambda-max')]), lambda.value);
      assert.equal(row[head.indexOf('lambda-max standard error')], '');
      assert.ok(lambda.samplingReason);
    });
    const state = JSON.parse(/id="landscape-state">([^]*?)<\/script>/.exec(read(at('c.html')))![1]) as {
      view: string;
      document: { kind: string };
    };
    assert.deepEqual([state.view, state.document.kind], ['document', 'comparison']);
    assert.match(stdout, /mlp-digits against mlp-digits-rescaled/);
    assert.match(stdout, /lambda-max +[\d.]+ +[\d.]+ +‡\n[^]*‡ no bar: few rows shift it/);
    assert.match(stdout, /2 of 2 measures call mlp-digits-rescaled sharper than mlp-digits/);
    assert.doesNotMatch(stdout, /NaN|undefined|null/);
    assert.ok(!stdout.includes(String.fromCharCode(27)), 'no colours in a file');
    assert.ok(stdout.split('\n').every((line) => line.length <= 100 || line.startsWith('Wrote ')));
    assert.equal(readdirSync(at('cache')).length, 2);
    const again = await landscape([...asked, '--json', at('again.json')]);
    assert.equal(again.code, 0);
    const { reports } = comparisonSchema.parse(JSON.parse(read(at('again.json'))));
    assert.deepEqual(reports, comparison.reports);
  });

  it('of one checkpoint, or with two files of one name, is refused', async () => {
    await refuses(['compare', networks[0], ...data], /Name at least two checkpoints to compare/);
    const out = join(temporaryFolder(), 'both');
    await refuses(
      ['compare', ...networks, ...data, '--csv', out, '--json', out],
      /--json and --csv both name/,
    );
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a folder'));
    await refuses(['compare', ...networks, ...data, '--csv', join(folder, 'a folder')], /is a folder/);
  });

  it('of which one cannot be read and one can is refused with the reason', () =>
    refuses(
      ['compare', networks[0], corpus('broken/truncated.keras'), ...data, '--no-cache'],
      /Fewer than two checkpoints can be compared\. .*truncated\.keras is cut off or damaged/,
    ));
});
