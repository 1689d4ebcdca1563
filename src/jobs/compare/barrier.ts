import { rowShapes } from '../../formats/datasets/dataset';
import type { OpenedModel } from '../../formats/model';
import type { RowShapes } from '../../formats/containers/open-extents';
import { BATCH, type BatchStatistics } from '../../objective/evaluation/batch-statistics';
import type { Point } from '../../objective/evaluation/objective';
import type { FoundPermutations } from '../../symmetries/permutations';
import { checkSameArchitecture } from '../../symmetries/same-architecture';
import type { Barrier } from '../../contract/comparison';
import { UserError } from '../../core/errors';
import { formatCount } from '../../wording/format-number';
import { barrierAlong } from '../../wording/interpretation/of-interpolation';
import { align, findNeurons } from './align';
import { statisticsAnew } from './statistics-anew';
import { between, pointOf } from '../interpolate/interpolated-point';
import { evenly } from '../interpolate/line-scan';
import type { Problem } from '../preparation/problem';
import { measurePoint } from '../preparation/measure-point';

export interface BarrierOptions {
  /** Points from one end to the other, both included. */
  readonly points: number;
  /** Of the batches of statistics, and of the order in which layers are aligned. */
  readonly seed: number;
}

type Curve = keyof Barrier['loss'];

/**
 * Measures the loss barriers between the checkpoint of a problem and others of its architecture: the maximum over t in
 * [0, 1] of L(t) - ((1 - t) L(0) + t L(1)) on the training rows (Frankle et al. 2020).
 *
 * - raw: running statistics interpolated as they are.
 * - re-estimated: with the statistics that the training rows have at each point, both ends included, so that L is one
 *   function of the weights alone (as Jordan et al. 2022, "REPAIR", measure networks with batch norm).
 * - aligned, and aligned and re-estimated: the same with the second's neurons permuted to match the first's weights
 *   (Ainsworth et al. 2022), which leaves its function as it is.
 *
 * What all barriers from one checkpoint share is made once. Dispose of it when done; the problem stays open.
 */
export class BarrierMeter {
  private permutations: FoundPermutations | undefined;

  private constructor(
    private readonly problem: Problem,
    private readonly options: BarrierOptions,
    private readonly statistics: BatchStatistics | undefined,
    /** On the statistics of batch norm, where there are any. */
    private readonly note: string | undefined,
  ) {}

  /** @throws CancelledError. */
  static async open(problem: Problem, options: BarrierOptions, signal: AbortSignal): Promise<BarrierMeter> {
    const { statistics, why } = await statisticsAnew(problem, options.seed, signal);
    if (!statistics) return new BarrierMeter(problem, options, undefined, why);
    const size = Math.min(BATCH, statistics.rows);
    const note = `Re-estimated: batch norm's statistics are measured anew at each point and at the ends, as the mean over ${formatCount(statistics.rows / size)} batches of ${size} training rows (seed ${options.seed}).`;
    return new BarrierMeter(problem, options, statistics, note);
  }

  /** Of the data that it measures on. */
  get dataSha256(): string {
    return this.problem.dataset.sha256;
  }

  /** Of the data, for opening other checkpoints. */
  get rowShapes(): RowShapes {
    return rowShapes(this.problem.dataset);
  }

  /** What a person said of the first checkpoint, and holds for others. */
  get choices(): Problem['choices'] {
    return this.problem.choices;
  }

  /** @throws UserError when the architectures differ or the loss of an end is not finite; CancelledError. */
  async to(other: OpenedModel, signal: AbortSignal): Promise<Omit<Barrier, 'a' | 'b'>> {
    const { problem, statistics } = this;
    checkSameArchitecture(problem.opened.model, 'The first checkpoint', other.model, 'the second');
    const [from, to] = [problem.objective.origin, pointOf(other)];
    this.permutations ??= await findNeurons(problem, signal);
    const { point: aligned, note } = await align(
      problem,
      this.permutations,
      { to, seed: this.options.seed },
      signal,
    );
    const lines: [Curve, (t: number) => Point | Promise<Point>][] = [];
    const add = (end: Point, raw: Curve, reestimated: Curve) => {
      lines.push([raw, (t) => between(from, end, t)]);
      if (statistics) lines.push([reestimated, (t) => statistics.at(between(from, end, t), signal)]);
    };
    add(to, 'raw', 'reestimated');
    if (aligned) add(aligned, 'aligned', 'alignedReestimated');
    return this.along(lines, note === undefined ? [] : [note], signal);
  }

  dispose(): void {
    this.statistics?.dispose();
  }

  /** The loss along lines with the same parameter; points where one of them is not finite are left out of all. */
  private async along(
    lines: readonly (readonly [Curve, (t: number) => Point | Promise<Point>])[],
    notes: readonly string[],
    signal: AbortSignal,
  ): Promise<Omit<Barrier, 'a' | 'b'>> {
    const { points } = this.options;
    const coordinates: number[] = [];
    const curves = new Map(lines.map(([name]) => [name, [] as number[]]));
    for (const t of evenly(0, 1, points)) {
      const losses: number[] = [];
      for (const [, at] of lines)
        losses.push((await measurePoint(this.problem, 'train', await at(t), signal)).loss.value);
      if (!losses.every(Number.isFinite)) continue;
      coordinates.push(t);
      lines.forEach(([name], i) => curves.get(name)!.push(losses[i]));
    }
    const heights = [...curves].map(([name, losses]) => {
      const barrier = barrierAlong(coordinates, losses);
      if (!barrier) throw new UserError('the loss of one of its ends is not finite.');
      return [name, { value: barrier.height, at: barrier.t }] as const;
    });
    const left = points - coordinates.length;
    const all = [
      ...(left > 0 ? [`The loss is not finite at ${left} of ${points} points, which were left out.`] : []),
      ...(this.note === undefined ? [] : [this.note]),
      ...notes,
    ];
    return {
      ...(Object.fromEntries(heights) as Record<'raw', Barrier['raw']>),
      points,
      coordinates,
      loss: Object.fromEntries(curves) as Barrier['loss'],
      ...(all.length > 0 ? { note: all.join(' ') } : {}),
    };
  }
}
