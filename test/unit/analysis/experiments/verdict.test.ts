import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupsOf, lostRuns } from '../../../../src/analysis/experiments/figures';
import { judge } from '../../../../src/analysis/experiments/verdict';
import type { Claim } from '../../../../src/shared/experiment';
import { aRun } from './some-runs';

const small = [0.971, 0.968, 0.975, 0.97];
const large = [0.962, 0.966, 0.964, 0.961];
const runs = [
  ...small.map((value, i) => aRun({ batch: 'small' }, i + 1, { 'test-accuracy': value })),
  ...large.map((value, i) => aRun({ batch: 'large' }, i + 1, { 'test-accuracy': value })),
];
const greater = (left: string, right: string): Claim => ({
  kind: 'greater',
  figure: 'test-accuracy',
  left: { batch: left },
  right: { batch: right },
  sentence: 'small batches generalize better',
});

test('a difference paired by seed has the interval of the paired t-test', () => {
  const [found, reverse] = judge([greater('small', 'large'), greater('large', 'small')], runs);
  // scipy.stats.ttest_rel(...).confidence_interval(0.95): test/corpus/make/student.py.
  assert.ok(Math.abs(found.interval!.low - 0.001468530295907715) < 1e-12);
  assert.ok(Math.abs(found.interval!.high - 0.0140314697040923) < 1e-12);
  assert.ok(Math.abs(found.estimate! - 0.00775) < 1e-12);
  assert.equal(found.verdict, 'supported');
  assert.equal(found.seeds, 4);
  assert.match(
    found.reason,
    /^Test accuracy 0\.9710 ± 0\.0015 \(small\) against 0\.963[23] ± 0\.0011 \(large\): difference 0\.00775, 95 % interval 0\.00147 to 0\.014 over 4 seeds\.$/,
  );
  assert.equal(reverse.verdict, 'contradicted');
});

test('an interval across 0, or fewer than three seeds, decides nothing', () => {
  const noisy = runs.map((run, i) => (i === 0 ? aRun(run.labels, run.seed, { 'test-accuracy': 0.9 }) : run));
  assert.equal(judge([greater('small', 'large')], noisy)[0].verdict, 'undecided');
  const [two] = judge(
    [greater('small', 'large')],
    runs.filter(({ seed }) => seed < 3),
  );
  assert.equal(two.verdict, 'undecided');
  assert.equal(two.interval, null);
  assert.match(
    two.reason,
    /^Only 2 seeds have the test accuracy of what is compared: a verdict needs at least 3/,
  );
});

test('a diverged run is a fact and no part of a mean', () => {
  const lost = [...runs, aRun({ batch: 'large' }, 5, { 'test-accuracy': 0.1 }, 'diverged')];
  assert.deepEqual(judge([greater('small', 'large')], lost), judge([greater('small', 'large')], runs));
  const groups = groupsOf(lost);
  assert.deepEqual(
    groups.map(({ label, seeds }) => [label, seeds]),
    [
      ['small', 4],
      ['large', 4],
    ],
  );
  // numpy: mean, and std(ddof=1) / 2.
  assert.ok(Math.abs(groups[0].figures['test-accuracy'].value - 0.971) < 1e-12);
  assert.ok(Math.abs(groups[0].figures['test-accuracy'].standardError! - 0.001471960144388) < 1e-12);
  assert.deepEqual(lostRuns(lost), [
    '1 of 5 runs of "large" diverged (seed 5) and is left out of the means.',
  ]);
});

const tail = (values: readonly number[]) =>
  values.map((value, i) => aRun({}, i + 1, { 'tail-sharpness': value }));
const settles: Claim = {
  kind: 'equal',
  figure: 'tail-sharpness',
  left: {},
  value: 20,
  tolerance: 0.03,
  sentence: 'settles at 2/eta',
};

