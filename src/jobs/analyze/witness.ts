import type { SymmetricOperator } from '../../analysis/operator';
import type { LongVector } from '../../core/long-vector';
import { dot, norm } from '../../core/vectors';

/** A vector with its product. */
export interface Multiplied {
  readonly vector: LongVector;
  readonly product: LongVector;
}

/**
 * Sees the products of a search and asks each whether the matrix is symmetric: for a unit vector u of random direction, whose
 * product is there, and any q the root of the dimension times |u.Hq - q.Hu| is in the mean square |(H - H')q|, whatever that
 * looks like. Nothing is multiplied for it, and nothing kept.
 */
export class Witness {
  private worst = 0;
  private count = 0;
  private readonly size: number;

  /** @param random of unit length, and what is asked does not depend on it. */
  constructor(private readonly random: Multiplied) {
    this.size = norm(random.product);
  }

  /** The largest |(H - H')q| found over |Hq| or |Hu|, the larger of both; not a number where a product has none. */
  get asymmetry(): number {
    return this.worst;
  }

  /** How many products it has seen. */
  get products(): number {
    return this.count;
  }

  saw({ vector, product }: Multiplied): void {
    this.count++;
    const length = norm(vector) || 1;
    const size = Math.max(this.size, norm(product) / length) || 1;
    const apart = Math.abs(dot(this.random.vector, product) - dot(vector, this.random.product)) / length;
    const found = (Math.sqrt(vector.length) * apart) / size;
    if (found > this.worst || Number.isNaN(found)) this.worst = found;
  }

  /** The operator, each of whose products is shown to the witness. */
  watching(operator: SymmetricOperator): SymmetricOperator {
    return {
      ...operator,
      apply: async (vectors, signal) => {
        const products = await operator.apply(vectors, signal);
        vectors.forEach((vector, i) => this.saw({ vector, product: products[i] }));
        return products;
      },
    };
  }
}
