import type { Model } from '../../network/model';
import { throwIfCancelled } from '../../core/errors';
import type { Split } from '../data/split';
import { type Feeding, chunkValues } from './feeds';
import { type LaneChoice, openLanes } from '../../lanes/open';
import type { HeldChunk, LanePool, PoolResult } from '../../lanes/pool';
import type { Point } from './objective';
import { type ParameterSpace, parametersOf, stateOf, valuesOf } from '../programs/parameter-space';
import { ObjectivePrograms, type Penalty } from '../programs/programs';

export interface BatchOptions extends Feeding, LaneChoice {
  readonly model: Model;
  readonly train: Split;
  /** Added to the loss. */
  readonly penalty?: Penalty;
}

/** Of each batch of rows by itself, in the order given. */
export interface BatchCurvature {
  /** The mean loss. */
  readonly losses: Float64Array;
  /** |g|^2 of the mean loss. */
  readonly squared: Float64Array;
  /** g.Hg of the mean loss. */
  readonly bent: Float64Array;
}

export interface BatchGradients {
  /** |g|^2 of each batch's mean loss. */
  readonly squared: Float64Array;
  /** The mean of the batches' gradients. */
  readonly mean: Float64Array;
}

/** The most batches that are computed side by side. */
const SIDE_BY_SIDE = 8;

/** The mean loss of a network over batches of rows, each by itself, as a function of its flat parameter vector. */
export class BatchObjective {
  private readonly programs = new Map<number, ObjectivePrograms>();
  private at: Point | undefined;

  private constructor(
    readonly parameters: ParameterSpace,
    private readonly state: ParameterSpace,
    private readonly pool: LanePool,
    private readonly options: BatchOptions,
  ) {}

  /**
   * Opens the lanes; programs are compiled as batches of new sizes come.
   * @throws UserError where nothing can compute here.
   */
  static async create(options: BatchOptions): Promise<BatchObjective> {
    const parameters = parametersOf(options.model);
    const state = stateOf(options.model);
    const pool = await openLanes({ ...options, here: true }, parameters.dimension, SIDE_BY_SIDE);
    return new BatchObjective(parameters, state, pool, options);
  }

  /** Loss, |g|^2 and g.Hg of batches of one size, in one program each. */
  async curvature(
    point: Point,
    batches: readonly Int32Array[],
    signal?: AbortSignal,
  ): Promise<BatchCurvature> {
    const { rows } = await this.run(point, batches, true, signal);
    const size = batches[0].length;
    const losses = batches.map((_, k) => {
      const own = rows.losses.subarray(k * size, (k + 1) * size);
      return own.reduce((sum, value) => sum + value, 0) / size;
    });
    const first = (values: Float64Array) => Float64Array.from(batches, (_, k) => values[k * size]);
    return { losses: Float64Array.from(losses), squared: first(rows.squared), bent: first(rows.bent) };
  }

  /** |g|^2 of batches of one size, and the mean of their gradients. */
  async gradients(
    point: Point,
    batches: readonly Int32Array[],
    signal?: AbortSignal,
  ): Promise<BatchGradients> {
    const { sums, rows } = await this.run(point, batches, false, signal);
    const size = batches[0].length;
    return {
      squared: Float64Array.from(batches, (_, k) => rows.squared[k * size]),
      mean: sums.gradient.map((value) => value / batches.length),
    };
  }

  /** Ends the lanes. */
  dispose(): void {
    this.pool.dispose();
  }

  private async run(
    point: Point,
    batches: readonly Int32Array[],
    curved: boolean,
    signal: AbortSignal | undefined,
  ): Promise<PoolResult> {
    const { length: size } = batches[0];
    if (batches.some(({ length }) => length !== size))
      throw new RangeError('batches that share a program have one size');
    if (this.at?.theta !== point.theta || this.at.state !== point.state) {
      await this.pool.holdVectors({ theta: point.theta, state: point.state ?? valuesOf(this.state) });
      this.at = point;
    }
    const key = `batch/${size}/${curved ? 'curvature' : 'gradient'}`;
    if (!this.pool.hasProgram(key)) await this.pool.define(key, this.programsFor(size).batch(curved));
    throwIfCancelled(signal);
    const chunks = await Promise.all(
      batches.map(async (rows, i): Promise<HeldChunk> => {
        await this.pool.holdChunk(i, `batch/${i}`, () => {
          const { values, bytes } = chunkValues(this.options, this.options.train, rows, size);
          const weights = new Float64Array(size).fill(1 / size);
          return { values: { ...values, weights }, bytes };
        });
        return { key: `batch/${i}`, validRows: size };
      }),
    );
    return this.pool.run(key, chunks, signal);
  }

  private programsFor(rows: number): ObjectivePrograms {
    let programs = this.programs.get(rows);
    if (!programs) {
      programs = programsOf(this.options, this.parameters, this.state, rows);
      this.programs.set(rows, programs);
    }
    return programs;
  }
}

function programsOf(
  options: BatchOptions,
  parameters: ParameterSpace,
  state: ParameterSpace,
  rows: number,
): ObjectivePrograms {
  return new ObjectivePrograms(options, parameters.blocks, state.blocks, rows);
}