test('a value is met when the whole interval lies within the tolerance', () => {
  const verdictOf = (values: readonly number[]) => judge([settles], tail(values))[0].verdict;
  assert.equal(verdictOf([20.1, 19.9, 20.05]), 'supported');
  assert.equal(verdictOf([22.1, 21.9, 22.05]), 'contradicted');
  assert.equal(verdictOf([20.1, 19.0, 20.9]), 'undecided');
  const [found] = judge([settles], tail([20.1, 19.9, 20.05]));
  // t(0.975, 2) s / sqrt(3) / 20 with s = 0.10408329997330663.
  assert.ok(
    Math.abs(
      found.interval!.high - found.estimate! - (4.302652729749462 * 0.10408329997330663) / Math.sqrt(3) / 20,
    ) < 1e-10,
  );
});

test('two groups are the same when their paired difference is', () => {
  const same = [1, 2, 3].flatMap((seed) => [
    aRun({ rescaled: 'no' }, seed, { trace: 100 * seed }),
    aRun({ rescaled: 'by 5' }, seed, { trace: 100 * seed + 0.001 }),
  ]);
  const claim = (tolerance: number): Claim => ({
    kind: 'equal',
    figure: 'trace',
    left: { rescaled: 'by 5' },
    right: { rescaled: 'no' },
    tolerance,
    sentence: 'stays',
  });
  assert.equal(judge([claim(1e-4)], same)[0].verdict, 'supported');
  assert.equal(judge([claim(1e-6)], same)[0].verdict, 'contradicted');
});

const correlation = (more: object = {}): Claim => ({
  kind: 'correlation',
  figure: 'lambda-max',
  against: 'generalization-gap',
  sign: 'positive',
  where: {},
  sentence: 'sharp minima generalize worse',
  ...more,
});

/** Noise moves both figures; within a level of noise they go against each other. */
const hidden = ['0', '0.2', '0.4'].flatMap((noise, level) =>
  [1, 2, 3, 4].flatMap((seed) =>
    [0, 1].map((rate) =>
      aRun({ noise, rate: String(rate) }, seed, {
        'lambda-max': 10 * level + rate + 0.1 * seed,
        'generalization-gap': level - 0.1 * rate - 0.01 * seed,
      }),
    ),
  ),
);

test('a correlation over all runs can be turned round within the labels of an axis', () => {
  const [across, within, cause] = judge(
    [
      correlation(),
      correlation({ within: 'noise' }),
      {
        kind: 'hidden-cause',
        figure: 'lambda-max',
        against: 'generalization-gap',
        sign: 'positive',
        axis: 'noise',
        where: {},
        sentence: 'noise moves both',
      },
    ],
    hidden,
  );
  // 24 runs: 192 of 276 pairs lie across levels and agree, 84 within and all disagree: (192 - 84) / 276.
  assert.ok(Math.abs(across.estimate! - 108 / 276) < 1e-12);
  assert.equal(across.verdict, 'supported');
  assert.equal(within.estimate, -1);
  assert.equal(within.verdict, 'contradicted');
  assert.ok(Math.abs(cause.estimate! - (108 / 276 + 1)) < 1e-12);
  assert.equal(cause.verdict, 'supported');
  assert.match(
    across.reason,
    /^Kendall's tau of λ₁ with generalization gap is 0\.39; 95 % interval .* by a bootstrap over 24 runs\.$/,
  );
  assert.match(
    cause.reason,
    /is 0\.39 over all runs and −1 within each noise, on average: a difference of 1\.4/,
  );
});

test('runs in full order have an interval of their own, and constant figures have none', () => {
  const ordered = [1, 2, 3, 4, 5, 6].map((seed) =>
    aRun({}, seed, { 'lambda-max': seed, 'generalization-gap': seed ** 2 }),
  );
  const [found] = judge([correlation()], ordered);
  assert.equal(found.estimate, 1);
  assert.ok(found.interval!.low < 1 && found.interval!.high === 1);
  const constant = [1, 2, 3].map((seed) => aRun({}, seed, { 'lambda-max': 1, 'generalization-gap': seed }));
  const [none] = judge([correlation()], constant);
  assert.deepEqual([none.verdict, none.estimate, none.interval], ['undecided', null, null]);
});
