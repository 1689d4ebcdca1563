import type { Correlation } from '../../contract/comparison';
import { LEAST_CLUSTERS, crossedInterval, intervalOfFullOrder } from './bootstrap';
import { type Clustering, type Origin, clusterings, lastOfRuns } from './clusters';
import { type GranulatedPoint, granulated } from './granulated';
import { clusteredTau, kendallTau } from './kendall';

/** One checkpoint: a measure (x), an outcome (y), and where it comes from. */
export type CorrelationPoint = Origin & GranulatedPoint;

export interface CorrelationOptions {
  readonly seed: number;
  readonly repeats?: number;
  /** False leaves the interval out, while a job runs. */
  readonly interval?: boolean;
}

type Found = Pick<Correlation, 'tau' | 'interval' | 'count' | 'granulated' | 'note'>;

/** Below this many clusters percentile intervals cover clearly more than they claim. */
const FEW_CLUSTERS = 6;

/**
 * Kendall's tau-b of a measure with an outcome over all checkpoints, its bootstrap interval over runs or seeds, and
 * the granulated one over the last checkpoints of the runs.
 */
export function correlate(points: readonly CorrelationPoint[], options: CorrelationOptions): Found {
  const [x, y] = [points.map((point) => point.x), points.map((point) => point.y)];
  const count = points.length;
  const tau = count < 3 ? null : kendallTau(x, y);
  const nothing = { tau: null, interval: null, count, granulated: [] };
  if (count < 3) return { ...nothing, note: 'Fewer than three checkpoints have no order to speak of.' };
  if (tau === null) {
    const constant = new Set(x).size < 2 ? 'The measure' : 'The outcome';
    return { ...nothing, note: `${constant} is the same for all checkpoints.` };
  }
  const { interval, note } =
    options.interval === false
      ? { interval: null, note: undefined }
      : intervalOf(points, { x, y, tau }, options);
  return {
    tau,
    interval,
    count,
    granulated: granulated(lastOfRuns(points).map((place) => points[place])),
    ...(note === undefined ? {} : { note }),
  };
}

interface WithNote {
  readonly interval: Correlation['interval'];
  readonly note: string | undefined;
}

/** Two figures of the same points, and the tau between them. */
interface Correlated {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly tau: number;
}

/** The interval over runs, or over seeds where that is the wider one. */
function intervalOf(
  points: readonly CorrelationPoint[],
  { x, y, tau }: Correlated,
  options: CorrelationOptions,
): WithNote {
  const ways = clusterings(points);
  const [first] = ways;
  if (levelsOf(first) < LEAST_CLUSTERS)
    return {
      interval: null,
      note:
        first.over === 'settings'
          ? `The checkpoints are of ${first.count} settings: an interval needs at least three, since runs of one setting are alike.`
          : `The checkpoints are of ${first.count} runs: an interval needs at least three runs or seeds, since checkpoints of one run follow each other.`,
    };
  const found = ways.flatMap((way) => {
    const interval = intervalOver(way, { x, y, tau }, options);
    return interval === null ? [] : [{ way, interval }];
  });
  if (found.length === 0)
    return { interval: null, note: 'Most resamples have no order: there are too few different values.' };
  const widest = found.reduce((a, b) => (widthOf(b.interval) > widthOf(a.interval) ? b : a));
  return { interval: widest.interval, note: noteOn(widest.way, tau) };
}

type Interval = NonNullable<Correlation['interval']>;

const widthOf = ({ low, high }: Interval) => high - low;

function intervalOver(
  way: Clustering,
  { x, y, tau }: Correlated,
  options: CorrelationOptions,
): Interval | null {
  const found = crossedInterval(way.axes, clusteredTau(x, y, way.clusters), options);
  if (found === null) return null;
  const full = Math.abs(tau) === 1 ? intervalOfFullOrder(levelsOf(way), tau > 0 ? 1 : -1, found.level) : {};
  return { ...found, ...full, over: way.over };
}

/** How many there are to draw: levels of the longest axis. */
const levelsOf = ({ over, axes, count }: Clustering): number =>
  over === 'settings' ? Math.min(count, Math.max(...axes.map((axis) => axis.count))) : count;

function noteOn(way: Clustering, tau: number): string | undefined {
  const { over, count } = way;
  const sentences = [
    ...(over === 'checkpoints'
      ? [
          'All checkpoints are of one run (one folder) and follow each other: the interval, over checkpoints, is far narrower than it should be.',
        ]
      : count < FEW_CLUSTERS
        ? [`Only ${count} ${over}: the interval is wide and covers more than it says.`]
        : []),
    ...(Math.abs(tau) === 1
      ? [
          `Every pair is in order, so resampling shows no spread: the interval is that of Clopper and Pearson for ${Math.floor(levelsOf(way) / 2)} disjoint pairs of ${over}.`,
        ]
      : []),
  ];
  return sentences.length === 0 ? undefined : sentences.join(' ');
}
