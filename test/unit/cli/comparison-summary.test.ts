import assert from 'node:assert/strict';
import { test } from 'node:test';
import { correlate } from '../../../src/analysis/comparison/correlate';
import { comparisonSummary } from '../../../src/cli/comparison-summary';
import type { Barrier, Comparison } from '../../../src/contract/comparison';
import { comparisonCsv } from '../../../src/wording/comparison-csv';
import { outcomeOf } from '../../../src/wording/comparison-figures';
import { lossPoint, sampleReport } from '../../support/sample-report';

/** So many runs of one checkpoint each: test loss and lambda-max go together but for two pairs. */
function comparison(count: number, more: Partial<Comparison> = {}): Comparison {
  const values = Array.from({ length: count }, (_, i) => (i < 2 ? 1 - i : i));
  const reports = values.map((value, i) =>
    sampleReport({
      loss: { train: lossPoint(0.1), test: lossPoint(1 + i, 0.9) },
      spectrum: { largest: [], smallest: [] },
      measures: [
        { id: 'lambda-max', value, standardError: 0.25, settings: { error: 'over rows' }, invariant: false },
        { id: 'fisher-rao', value: 5 + value, standardError: null, settings: {}, invariant: true },
        { id: 'lambda-min', value: -1, standardError: null, settings: { converged: false } },
      ],
    }),
  );
  const members = values.map((_, i) => ({
    label: `run-${i}`,
    path: `/runs/${i}/last.keras`,
    run: `run-${i}`,
    seed: i,
    hyperparameters: { rate: i / 10, name: i % 2 ? '=sgd' : 'a "b", c' },
  }));
  const points = reports.map((report, i) => ({
    ...members[i],
    x: values[i],
    y: outcomeOf(report, 'test-loss')!.value,
  }));
  return {
    schemaVersion: 1,
    kind: 'comparison',
    status: 'complete',
    createdAt: '',
    title: 'Runs',
    members,
    reports,
    correlations: [
      { measure: 'lambda-max', outcome: 'test-loss', ...correlate(points, { seed: 1 }), granulated: [] },
    ],
    barriers: [],
    findings: ['A finding.'],
    notes: ['a note.'],
    seconds: 1,
    ...more,
  };
}

test('few checkpoints stand side by side with every figure, its error, and over what that is', () => {
  const text = comparisonSummary(comparison(3));
  assert.match(text, /^ +run-0 +run-1 +run-2 +± over$/m);
  assert.match(text, /^ {2}lambda-max +1 ± 0\.25 +0 ± 0\.25 +2 ± 0\.25 +rows$/m);
  assert.match(text, /^ {2}fisher-rao \* +6 +5 +7$/m);
  assert.match(text, /^ {2}lambda-min +−1 † +−1 † +−1 †$/m);
  assert.match(text, /^ {2}† a bound, not converged/m);
  assert.match(text, /A finding\.\n\nNote: a note\./);
});

test('many stand one under another', () => {
  const lines = comparisonSummary(comparison(12), 80).split('\n');
  assert.ok(lines.every((line) => line.length <= 80));
  assert.ok(lines.some((line) => /^ {2}run-11 +12 ± 1\.2 +0\.9/.test(line)));
});

test('figures without a bar stand with the reason once, whether columns or rows are checkpoints', () => {
  const reason = 'no bar: few rows shift it';
  for (const count of [3, 12]) {
    const given = comparison(count);
    const reports = given.reports.map((report) => ({
      ...report,
      measures: report.measures.map((measure) =>
        measure.id === 'fisher-rao' ? { ...measure, reason } : measure,
      ),
    }));
    const text = comparisonSummary({ ...given, reports });
    assert.match(text, count === 3 ? /^ {2}fisher-rao \* +6 +5 +7 +‡$/m : /fisher-rao \* ‡/);
    assert.equal(text.split(`  ‡ ${reason}\n`).length, 2);
  }
});

test('a correlation in words has its interval and the pairs against it', () => {
  const text = comparisonSummary(comparison(12)).replaceAll(/\s+/g, ' ');
  assert.match(
    text,
    /12 checkpoints and the test loss, by intervals of 95 % over runs, of 1 measures: 1 rises with it \(lambda-max 0\.97, 0\.[\d]+ to 1, 1 of 66 pairs against it\)\./,
  );
  const few = comparisonSummary(
    comparison(4, {
      correlations: [
        {
          measure: 'lambda-max',
          outcome: 'test-loss',
          tau: -0.5,
          interval: null,
          count: 4,
          granulated: [],
          note: 'Why not.',
        },
      ],
    }),
  );
  assert.match(
    few.replaceAll(/\s+/g, ' '),
    /0 of 1 measures rise with it, 1 fall as it rises; no interval says how surely\. The strongest: lambda-max −0\.5, 5 of 6 pairs against it\. Why not\./,
  );
});

