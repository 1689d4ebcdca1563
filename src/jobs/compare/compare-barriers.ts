import { barrierPairs } from '../../analysis/comparison/barrier-pairs';
import { type OpenedModel, openModel } from '../../formats/model';
import type { Barrier, ComparisonMember } from '../../contract/comparison';
import { architectureOf } from '../../symmetries/same-architecture';
import type { JobContext } from '../context/context';
import { onceMore } from '../context/once-more';
import { CancelledError, isOfFiles, messageOf, throwIfCancelled } from '../../core/errors';
import { checkSameInput } from '../../settings/merge';
import type { AnalyzeRequest } from '../../contract/settings';
import { BarrierMeter } from './barrier';
import { withoutStatistics } from './statistics-anew';
import { openProblem } from '../preparation/open-problem';
import {
  FilesChanged,
  type KeptBarrier,
  type ReportCache,
  barrierKey,
  changedMeanwhile,
} from '../context/report-cache';
import { reportKey } from '../../settings/result-key';

/** One checkpoint of a comparison that has its report. */
export interface BarrierEnd {
  readonly member: ComparisonMember;
  readonly request: AnalyzeRequest;
  /** Of its report. */
  readonly key: string;
  /** What its network is but for its parameters, and what keeps its barriers from being all there is. */
  readonly network: NetworkFacts;
}

/** What barriers ask of a network before anything is measured. */
export interface NetworkFacts {
  readonly architecture: string;
  readonly withoutStatistics: string | undefined;
}

export const networkFacts = (model: OpenedModel['model']): NetworkFacts => ({
  architecture: architectureOf(model),
  withoutStatistics: withoutStatistics(model),
});

/** Between which checkpoints barriers are measured, and what is left out of all that there could be, a sentence each. */
export function planBarriers(ends: readonly BarrierEnd[]): {
  readonly pairs: readonly (readonly [number, number])[];
  readonly notes: readonly string[];
} {
  const { pairs, note } = barrierPairs(ends.map(({ member }) => member));
  const same = pairs.filter(([a, b]) => ends[a].network.architecture === ends[b].network.architecture);
  const different = pairs.length - same.length;
  const measured = new Set(same.flat());
  const without = [...measured].flatMap((end) => ends[end].network.withoutStatistics ?? []);
  return {
    pairs: same,
    notes: [
      ...(note === undefined ? [] : [note]),
      ...(different > 0
        ? [
            `${different} of ${pairs.length} pairs have no barrier between them: their architectures are different.`,
          ]
        : []),
      ...[...new Set(without)].map((why) => `Barriers are without re-estimated ones. ${why}`),
    ],
  };
}

export interface BarrierHost extends Pick<JobContext, 'signal' | 'log'> {
  readonly cache: ReportCache;
  /** Hears each barrier and the share that is done. */
  onBarrier(barrier: Barrier, share: number): void;
}

/** Points from one end to the other. */
const POINTS = 25;

/**
 * The barriers between pairs of checkpoints as planned, one after another; a finished one is not measured twice, and a pair
 * that fails costs only itself.
 *
 * @returns what was left out, a sentence each; whole unless that was for a process that died, or a fault of ours.
 */
export async function compareBarriers(
  ends: readonly BarrierEnd[],
  host: BarrierHost,
): Promise<{ readonly notes: string[]; readonly isWhole: boolean }> {
  const { pairs, notes } = planBarriers(ends);
  const rows = [...new Set(pairs.map(([a]) => a))];
  const left: string[] = [];
  let done = 0;
  let isWhole = true;
  for (const a of rows) {
    await withMeter(ends[a], host.signal, async (meter) => {
      for (const [, b] of pairs.filter(([first]) => first === a)) {
        throwIfCancelled(host.signal);
        done++;
        try {
          checkSameInput(ends[a].request, ends[b].request, ends[a].member.label, ends[b].member.label);
          const barrier = await onceMore(`barriers of ${ends[a].member.label}`, host, ({ frugal }) =>
            barrierBetween(() => meter(frugal), ends[a], ends[b], host),
          );
          host.onBarrier({ a, b, ...barrier }, done / pairs.length);
        } catch (error) {
          const isOver = error instanceof CancelledError || error instanceof FilesChanged;
          if (isOver || host.signal.aborted) throw error;
          isWhole &&= isOfFiles(error);
          const pair = `${ends[a].member.label} and ${ends[b].member.label}`;
          left.push(`The barrier between ${pair} is left out: ${messageOf(error)}`);
        }
      }
    });
  }
  return { notes: [...notes, ...left], isWhole };
}

/** Opens a checkpoint on its data at its first use, anew where it shall be frugal now, and closes it in the end. */
async function withMeter(
  { request, key }: BarrierEnd,
  signal: AbortSignal,
  use: (meter: (frugal: boolean) => Promise<BarrierMeter>) => Promise<void>,
): Promise<void> {
  const closing: (() => void)[] = [];
  let opened: Promise<BarrierMeter> | undefined;
  const close = async () => {
    await opened?.catch(() => undefined);
    for (const each of closing.splice(0)) each();
  };
  const open = async (frugal: boolean) => {
    const problem = await openProblem(request, signal, { frugal });
    closing.push(() => problem.objective.dispose());
    if (reportKey({ checkpoint: problem.opened.sha256, data: problem.dataset.sha256 }, request) !== key)
      throw changedMeanwhile(request.checkpoint);
    const meter = await BarrierMeter.open(problem, { points: POINTS, seed: request.seed }, signal);
    closing.push(() => meter.dispose());
    return meter;
  };
  try {
    await use(async (frugal) => {
      // Its processes died under the one that is open.
      if (frugal) {
        await close();
        opened = undefined;
      }
      return (opened ??= open(frugal));
    });
  } finally {
    await close();
  }
}

async function barrierBetween(
  meter: () => Promise<BarrierMeter>,
  first: BarrierEnd,
  second: BarrierEnd,
  { cache, signal }: BarrierHost,
): Promise<KeptBarrier> {
  const key = barrierKey(first.key, second.key, POINTS);
  const known = await cache.findBarrier(key);
  if (known) return known;
  const measured = await meter();
  const other = await openModel(second.member.path, signal, measured.rowShapes, measured.choices);
  if (reportKey({ checkpoint: other.sha256, data: measured.dataSha256 }, second.request) !== second.key)
    throw changedMeanwhile(second.member.path);
  const barrier = await measured.to(other, signal);
  // What cannot be kept was said of the reports already.
  await cache.keepBarrier(key, barrier).catch(() => undefined);
  return barrier;
}
