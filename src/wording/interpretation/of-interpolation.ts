import { formatCount, formatNumber, formatPercent } from '../format-number';
import { curveSentences } from './of-curve';
import type { Report, Slice } from '../../contract/report';

/** What a report means in plain sentences, and, apart from them, what it does not mean. */
export interface Interpretation {
  /** The first sentence is the verdict. Empty until there is enough to say anything. */
  readonly findings: readonly string[];
  readonly caveats: readonly string[];
}

/** A rise above the straight line between the ends' losses, as a share of the higher end, that is called a barrier. */
const BARRIER_SHARE = 0.01;
/** Points between the ends may lie so far apart, and the loss bend down by so little from one to the next, for "no barrier". */
const WIDEST_GAP = 0.101;
/** How many times more the loss must bend at one end before the ends are called different. */
const BEND_RATIO = 1.5;

/** The highest point of a loss above the straight line between its values at t = 0 and t = 1. */
export interface Barrier {
  readonly t: number;
  readonly loss: number;
  /** max over [0, 1] of L(t) - ((1 - t) L(0) + t L(1)); zero where the loss stays below that line. */
  readonly height: number;
}

/**
 * The barrier along an interpolation for one of its losses, or undefined where the line does not hold both ends.
 * `coordinates` ascend; the ends' values are those of the nearest points within 1e-6.
 */
export function barrierAlong(coordinates: readonly number[], losses: readonly number[]): Barrier | undefined {
  const start = losses[indexOf(coordinates, 0)];
  const end = losses[indexOf(coordinates, 1)];
  if (start === undefined || end === undefined) return undefined;
  let best: Barrier = { t: 0, loss: start, height: 0 };
  coordinates.forEach((t, i) => {
    const height = losses[i] - ((1 - t) * start + t * end);
    if (t > 0 && t < 1 && height > best.height) best = { t, loss: losses[i], height };
  });
  return best;
}

/** What the loss between two checkpoints shows, and what its look does not prove. */
export function interpretInterpolation(report: Report): Interpretation {
  const slice = report.slices.find(({ kind }) => kind === 'interpolation');
  const dimension = formatCount(report.checkpoint.parameters);
  const caveats = [
    `This is one line through ${dimension} dimensions. Looking flatter at one end of it is not evidence of better ` +
      'generalization, and the look changes when layers are rescaled without changing the function (Dinh et al. 2017).',
    'Hidden units are not aligned between the two networks, so a barrier can come from their order alone.',
  ];
  if (!slice) return { findings: [], caveats };
  return {
    findings: [
      ...barrierSentence(slice.coordinates, slice.loss.train, 'training', report.status === 'running'),
      ...barrierSentence(slice.coordinates, slice.loss.test, 'test', report.status === 'running'),
      ...(report.curve ? curveSentences(report.curve) : []),
      ...bendSentence(slice),
      ...accuracySentence(report),
    ],
    caveats,
  };
}

function barrierSentence(coordinates: number[], losses: number[], which: string, running: boolean): string[] {
  const barrier = losses.length === coordinates.length ? barrierAlong(coordinates, losses) : undefined;
  if (!barrier) {
    return running || which === 'test' ? [] : ['No verdict: the line was not measured from t = 0 to t = 1.'];
  }
  const higher = Math.max(losses[indexOf(coordinates, 0)], losses[indexOf(coordinates, 1)]);
  const share = barrier.height / Math.abs(higher);
  if (!(share > BARRIER_SHARE)) {
    const between = pointsBetween(coordinates, losses);
    if (between.gap > WIDEST_GAP || between.missed > BARRIER_SHARE * Math.abs(higher))
      return running
        ? []
        : [
            `Whether there is a barrier in the ${which} loss is open: ${between.count} points between the ends are too few to see it; ask for more (points).`,
          ];
    return [
      `No barrier in the ${which} loss: between the ends it rises above their straight line by at most 1 % of the higher end.`,
    ];
  }
  const size = share < 1 ? `${formatPercent(share, 2)} of` : `${formatNumber(share, 2)} times`;
  if (which === 'test') {
    return [
      `In the test loss the barrier is ${formatNumber(barrier.height, 3)}, ${size} the higher end, at t = ${formatNumber(barrier.t, 2)}.`,
    ];
  }
  const place = `${formatNumber(barrier.loss, 3)} at t = ${formatNumber(barrier.t, 2)}`;
  const height = `${formatNumber(barrier.height, 3)} above the straight line between the ends`;
  return [
    `Between the ends the training loss reaches ${place}, ${height}: a barrier of ${size} the higher end.`,
  ];
}

/**
 * What lies between the ends: how many points, the widest gap, and how far beside a point the loss may rise above the
 * straight line between the ends: beyond the point by an eighth of how much it bends down there, the error of linear
 * interpolation.
 */
function pointsBetween(
  coordinates: readonly number[],
  losses: readonly number[],
): { readonly count: number; readonly gap: number; readonly missed: number } {
  const [first, last] = [indexOf(coordinates, 0), indexOf(coordinates, 1)];
  let [gap, missed] = [0, 0];
  for (let i = first; i < last; i++) {
    gap = Math.max(gap, coordinates[i + 1] - coordinates[i]);
    if (i === first) continue;
    const t = coordinates[i];
    const height = losses[i] - ((1 - t) * losses[first] + t * losses[last]);
    missed = Math.max(missed, height + (2 * losses[i] - losses[i - 1] - losses[i + 1]) / 8);
  }
  return { count: last - first - 1, gap, missed };
}

/** Compares how much the training loss rises on both sides of t = 0 and of t = 1, at the same distance. */
function bendSentence({ coordinates, loss }: Slice): string[] {
  const distance = 0.25;
  const bend = (t: number): number | undefined => {
    const [left, middle, right] = [t - distance, t, t + distance].map(
      (at) => loss.train[indexOf(coordinates, at)],
    );
    if (left === undefined || middle === undefined || right === undefined) return undefined;
    return (left + right) / 2 - middle;
  };
  const [start, end] = [bend(0), bend(1)];
  if (start === undefined || end === undefined || start <= 0 || end <= 0) return [];
  const ratio = Math.max(start, end) / Math.min(start, end);
  if (ratio < BEND_RATIO) return ['Along this line the training loss bends about equally at both ends.'];
  const sharper = start > end ? 0 : 1;
  return [
    `Along this line the training loss bends ${formatNumber(ratio, 2)} times more around t = ${sharper} than around t = ${1 - sharper}.`,
  ];
}

function accuracySentence({ loss, otherLoss }: Report): string[] {
  const start = loss?.test?.accuracy?.value;
  const end = otherLoss?.test?.accuracy?.value;
  if (start === undefined || end === undefined) return [];
  return [`Test accuracy is ${formatPercent(start)} at t = 0 and ${formatPercent(end)} at t = 1.`];
}

function indexOf(coordinates: readonly number[], t: number): number {
  return coordinates.findIndex((coordinate) => Math.abs(coordinate - t) < 1e-6);
}
