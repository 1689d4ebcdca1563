const FIRST = 0.9;
const SECOND = 0.999;
const EPSILON = 1e-8;

/** Adam (Kingma and Ba 2015, algorithm 1) on one vector, in place and in float64, with the paper's own decay rates. */
export class Adam {
  private readonly mean: Float64Array;
  private readonly square: Float64Array;
  private steps = 0;

  constructor(private readonly at: Float64Array) {
    this.mean = new Float64Array(at.length);
    this.square = new Float64Array(at.length);
  }

  /** Moves the vector by one step against a gradient of its length. */
  step(gradient: Float64Array, rate: number): void {
    const { at, mean, square } = this;
    this.steps++;
    const [first, second] = [1 - FIRST ** this.steps, 1 - SECOND ** this.steps];
    for (let i = 0; i < at.length; i++) {
      mean[i] = FIRST * mean[i] + (1 - FIRST) * gradient[i];
      square[i] = SECOND * square[i] + (1 - SECOND) * gradient[i] ** 2;
      at[i] -= (rate * (mean[i] / first)) / (Math.sqrt(square[i] / second) + EPSILON);
    }
  }
}
