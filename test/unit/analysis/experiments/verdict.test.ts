import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupsOf, lostRuns } from '../../../../src/analysis/experiments/figures';
import { judge } from '../../../../src/analysis/experiments/verdict';
import type { Claim } from '../../../../src/contract/experiment';
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

test('a difference paired by seed has an interval that holds for skewed figures too', () => {
  const [found, reverse] = judge([greater('small', 'large'), greater('large', 'small')], runs);
  // scipy.stats.ttest_rel(...).confidence_interval(0.95), for normal figures: test/corpus/make/student.py.
  const half = 0.0140314697040923 - 0.00775;
  const wide = found.interval!.high - found.estimate!;
  assert.ok(Math.abs(found.estimate! - 0.00775) < 1e-12);
  assert.ok(Math.abs(found.estimate! - found.interval!.low - wide) < 1e-12);
  // The 95 % point of |t| of four lognormal values is 8.7, Student's 3.18.
  assert.ok(wide / half > 2.3 && wide / half < 3, `${wide / half}`);
  assert.deepEqual([found.verdict, found.seeds], ['undecided', 4]);
  assert.match(
    found.reason,
    /^Test accuracy 0\.9710 ± 0\.0015 \(small\) against 0\.963[23] ± 0\.0011 \(large\): difference 0\.00775, 95 % interval −0\.00\d+ to 0\.0[23]\d* over 4 seeds; p = 0\.[12]\d*, and 0\.[2345]\d* among all 2 statements\.$/,
  );
  const clear = runs.map((run) =>
    run.labels['batch'] === 'small'
      ? aRun(run.labels, run.seed, { 'test-accuracy': 0.99 + 0.0001 * run.seed })
      : run,
  );
  assert.equal(judge([greater('small', 'large')], clear)[0].verdict, 'supported');
  assert.equal(judge([greater('large', 'small')], clear)[0].verdict, 'contradicted');
  assert.equal(reverse.verdict, 'undecided');
});

test('statements are judged together', () => {
  const seeds = [1, 2, 3, 4, 5, 6];
  const pair = (seed: number, gap: number) => [
    aRun({ batch: 'small' }, seed, { 'test-accuracy': gap + 0.1 * seed }),
    aRun({ batch: 'large' }, seed, { 'test-accuracy': 0 }),
  ];
  const some = seeds.flatMap((seed) => pair(seed, 0.25));
  const alone = judge([greater('small', 'large')], some)[0];
  assert.equal(alone.verdict, 'supported');
  const many = judge(new Array<Claim>(15).fill(greater('small', 'large')), some)[0];
  assert.equal(many.verdict, 'undecided');
  assert.ok(Math.abs(many.p! - 15 * alone.p!) < 1e-12);
});

test('differences that are all the same show no spread, and count as signs', () => {
  const pair = (count: number) =>
    Array.from({ length: count }, (_, i) => [
      aRun({ batch: 'small' }, i + 1, { 'test-accuracy': 0.9 + 0.01 * i }),
      aRun({ batch: 'large' }, i + 1, { 'test-accuracy': 0.89 + 0.01 * i }),
    ]).flat();
  const [three] = judge([greater('small', 'large')], pair(3));
  assert.deepEqual([three.verdict, three.interval, three.p], ['undecided', null, 0.25]);
  assert.match(three.reason, /the same in each of 3 seeds, which shows no spread; p = 0\.25\.$/);
  assert.equal(judge([greater('small', 'large')], pair(6))[0].verdict, 'supported');
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
  const near = [20.1, 19.9, 20.05, 19.95, 20.02];
  assert.equal(verdictOf(near), 'supported');
  assert.equal(verdictOf(near.map((value) => value + 2)), 'contradicted');
  assert.equal(verdictOf([20.1, 19.0, 20.9, 19.5, 20.4]), 'undecided');
  const [{ interval }] = judge([settles], tail(near));
  assert.ok(interval!.low > -0.03 && interval!.high < 0.03);
});