test('checkpoints of one run stand over its training, in the order of their epochs', () => {
  const given = comparison(4);
  // Given out of order; the last one is of another run.
  const epochs = [10, 0, 20];
  const members = given.members.map((member, i) =>
    i < 3 ? { ...member, run: 'small', seed: 7, epoch: epochs[i] } : member,
  );
  const lines = comparisonSummary({ ...given, members }).split('\n');
  const at = lines.indexOf('Over the training of small, seed 7');
  const cells = lines.slice(at + 1, at + 5).map((line) => line.trim().split(/ {2,}/));
  assert.deepEqual(cells[0], ['epoch', 'training loss', 'test loss', 'lambda-max', 'fisher-rao']);
  assert.deepEqual(
    cells.slice(1).map(([epoch, , , sharpness]) => [epoch, sharpness]),
    [
      ['0', '0 ± 0.25'],
      ['10', '1 ± 0.25'],
      ['20', '2 ± 0.25'],
    ],
  );
  assert.equal(lines[at + 5], '');
  assert.doesNotMatch(comparisonSummary(given), /Over the training/);
});

test('granulated tau stands beside tau', () => {
  const points = [
    // Within each batch size tau is -1, over all of them 1/3: what moves both is the batch size.
    { x: 1, y: 2, rate: 1, batch: 8 },
    { x: 2, y: 1, rate: 2, batch: 8 },
    { x: 3, y: 4, rate: 1, batch: 64 },
    { x: 4, y: 3, rate: 2, batch: 64 },
  ].map(({ rate, batch, ...point }, i) => ({ ...point, run: `${i}`, hyperparameters: { rate, batch } }));
  const found = correlate(points, { seed: 1 });
  assert.deepEqual(
    found.granulated.map(({ hyperparameter, tau }) => [hyperparameter, tau]),
    [
      ['batch', 1],
      ['rate', -1],
    ],
  );
  const correlations: Comparison['correlations'] = [
    { measure: 'lambda-max', outcome: 'test-loss', ...found },
    { measure: 'trace', outcome: 'test-loss', ...found, granulated: found.granulated.slice(1) },
  ];
  const text = comparisonSummary(comparison(4, { correlations }));
  assert.match(text, /^ {2}Kendall's tau-b with +test loss$/m);
  assert.match(text, /^ {2}lambda-max +0\.33 \(0\)$/m);
  assert.match(text, /^ {2}trace +0\.33 \(−1\)$/m);
  assert.match(text.replaceAll(/\s+/g, ' '), /In brackets the granulated tau: .* alone \(batch, rate\)/);
  assert.match(text.replaceAll(/\s+/g, ' '), /pairs against it, 1 within batch, −1 within rate/);
});

test('barriers stand as a matrix, raw above the diagonal and aligned below', () => {
  const barrier = (a: number, b: number, raw: number, aligned: number): Barrier => ({
    a,
    b,
    raw: { value: raw, at: 0.5 },
    aligned: { value: aligned, at: 0.5 },
    points: 25,
    coordinates: [],
    loss: { raw: [] },
  });
  const text = comparisonSummary(
    comparison(3, { barriers: [barrier(0, 1, 0.5, 0.1), barrier(0, 2, 0.25, 0)] }),
  );
  assert.match(text, /^ +1 +2 +3$/m);
  assert.match(text, /^ {2}1 +run-0 +· +0\.5 +0\.25$/m);
  assert.match(text, /^ {2}2 +run-1 +0\.1 +·$/m);
  assert.match(text, /^ {2}3 +run-2 +0 +·$/m);
  assert.doesNotMatch(text, /measured anew/);
});

test('with batch norm re-estimated there is a second matrix, and notes stand once', () => {
  const barrier = (b: number, note: string): Barrier => ({
    a: 0,
    b,
    raw: { value: 4, at: 0.5 },
    reestimated: { value: 2, at: 0.5 },
    aligned: { value: 3, at: 0.5 },
    alignedReestimated: { value: 1, at: 0.5 },
    points: 25,
    coordinates: [],
    loss: { raw: [] },
    note,
  });
  const text = comparisonSummary(comparison(3, { barriers: [barrier(1, 'One.'), barrier(2, 'One.')] }));
  assert.match(text, /^ {2}1 +run-0 +· +4 +4\n {2}2 +run-1 +3 +·$/m);
  assert.match(
    text,
    /measured anew at each point and at the ends:\n +1 +2 +3\n {2}1 +run-0 +· +2 +2\n {2}2 +run-1 +1 +·$/m,
  );
  assert.equal(text.match(/^One\.$/gm)?.length, 1);
  const two = comparisonSummary(comparison(3, { barriers: [barrier(1, 'One.'), barrier(2, 'Two.')] }));
  assert.match(two, /^Between 1 and 2: One\.\nBetween 1 and 3: Two\.$/m);
});

test('CSV has one row a checkpoint, errors beside values, and text that no spreadsheet runs', () => {
  const [head, first, second] = comparisonCsv(comparison(2)).split('\r\n');
  assert.equal(
    head,
    'label,path,run,seed,epoch,sha256,parameters,rate,name,' +
      [
        'test-loss',
        'test-accuracy',
        'generalization-gap',
        'train-loss',
        'lambda-max',
        'lambda-min',
        'fisher-rao',
      ]
        .flatMap((id) => [id, `${id} standard error`])
        .join(','),
  );
  assert.match(first, /^run-0,\/runs\/0\/last\.keras,run-0,0,,ab,2386,0,"a ""b"", c",1,0\.1,0\.9,,0\.9,/);
  assert.match(first, /,1,0\.25,-1,,6,$/);
  assert.match(second, /,0\.1,'=sgd,2,/);
});
