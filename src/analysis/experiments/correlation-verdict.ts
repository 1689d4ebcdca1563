import type { Claim, ExperimentRun, Verdict } from '../../contract/experiment';
import { figureName } from '../../wording/figure-names';
import { formatNumber } from '../../wording/format-number';
import { crossedInterval, intervalOfFullOrder } from '../comparison/bootstrap';
import type { DesignAxis } from '../comparison/design';
import { permutationTest } from '../comparison/permutation-test';
import { rearrangedTau } from '../comparison/rearranged-tau';
import { mean } from '../statistics';
import { isPicked } from './axes';
import { type Cells, SEED, cellsOf } from './cells';
import type { Finding } from './finding';
import { LEVEL, intervalText, tooFew } from './intervals';

type CorrelationClaim = Extract<Claim, { kind: 'correlation' | 'hidden-cause' }>;

/** Seed of resamples and rearrangements: one for all, so that a report repeats. */
const STREAM_SEED = 1;
/** With fewer levels than this an interval covers more than it says, and a test can hardly decide. */
const FEW_LEVELS = 6;

/** A statistic of the cells drawn so often, with the second figures of a cell taken from another. */
type Statistic = (from: ArrayLike<number>, weights: ArrayLike<number>) => number | null;

function overall({ x, y }: Cells): Statistic {
  const tau = rearrangedTau(x, y);
  const rows = x.map((_, cell) => cell);
  return (from, weights) => tau(from, weights, rows);
}

/** The mean of tau-b within each label of an axis, of those labels where it is defined. */
function meanWithin({ x, y, labels }: Cells, axis: string): Statistic {
  const tau = rearrangedTau(x, y);
  const parts = [...new Set(labels.map((each) => each[axis]))].map((label) =>
    labels.flatMap((each, cell) => (each[axis] === label ? [cell] : [])),
  );
  return (from, weights) => {
    const taus = parts.flatMap((rows) => tau(from, weights, rows) ?? []);
    return taus.length === 0 ? null : mean(taus);
  };
}

/** Kendall's tau-b of two figures over settings, or its mean within the labels of an axis, has the sign that is claimed. */
export function judgeCorrelation(
  claim: Extract<Claim, { kind: 'correlation' }>,
  all: readonly ExperimentRun[],
): Finding {
  const { within } = claim;
  const cells = cellsFor(claim, all, within);
  const free = within === undefined ? cells.axes : cells.axes.filter(({ name }) => name !== within);
  const what = `Kendall's tau of ${figureName(claim.figure)} with ${figureName(claim.against)}`;
  const where = within === undefined ? '' : ` within each ${within}, on average`;
  const statistic = within === undefined ? overall(cells) : meanWithin(cells, within);
  return findingOf(claim, { cells, axes: free }, statistic, (tau) => `${what} is ${tau}${where}`);
}

/** The correlation over all settings goes farther in the claimed direction than the mean of those within an axis. */
export function judgeHiddenCause(
  claim: Extract<Claim, { kind: 'hidden-cause' }>,
  all: readonly ExperimentRun[],
): Finding {
  const cells = cellsFor(claim, all, claim.axis);
  const [whole, parts] = [overall(cells), meanWithin(cells, claim.axis)];
  const [across, inside] = [whole, parts].map((statistic) => {
    const tau = statistic(itself(cells), everyOne(cells));
    return tau === null ? 'not defined' : formatNumber(tau, 2);
  });
  const difference: Statistic = (from, weights) => {
    const [a, b] = [whole(from, weights), parts(from, weights)];
    return a === null || b === null ? null : a - b;
  };
  return findingOf(
    claim,
    { cells, axes: cells.axes },
    difference,
    (value) =>
      `Kendall's tau of ${figureName(claim.figure)} with ${figureName(claim.against)} is ${across} over all settings and ${inside} within each ${claim.axis}, on average: a difference of ${value}`,
  );
}

function cellsFor(
  { figure, against, where }: CorrelationClaim,
  all: readonly ExperimentRun[],
  inside?: string,
): Cells {
  const picked = all.filter(
    ({ labels, figures }) =>
      isPicked(labels, where) && figures[figure] !== undefined && figures[against] !== undefined,
  );
  return cellsOf(picked, [figure, against], inside);
}

const itself = ({ x }: Cells) => x.map((_, cell) => cell);
const everyOne = ({ x }: Cells) => x.map(() => 1);

/** The statistic with its interval over the levels of the axes and its chance when those of one figure change places. */
function findingOf(
  { sentence, figure, sign }: CorrelationClaim,
  { cells, axes }: { readonly cells: Cells; readonly axes: readonly DesignAxis[] },
  statistic: Statistic,
  words: (value: string) => string,
): Finding {
  const { seeds } = cells;
  const few = tooFew(sentence, figure, seeds);
  if (few) return few;
  const ones = everyOne(cells);
  const value = statistic(itself(cells), ones);
  const test =
    axes.length === 0
      ? null
      : permutationTest(axes, (from) => statistic(from, ones), {
          seed: STREAM_SEED,
          fixed: cells.axes.filter((axis) => !axes.includes(axis)),
        });
  if (value === null || test === null)
    return {
      sentence,
      reason: `${words(value === null ? 'not defined' : formatNumber(value, 2))}, and cannot be tested: ${overText(cells, axes)} have too few different values`,
      estimate: value,
      interval: null,
      seeds,
      p: null,
      toward: 'supported',
    };
  const interval = intervalOf(cells, axes, statistic, value);
  const range = interval ? `, ${intervalText(interval)} by resampling them` : '';
  return {
    sentence,
    reason: `${words(formatNumber(value, 2))}, over ${overText(cells, axes)}${range}${fewText(axes, test.least)}`,
    estimate: value,
    interval,
    seeds,
    p: test.p,
    toward: test.sign === (sign === 'positive' ? 1 : -1) ? 'supported' : 'contradicted',
  };
}

/** No interval where a statistic is rarely defined. */
function intervalOf(
  cells: Cells,
  axes: readonly DesignAxis[],
  statistic: Statistic,
  value: number,
): Verdict['interval'] {
  const all = itself(cells);
  const found = crossedInterval(axes, (weights) => statistic(all, weights), { seed: STREAM_SEED });
  if (found === null) return null;
  // Every pair in order: resampling sees no spread, so the interval is that of the count of pairs.
  const full =
    found.low === found.high && Math.abs(value) === 1
      ? intervalOfFullOrder(Math.min(...axes.map(({ count }) => count)), value > 0 ? 1 : -1)
      : {};
  const { low, high } = { ...found, ...full };
  return low === high ? null : { low, high, level: LEVEL };
}

/** `6 optimizers (means of 48 runs)`, `4 label noise × 3 training (means of 60 runs)`. */
function overText({ x, runs }: Cells, axes: readonly DesignAxis[]): string {
  if (axes.some(({ name }) => name === SEED)) return `${runs} runs`;
  const levels = axes.map(({ name, count }) => `${count} ${name}`).join(' × ');
  return `${x.length} settings (${levels}; means of ${runs} runs)`;
}

function fewText(axes: readonly DesignAxis[], least: number): string {
  const few = axes.filter(({ count }) => count < FEW_LEVELS);
  if (few.length === 0) return '';
  const named = few.map(({ name, count }) => `${count} of ${name}`).join(' and ');
  const enough =
    least > 1 - LEVEL ? `, and even full agreement would have p = ${formatNumber(least, 2)}` : '';
  return `; that is few (${named})${enough}`;
}
