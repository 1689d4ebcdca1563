/** The levels of a picture: losses that lie evenly on its scale. */
export interface Levels {
  readonly kind: 'linear' | 'logarithmic';
  /** Ascending. */
  readonly values: readonly number[];
  /** Of a logarithmic scale: what is added to every loss before its logarithm, so that rounding has no levels of its own. */
  readonly offset: number;
}

/** What lies more levels above the top than this looks alike. */
const BEYOND = 2;

/** A loss as a height in levels, 0 at the lowest; above the highest it saturates smoothly, at walls (not finite) wholly. */
export class LevelScale {
  private readonly low: number;
  private readonly step: number;
  private readonly top: number;

  constructor(private readonly levels: Levels) {
    const { values } = levels;
    this.low = this.plain(values[0]);
    this.top = values.length - 1;
    this.step = (this.plain(values[this.top]) - this.low) / this.top;
  }

  /** The height of a loss, in levels. */
  height(loss: number): number {
    if (!Number.isFinite(loss)) return loss === -Infinity ? 0 : this.top + BEYOND;
    const height = (this.plain(loss) - this.low) / this.step;
    if (height <= this.top) return height;
    return this.top + BEYOND * -Math.expm1(-(height - this.top) / BEYOND);
  }

  /** The loss at a height; Infinity for a wall's. */
  loss(height: number): number {
    const over = (height - this.top) / BEYOND;
    const plain = over <= 0 ? height : over >= 1 ? Infinity : this.top - BEYOND * Math.log1p(-over);
    const value = this.low + plain * this.step;
    return this.levels.kind === 'linear' ? value : Math.exp(value) - this.levels.offset;
  }

  /** A small difference of losses near one, in levels. */
  difference(loss: number, by: number): number {
    const slope =
      this.levels.kind === 'linear' ? 1 : 1 / Math.max(Number.MIN_VALUE, loss + this.levels.offset);
    return (by * slope) / this.step;
  }

  /** Before it is counted in levels. */
  private plain(loss: number): number {
    if (this.levels.kind === 'linear') return loss;
    return Math.log(Math.max(Number.MIN_VALUE, loss + this.levels.offset));
  }
}
