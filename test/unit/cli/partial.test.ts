import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Comparison, comparisonSchema } from '../../../src/contract/comparison';
import { experimentReportSchema } from '../../../src/contract/experiment';
import { corpus, temporaryFolder } from '../../support/corpus';
import { QUICK, dyingLanes, start } from './terminal';

const networks = ['mlp-digits', 'mlp-digits-rescaled', 'rnn-digits'].map((name) =>
  corpus(`keras/${name}.keras`),
);
/** Parameters of the third. */
const THIRD = 382;

describe('a comparison whose lanes die', () => {
  const asked = (folder: string, ...more: string[]) => [
    'compare',
    ...networks,
    ...['--data', corpus('data/digits.npz'), ...QUICK, '--measures', 'lambda-max'],
    ...['--cache', join(folder, 'cache'), '--json', join(folder, 'c.json'), '--html', join(folder, 'c.html')],
    ...more,
  ];
  const read = (folder: string): Comparison =>
    comparisonSchema.parse(JSON.parse(readFileSync(join(folder, 'c.json'), 'utf8')));

  it('measures once more with less memory, and is complete with the same figures', async () => {
    const [folder, other] = [temporaryFolder(), temporaryFolder()];
    const { code, stderr } = await start(asked(folder), undefined, dyingLanes(THIRD, 'at first')).ended;
    assert.equal(code, 0);
    assert.match(stderr, /^Note: 2 of 3 pairs have no barrier [^\n]*\n$/);
    assert.equal((await start(asked(other)).ended).code, 0);
    const [found, expected] = [read(folder), read(other)];
    assert.equal(found.status, 'complete');
    found.reports.forEach(({ spectrum, loss }, i) => {
      assert.deepEqual(spectrum.largest, expected.reports[i].spectrum.largest);
      assert.deepEqual(loss, expected.reports[i].loss);
    });
    assert.deepEqual(found.barriers, expected.barriers);
  });

  it('is incomplete in title, document and exit code where that does not help, and complete when it is asked again', async () => {
    const folder = temporaryFolder();
    const { code, stdout, stderr } = await start(asked(folder), undefined, dyingLanes(THIRD, 'always')).ended;
    assert.equal(code, 1);
    assert.match(stdout, /^3 checkpoints of .* \(incomplete\)$/m);
    assert.match(stdout, /^Note: rnn-digits is left out: A compute process ended unexpectedly \(SIGKILL\)/m);
    assert.match(stderr, /\nThis is incomplete: [^\n]+\n$/);
    const { status, title, members } = read(folder);
    assert.equal(status, 'incomplete');
    assert.match(title, / \(incomplete\)$/);
    assert.equal(members.length, 2);
    assert.match(readFileSync(join(folder, 'c.html'), 'utf8'), /<title>[^<]*\(incomplete\)/);
    assert.equal(readdirSync(join(folder, 'cache')).length, 3, 'two reports and the barrier between them');
    const again = await start(asked(folder)).ended;
    assert.equal(again.code, 0);
    assert.doesNotMatch(again.stdout + again.stderr, /incomplete/);
    assert.equal(read(folder).status, 'complete');
    assert.equal(read(folder).members.length, 3);
  });
});

describe('an experiment whose lanes die', () => {
  /** Two runs, of 25 and of 33 parameters. */
  function experimentFile(): string {
    const file = join(temporaryFolder(), 'widths.experiment.json');
    const values = [6, 8].map((width) => ({ label: String(width), value: [width] }));
    writeFileSync(
      file,
      JSON.stringify({
        title: 'Widths',
        question: 'Does the width matter?',
        run: {
          data: corpus('data/moons.npz'),
          model: { kind: 'mlp', hidden: [6], activation: 'tanh' },
          batchSize: 50,
          epochs: 1,
        },
        vary: [{ key: 'model.hidden', label: 'width', values }],
        seeds: [1],
        measure: { settings: { trace: false } },
        claims: [
          {
            kind: 'greater',
            figure: 'test-accuracy',
            left: { width: '8' },
            right: { width: '6' },
            sentence: 'Wider is better.',
          },
        ],
      }),
    );
    return file;
  }
  const reportIn = (file: string) =>
    experimentReportSchema.parse(JSON.parse(readFileSync(join(file, '../widths/report.json'), 'utf8')));

  it('goes on from the last state with less memory, and is complete', async () => {
    const file = experimentFile();
    const { code, stderr } = await start(['experiment', file], undefined, dyingLanes(33, 'at first')).ended;
    assert.deepEqual([code, stderr], [0, '']);
    const { status, runs } = reportIn(file);
    assert.equal(status, 'complete');
    assert.ok(runs.every((run) => run.status === 'done'));
  });

  it('is incomplete and judges nothing where that does not help, and complete when it is started again', async () => {
    const file = experimentFile();
    const page = join(file, '../page.md');
    const asked = ['experiment', file, '--markdown', page];
    const { code, stdout, stderr } = await start(asked, undefined, dyingLanes(33, 'always')).ended;
    assert.equal(code, 1);
    assert.match(stdout, /^Widths \(incomplete\)$/m);
    assert.match(stdout, /Nothing is judged, since the experiment is incomplete/);
    assert.match(stderr, /^This is incomplete: [^\n]+\n$/);
    assert.match(readFileSync(page, 'utf8'), /^# Widths \(incomplete\)$/m);
    const { status, title, runs, verdicts } = reportIn(file);
    assert.deepEqual([status, title], ['incomplete', 'Widths (incomplete)']);
    assert.deepEqual(
      runs.map((run) => run.status),
      ['done', 'failed'],
    );
    assert.deepEqual([verdicts[0].verdict, verdicts[0].p], ['undecided', null]);
    const again = await start(asked).ended;
    assert.deepEqual([again.code, again.stderr], [0, '']);
    assert.equal(reportIn(file).status, 'complete');
    assert.equal(reportIn(file).title, 'Widths');
  });
});
