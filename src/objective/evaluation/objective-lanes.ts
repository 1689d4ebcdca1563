import type { PackedProgram } from '../../lanes/packed-program';
import type { HeldChunk, LanePool, PoolResult, RowsOfChunk } from '../../lanes/pool';
import { type ParameterSpace, valuesOf } from '../programs/parameter-space';
import type { Cost, Point } from './objective-types';

/** A program by the name under which lanes hold it. */
export interface NamedProgram {
  readonly key: string;
  readonly program: () => PackedProgram;
}

/** The lanes of an objective with what they hold and have cost: of one, or of several over rows of the same data. */
export class ObjectiveLanes {
  readonly cost: Cost = { hvps: 0, hvpMilliseconds: 0, gradients: 0, values: 0, peakMemoryBytes: 0 };
  /** The point that the lanes hold. */
  private at: Point | undefined;

  constructor(
    readonly pool: LanePool,
    private readonly state: ParameterSpace,
  ) {}

  /** As if nothing had been spent yet. */
  resetCost(): void {
    Object.assign(this.cost, { hvps: 0, hvpMilliseconds: 0, gradients: 0, values: 0, peakMemoryBytes: 0 });
  }

  /** The flat vectors of a point, as lanes take them. */
  vectorsAt({ theta, state = valuesOf(this.state) }: Point): Record<'theta' | 'state', Float64Array> {
    return { theta, state };
  }

  /** Sends all lanes to a point, unless they are there. */
  async moveTo(point: Point): Promise<void> {
    if (this.at?.theta === point.theta && this.at.state === point.state) return;
    await this.pool.holdVectors(this.vectorsAt(point));
    this.at = point;
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
