import { random, shuffle } from '../../core/random';
import { streams } from '../../core/random-streams';
import { BatchObjective } from '../../objective/evaluation/batches';
import type { Point } from '../../objective/evaluation/objective';
import { descended } from '../../training/curvature/descended';
import type { Problem } from '../preparation/problem';

export interface BatchGradientOptions {
  /** Rows of a batch, at most. */
  readonly batch: number;
  readonly seed: number;
  /** By the statistics of the batch, as training normalizes, or by those of the point. */
  readonly byBatch: boolean;
}

/** The gradient of the mean loss over seeded batches of the training rows, a new one each time. Dispose of it. */
export class BatchGradient {
  private order: Int32Array;
  private from = 0;
  private readonly stream;

  private constructor(
    private readonly objective: BatchObjective,
    rows: Int32Array,
    private readonly size: number,
    seed: number,
  ) {
    this.stream = random(seed, streams.curveRows);
    this.order = shuffle(rows.slice(), this.stream);
  }

  static async open(
    { objective }: Problem,
    { batch, seed, byBatch }: BatchGradientOptions,
  ): Promise<BatchGradient> {
    const { test: _, trainRows, ...options } = objective.options;
    const model = byBatch ? descended(options.model).model : options.model;
    const size = Math.min(batch, trainRows.length);
    return new BatchGradient(await BatchObjective.create({ ...options, model }), trainRows, size, seed);
  }

  /** Over the next batch. Every row comes once before any comes again, but for the few that fill no batch. */
  async at(point: Point, signal: AbortSignal): Promise<Float64Array> {
    if (this.from + this.size > this.order.length) {
      shuffle(this.order, this.stream);
      this.from = 0;
    }
    const rows = this.order.subarray(this.from, this.from + this.size);
    this.from += this.size;
    return (await this.objective.gradients(point, [rows], signal)).mean;
  }

  dispose(): void {
    this.objective.dispose();
  }
}
