import { dot } from '../../core/vectors';
import { inverse } from '../linear-algebra/small-dense';

/**
 * The limited-memory BFGS matrix in compact form, B = theta I - W M W' with W = [Y, theta S] and
 * M^-1 = [-D, L'; L, theta S'S] (Byrd, Nocedal and Schnabel 1994, eq. 3.2 to 3.5 of Byrd et al. 1995).
 */
export class CompactHessian {
  private readonly steps: Float64Array[] = [];
  private readonly changes: Float64Array[] = [];
  /** B's scale on directions not yet seen. */
  theta = 1;
  /** M, row after row, of 2 `size` rows. */
  middle: Float64Array[] = [];

  constructor(private readonly memory: number) {}

  /** Pairs held. */
  get size(): number {
    return this.steps.length;
  }

  /** Takes a step s with its change of gradient y, where s.y = `curvature` > 0. */
  add(step: Float64Array, change: Float64Array, curvature: number): void {
    if (this.steps.length === this.memory) {
      this.steps.shift();
      this.changes.shift();
    }
    this.steps.push(step);
    this.changes.push(change);
    this.theta = dot(change, change) / curvature;
    const { size, theta } = this;
    const inverted = Array.from({ length: 2 * size }, () => new Float64Array(2 * size));
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        const product = dot(this.steps[i], this.changes[j]);
        if (i === j) inverted[i][i] = -product;
        if (i > j) inverted[size + i][j] = inverted[j][size + i] = product;
        inverted[size + i][size + j] = theta * dot(this.steps[i], this.steps[j]);
      }
    this.middle = inverse(inverted);
  }

  /** Row i of W. */
  row(i: number): Float64Array {
    const { size, theta } = this;
    const row = new Float64Array(2 * size);
    for (let k = 0; k < size; k++) {
      row[k] = this.changes[k][i];
      row[size + k] = theta * this.steps[k][i];
    }
    return row;
  }

  /** W'v, of 2 `size` components. */
  transposedTimes(vector: Float64Array): Float64Array {
    const { size, theta } = this;
    const product = new Float64Array(2 * size);
    for (let k = 0; k < size; k++) {
      product[k] = dot(this.changes[k], vector);
      product[size + k] = theta * dot(this.steps[k], vector);
    }
    return product;
  }

  /** Adds `factor` W c to a vector. */
  addTimes(target: Float64Array, factor: number, coefficients: Float64Array): void {
    const { size, theta } = this;
    for (let k = 0; k < size; k++) {
      const [change, step] = [this.changes[k], this.steps[k]];
      const [a, b] = [factor * coefficients[k], factor * theta * coefficients[size + k]];
      for (let i = 0; i < target.length; i++) target[i] += a * change[i] + b * step[i];
    }
  }
}
