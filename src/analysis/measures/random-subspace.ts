import { random } from '../../core/random';
import { solve } from '../linear-algebra/small-dense';
import { measureStreams } from './streams';

const MOST_BYTES = 1.5e9;

/** The columns of a matrix A of independent standard normal numbers, in float32, one stream a column. */
export class RandomSubspace {
  private readonly columns: readonly Float32Array[];

  constructor(
    private readonly dimension: number,
    width: number,
    seed: number,
  ) {
    this.columns = Array.from({ length: width }, (_, k) => {
      const source = random(seed, measureStreams.keskarSubspace + k);
      const column = new Float32Array(dimension);
      for (let i = 0; i < dimension; i++) column[i] = source.normal();
      return column;
    });
  }

  /** Is there memory for it? */
  static fits(dimension: number, width: number): boolean {
    return 4 * dimension * width <= MOST_BYTES;
  }

  /** A z. */
  times(coordinates: Float64Array): Float64Array {
    const sum = new Float64Array(this.dimension);
    this.columns.forEach((column, k) => {
      const factor = coordinates[k];
      for (let i = 0; i < sum.length; i++) sum[i] += factor * column[i];
    });
    return sum;
  }

  /** A'v. */
  transposedTimes(vector: Float64Array): Float64Array {
    return Float64Array.from(this.columns, (column) => product(column, vector));
  }

  /** A^+ v, the coordinates of the nearest point of the subspace, by the normal equations: A'A is close to n I. */
  coordinatesOf(vector: Float64Array): Float64Array {
    const gram = this.columns.map(() => new Float64Array(this.columns.length));
    this.columns.forEach((a, i) => {
      for (let j = 0; j <= i; j++) gram[i][j] = gram[j][i] = product(a, this.columns[j]);
    });
    const right = Array.from(this.transposedTimes(vector), (value) => Float64Array.of(value));
    return Float64Array.from(solve(gram, right), ([value]) => value);
  }
}

function product(a: Float32Array, b: Float32Array | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