test('two groups are the same when their paired difference is', () => {
  const same = [1, 2, 3, 4, 5].flatMap((seed) => [
    aRun({ rescaled: 'no' }, seed, { trace: 100 * seed }),
    aRun({ rescaled: 'by 5' }, seed, { trace: 100 * seed + 0.001 + 1e-5 * seed }),
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
const hidden = [0, 1, 2, 3, 4, 5].flatMap((level) =>
  [1, 2, 3].flatMap((seed) =>
    [0, 1, 2, 3, 4, 5].map((rate) =>
      aRun({ noise: String(level), rate: String(rate) }, seed, {
        'lambda-max': 10 * level + rate + 0.1 * seed,
        'generalization-gap': level - 0.1 * rate - 0.01 * seed,
      }),
    ),
  ),
);
const causes: readonly Claim[] = [
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
];

test('a correlation over all settings can be turned round within the labels of an axis', () => {
  const [across, within, cause] = judge(causes, hidden);
  // 36 settings: 540 of 630 pairs lie across levels and agree, 90 within and all disagree.
  assert.ok(Math.abs(across.estimate! - 450 / 630) < 1e-12);
  assert.equal(across.verdict, 'supported');
  assert.equal(within.estimate, -1);
  assert.equal(within.verdict, 'contradicted');
  assert.ok(Math.abs(cause.estimate! - (450 / 630 + 1)) < 1e-12);
  assert.equal(cause.verdict, 'supported');
  assert.match(
    across.reason,
    /^Kendall's tau of λ₁ with generalization gap is 0\.71, over 36 settings \(6 noise × 6 rate; means of 108 runs\), 95 % interval .* by resampling them; p = /,
  );
  assert.match(
    cause.reason,
    /is 0\.71 over all settings and −1 within each noise, on average: a difference of 1\.7/,
  );
});

const differs: Claim = {
  kind: 'heterogeneity',
  figure: 'lambda-max',
  against: 'generalization-gap',
  axis: 'task',
  where: {},
  sentence: 'not the same on every task',
};
/** Eight settings of four tasks; the gap rises with the curvature or falls, by the task. */
const onTasks = (signs: readonly number[], shift = (_: number) => 0) =>
  signs.flatMap((sign, task) =>
    [1, 2, 3].flatMap((seed) =>
      [0, 1, 2, 3, 4, 5, 6, 7].map((setting) =>
        aRun({ task: `t${task}`, setting: String(setting) }, seed, {
          'lambda-max': 10 ** task * (1 + ((3 * setting) % 8)),
          'generalization-gap': sign * ((3 * setting) % 8) + shift(setting) + 0.01 * seed,
        }),
      ),
    ),
  );

test('a correlation that turns round from task to task is told from one that is the same', () => {
  const [turned] = judge([differs], onTasks([1, -1, 1, -1]));
  // Standard deviation of 1, -1, 1, -1.
  assert.ok(Math.abs(turned.estimate! - Math.sqrt(4 / 3)) < 1e-12);
  assert.equal(turned.verdict, 'supported');
  assert.match(
    turned.reason,
    /^Kendall's tau of λ₁ with generalization gap is 1 \(t0\), −1 \(t1\), 1 \(t2\), −1 \(t3\), over 8 settings each: a standard deviation of 1\.2; p = 0\.0001\.$/,
  );
  // The same to within what settings do, whatever the units of a task.
  const [same] = judge(
    [differs],
    onTasks([1, 1, 1, 1], (setting) => 5 * (setting % 2)),
  );
  assert.deepEqual([same.verdict, same.estimate], ['undecided', 0]);
  assert.equal(same.p, 1);
});

test('settings that not every task has are left out of what is compared', () => {
  const runs = onTasks([1, -1, 1, -1]).filter(
    ({ labels }) => labels['task'] !== 't0' || Number(labels['setting']) < 3,
  );
  const [found] = judge([differs], runs);
  assert.deepEqual([found.verdict, found.p, found.estimate], ['undecided', null, null]);
  assert.match(found.reason, /cannot be compared: 3 settings were run under each of 4 labels\.$/);
});

test('three levels decide nothing, however many runs there are', () => {
  const few = hidden.filter(({ labels }) => Number(labels['noise']) < 3 && Number(labels['rate']) < 2);
  const found = judge(causes, few);
  assert.deepEqual(
    found.map(({ verdict }) => verdict),
    ['undecided', 'undecided', 'undecided'],
  );
  assert.match(found[0].reason, /that is few \(3 of noise and 2 of rate\), and even full agreement/);
});

test('runs of one setting are not settings', () => {
  // Six settings whose means have tau 1/15; 48 runs of them.
  const means = [3.19, 2.71, 3.53, 3.51, 3.2, 1.47].map((x, i) => [
    x,
    [0.315, 0.314, 0.306, 0.311, 0.3, 0.279][i],
  ]);
  const runs = means.flatMap(([x, y], setting) =>
    Array.from({ length: 8 }, (_, seed) =>
      aRun({ optimizer: String(setting) }, seed, {
        'lambda-max': x + 0.01 * (((seed * 3) % 8) - 3.5),
        'generalization-gap': y + 1e-4 * (((seed * 5) % 8) - 3.5),
      }),
    ),
  );
  const [found] = judge([correlation()], runs);
  assert.equal(found.verdict, 'undecided');
  assert.ok(found.p! > 0.3, `${found.p}`);
  assert.match(found.reason, /over 6 settings \(6 optimizer; means of 48 runs\)/);
});

test('runs in full order have an interval of their own, and constant figures have none', () => {
  const ordered = [1, 2, 3, 4, 5, 6].map((seed) =>
    aRun({}, seed, { 'lambda-max': seed, 'generalization-gap': seed ** 2 }),
  );
  const [found] = judge([correlation()], ordered);
  assert.equal(found.estimate, 1);
  assert.ok(found.interval!.low < 1 && found.interval!.high === 1);
  // Of 720 orders two are as clear.
  assert.ok(Math.abs(found.p! - 2 / 720) < 1e-12);
  const constant = [1, 2, 3].map((seed) => aRun({}, seed, { 'lambda-max': 1, 'generalization-gap': seed }));
  const [none] = judge([correlation()], constant);
  assert.deepEqual([none.verdict, none.estimate, none.interval, none.p], ['undecided', null, null, null]);
});
