import { gaussian } from '../spectrum/probes';

/** Bytes that draws may take while they are held; beyond it each is drawn anew from its stream. */
const MOST_HELD = 512e6;

/** Standard normal vectors, each from a stream of its own, the same every time one is asked for. */
export class Draws {
  private readonly held: (Float64Array | undefined)[];

  constructor(
    readonly count: number,
    private readonly dimension: number,
    private readonly seed: number,
    private readonly stream: number,
  ) {
    this.held = new Array<Float64Array | undefined>(count).fill(undefined);
  }

  /** The draw of this number, the same whenever it is asked for: [dimension] standard normal numbers. */
  at(index: number): Float64Array {
    const drawn = this.held[index] ?? gaussian(this.dimension, this.seed, this.stream + index);
    if (8 * this.count * this.dimension <= MOST_HELD) this.held[index] = drawn;
    return drawn;
  }
}
