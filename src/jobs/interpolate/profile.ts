import type { CurveBarrier, Profile } from '../../contract/curve';
import type { LossPoint, Slice } from '../../contract/report';
import { estimateOverRows } from '../../analysis/sampling';
import { UserError } from '../../core/errors';
import type { Point, SplitName } from '../../objective/evaluation/objective';
import { measureRows } from '../preparation/measure-point';
import type { Problem } from '../preparation/problem';
import { evenly } from './line-scan';

/** A way through parameter space from t = 0 to t = 1. */
export interface Way {
  readonly label: string;
  /** Both ends included. */
  readonly points: number;
  readonly length: number;
  at(t: number): Point | Promise<Point>;
}

/** What was measured at one place of a way. */
interface Place {
  readonly t: number;
  readonly measured: Readonly<Partial<Record<SplitName, LossPoint>>>;
}

/**
 * Loss and accuracy along a way, and how far the loss rises above the straight line between its ends' losses (Frankle et
 * al. 2020), with the error of that rise over rows: rows that are hard at one end are hard at the other, so it is that of
 * the differences row by row. The highest of many points is a little too high by chance; the error is that of the one point.
 *
 * @throws UserError where the loss of an end is not finite; CancelledError.
 */
export async function profileAlong(
  problem: Problem,
  way: Way,
  signal: AbortSignal,
  onPoint: (done: number) => void,
): Promise<Profile> {
  const splits: readonly SplitName[] = problem.objective.hasTest ? ['train', 'test'] : ['train'];
  const heights = new Map(splits.map((split) => [split, new Heights()] as const));
  const places: Place[] = [];
  // The ends first: what lies between is held against them.
  const inside = evenly(0, 1, way.points).slice(1, -1);
  for (const t of [0, 1, ...inside]) {
    const point = await way.at(t);
    const rows = [];
    for (const split of splits) rows.push([split, await measureRows(problem, split, point, signal)] as const);
    onPoint(places.length + 1);
    if (!rows.every(([, { measured }]) => Number.isFinite(measured.loss.value))) {
      if (t === 0 || t === 1) throw new UserError(`The loss is not finite at the ${END[t]} of ${way.label}.`);
      continue;
    }
    for (const [split, { losses }] of rows) heights.get(split)!.take(t, losses);
    places.push({ t, measured: Object.fromEntries(rows.map(([split, { measured }]) => [split, measured])) });
  }
  const [train, test] = [heights.get('train')!.barrier, heights.get('test')?.barrier];
  return { slice: sliceOf(way, places), barrier: { train, ...(test ? { test } : {}) } };
}

const END = { 0: 'first end', 1: 'second end' } as const;

/** How far the losses of rows lie above the straight line between those at the ends, which come first. */
class Heights {
  private readonly ends: Float64Array[] = [];
  private highest: CurveBarrier | undefined;

  take(t: number, losses: Float64Array): void {
    if (this.ends.length < 2) {
      this.ends.push(losses);
      return;
    }
    const [first, second] = this.ends;
    const { value, standardError } = estimateOverRows(
      losses.map((loss, i) => loss - ((1 - t) * first[i] + t * second[i])),
    );
    if (!this.highest || value > this.highest.value) this.highest = { value, standardError, at: t };
  }

  /** Nothing rises where nothing lies between the ends. */
  get barrier(): CurveBarrier {
    const { value, standardError, at } = this.highest ?? { value: 0, standardError: 0, at: 0 };
    return { value: Math.max(0, value), standardError, at };
  }
}

function sliceOf({ label, length }: Way, places: readonly Place[]): Slice {
  const along = [...places].sort((a, b) => a.t - b.t);
  const column = (split: SplitName, of: (point: LossPoint) => number) =>
    along.flatMap(({ measured }) => (measured[split] ? [of(measured[split])] : []));
  const both = (of: (point: LossPoint) => number) => ({
    train: column('train', of),
    test: column('test', of),
  });
  return {
    kind: 'interpolation',
    label,
    coordinates: along.map(({ t }) => t),
    loss: both(({ loss }) => loss.value),
    standardError: both(({ loss }) => loss.standardError ?? 0),
    ...(along[0].measured.train?.accuracy ? { accuracy: both(({ accuracy }) => accuracy!.value) } : {}),
    unit: length,
  };
}
