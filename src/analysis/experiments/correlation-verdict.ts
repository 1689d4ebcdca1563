import type { Claim, ExperimentRun, Verdict } from '../../shared/experiment';
import { figureName } from '../../shared/figure-names';
import { formatNumber } from '../../shared/format-number';
import { bootstrapInterval, intervalOfFullOrder } from '../comparison/bootstrap';
import { type Clustering, clusterings } from '../comparison/clusters';
import { clusteredTau } from '../comparison/kendall';
import { mean } from '../statistics';
import { isPicked } from './axes';
import { intervalText, signVerdict, tooFew } from './intervals';

type CorrelationClaim = Extract<Claim, { kind: 'correlation' | 'hidden-cause' }>;

/** Seed of the resamples: one for all, so that a report repeats. */
const SEED = 1;

/** The runs of a claim that have both figures. */
interface Points {
  readonly runs: readonly ExperimentRun[];
  readonly x: readonly number[];
  readonly y: readonly number[];
}

function pointsOf({ figure, against, where }: CorrelationClaim, all: readonly ExperimentRun[]): Points {
  const runs = all.filter(
    ({ labels, figures }) =>
      isPicked(labels, where) && figures[figure] !== undefined && figures[against] !== undefined,
  );
  return {
    runs,
    x: runs.map(({ figures }) => figures[figure].value),
    y: runs.map(({ figures }) => figures[against].value),
  };
}

type Statistic = (weights: ArrayLike<number>) => number | null;

/** The mean of tau-b within each label of an axis, of those labels where it is defined. */
function meanWithin({ runs, x, y }: Points, axis: string, clusters: readonly number[]): Statistic {
  const labels = [...new Set(runs.map((run) => run.labels[axis]))];
  const parts = labels.map((label) => {
    const rows = runs.flatMap((run, i) => (run.labels[axis] === label ? [i] : []));
    const column = (values: readonly number[]) => rows.map((row) => values[row]);
    return clusteredTau(column(x), column(y), column(clusters));
  });
  return (weights) => {
    const taus = parts.flatMap((tau) => tau(weights) ?? []);
    return taus.length === 0 ? null : mean(taus);
  };
}

/**
 * A statistic with its bootstrap interval: over runs, or over seeds where runs share them and that is wider. No
 * interval where there are too few, or where the statistic is rarely defined.
 */
function estimate(points: Points, statistic: (clusters: readonly number[]) => Statistic) {
  const ways = clusterings(
    points.runs.map(({ folder, label, seed }) => ({ run: `${folder} ${label}`, seed })),
  );
  const value = statistic(ways[0].clusters)(new Array<number>(ways[0].count).fill(1));
  const found = ways.flatMap((way) => {
    const interval = bootstrapInterval(way.count, statistic(way.clusters), { seed: SEED });
    return interval ? [{ way, interval }] : [];
  });
  if (value === null || found.length === 0) return { value, interval: null, over: undefined };
  const width = ({ interval: { low, high } }: (typeof found)[number]) => high - low;
  const { way, interval } = found.reduce((a, b) => (width(b) > width(a) ? b : a));
  return { value, interval: { low: interval.low, high: interval.high, level: interval.level }, over: way };
}

/** Kendall's tau-b of two figures over runs, or its mean within the labels of an axis, has the sign that is claimed. */
export function judgeCorrelation(
  claim: Extract<Claim, { kind: 'correlation' }>,
  all: readonly ExperimentRun[],
): Verdict {
  const points = pointsOf(claim, all);
  const { within } = claim;
  const { value, interval, over } = estimate(points, (clusters) =>
    within === undefined ? clusteredTau(points.x, points.y, clusters) : meanWithin(points, within, clusters),
  );
  // Every pair in order: resampling sees no spread, so the interval is that of the count of pairs.
  const full =
    interval && within === undefined && value !== null && Math.abs(value) === 1
      ? { ...interval, ...intervalOfFullOrder(over.count, value > 0 ? 1 : -1) }
      : interval;
  const what = `Kendall's tau of ${figureName(claim.figure)} with ${figureName(claim.against)}`;
  const where = within === undefined ? '' : ` within each ${within}, on average`;
  return verdictOf(
    claim,
    points,
    { value, interval: full, over },
    (number) => `${what} is ${number}${where}`,
  );
}

/** The correlation over all runs goes farther in the claimed direction than the mean of those within an axis. */
export function judgeHiddenCause(
  claim: Extract<Claim, { kind: 'hidden-cause' }>,
  all: readonly ExperimentRun[],
): Verdict {
  const points = pointsOf(claim, all);
  const everyOne = new Array<number>(points.runs.length).fill(1);
  const eachItself = points.runs.map((_, i) => i);
  const across = clusteredTau(points.x, points.y, eachItself)(everyOne);
  const inside = meanWithin(points, claim.axis, eachItself)(everyOne);
  const found = estimate(points, (clusters) => {
    const whole = clusteredTau(points.x, points.y, clusters);
    const parts = meanWithin(points, claim.axis, clusters);
    return (weights) => {
      const [a, b] = [whole(weights), parts(weights)];
      return a === null || b === null ? null : a - b;
    };
  });
  const digits = (tau: number | null) => (tau === null ? 'not defined' : formatNumber(tau, 2));
  return verdictOf(
    claim,
    points,
    found,
    (difference) =>
      `Kendall's tau of ${figureName(claim.figure)} with ${figureName(claim.against)} is ${digits(across)} over all runs and ${digits(inside)} within each ${claim.axis}, on average: a difference of ${difference}`,
  );
}

function verdictOf(
  { sentence, figure, sign }: CorrelationClaim,
  { runs }: Points,
  found: { value: number | null; interval: Verdict['interval']; over: Clustering | undefined },
  words: (value: string) => string,
): Verdict {
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  const few = tooFew(sentence, figure, seeds);
  if (few) return few;
  const { value, interval, over } = found;
  if (value === null || interval === null || over === undefined)
    return {
      sentence,
      verdict: 'undecided',
      reason: `${words(value === null ? 'not defined' : formatNumber(value, 2))}, and has no interval: the ${runs.length} runs have too few different values.`,
      estimate: value,
      interval: null,
      seeds,
    };
  return {
    sentence,
    verdict: signVerdict(interval, sign === 'positive' ? 1 : -1),
    reason: `${words(formatNumber(value, 2))}; ${intervalText(interval)} by a bootstrap over ${over.count} ${over.over}.`,
    estimate: value,
    interval,
    seeds,
  };
}
