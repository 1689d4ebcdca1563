import type { PackedProgram } from '../../lanes/packed-program';
import type { HeldChunk, LanePool, PoolResult, RowsOfChunk } from '../../lanes/pool';
import { HUGE } from '../../core/large';
import type { LongVector, Vector } from '../../core/long-vector';
import { norm } from '../../core/vectors';
import { vectorName } from '../../lanes/ports';
import { collectGarbage } from '../../machine/collect-garbage';
import { type ParameterSpace, valuesOf } from '../programs/parameter-space';
import type { Cost, Point } from './objective-types';
import { Resting } from './resting';
import { scaled } from './scaled';

/** A program by the name under which lanes hold it. */
export interface NamedProgram {
  readonly key: string;
  readonly program: () => PackedProgram;
}

/** The lanes of an objective with what they hold and have cost: of one, or of several over rows of the same data. */
export class ObjectiveLanes {
  readonly cost: Cost = { hvps: 0, hvpMilliseconds: 0, gradients: 0, values: 0, peakMemoryBytes: 0 };
  /** The point that the lanes hold: it may be long, and others need not keep it. */
  private at: WeakRef<Point> | undefined;
  /** Is its vector so long that it may be made whenever somebody asks? Then only the same point is the same place. */
  private isLong = false;
  readonly resting = new Resting();

  constructor(
    readonly pool: LanePool,
    private readonly state: ParameterSpace,
  ) {}

  /** Gives the lanes the vector that a program takes. */
  holdVector(vector: LongVector): Promise<void> {
    return this.pool.holdVectors({ v0: scaled(vector, 1, this.pool.opened.precision) });
  }

  /**
   * Holds vectors as v0, v1 and so on, scaled to length 1, so that float32 neither overflows nor loses small ones.
   *
   * @returns their lengths; 1 for one that is nothing.
   */
  async holdUnits(vectors: readonly LongVector[]): Promise<number[]> {
    const lengths = vectors.map((vector) => norm(vector) || 1);
    const { precision } = this.pool.opened;
    await this.pool.holdVectors(
      Object.fromEntries(
        vectors.map((vector, k) => [vectorName(k), scaled(vector, 1 / lengths[k], precision)]),
      ),
    );
    return lengths;
  }

  /** Gives the lanes back or ends them; what rests is gone. */
  dispose(): void {
    this.pool.dispose();
    this.resting.dispose();
  }

  /** As if nothing had been spent yet. */
  resetCost(): void {
    Object.assign(this.cost, { hvps: 0, hvpMilliseconds: 0, gradients: 0, values: 0, peakMemoryBytes: 0 });
  }

  /** The flat vectors of a point, as lanes take them. */
  vectorsAt({ theta, state = valuesOf(this.state) }: Point): Record<'theta' | 'state', Vector> {
    const { precision } = this.pool.opened;
    return { theta: theta.length > HUGE ? scaled(theta, 1, precision) : theta, state };
  }

  /** Sends all lanes to a point, unless they are there. */
  async moveTo(point: Point): Promise<void> {
    const at = this.at?.deref();
    if (at === point) return;
    if (at && !this.isLong && at.theta === point.theta && at.state === point.state) return;
    const vectors = this.vectorsAt(point);
    await this.pool.holdVectors(vectors);
    this.at = new WeakRef(point);
    this.isLong = vectors.theta.length > HUGE;
    if (this.isLong) collectGarbage();
  }

  /** The lanes are sent to other points without {@link moveTo}. */
  moved(): void {
    this.at = undefined;
  }

  /** Has the program compiled in all lanes, unless they hold it. */
  async prepare({ key, program }: NamedProgram): Promise<void> {
    if (!this.pool.hasProgram(key)) await this.pool.define(key, program());
  }

  /** Runs a program over chunks: its sums over them, and their rows one after the other. @throws CancelledError */
  async run(
    named: NamedProgram,
    chunks: readonly HeldChunk[],
    signal: AbortSignal | undefined,
    made?: RowsOfChunk,
  ): Promise<PoolResult> {
    await this.prepare(named);
    const result = await this.pool.run(named.key, chunks, signal, made);
    this.seePeak();
    return result;
  }

  /** Takes in the most that the lanes have held. */
  seePeak(): void {
    this.cost.peakMemoryBytes = Math.max(this.cost.peakMemoryBytes, this.pool.peakMemoryBytes);
  }
}
