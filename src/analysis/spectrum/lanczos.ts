import { type Vector, addScaled, dot, norm, orthogonalize, projectOut, scale } from '../../core/vectors';
import { symmetricEigen } from '../linear-algebra/symmetric-eigen';
import type { SymmetricOperator } from '../operator';
import { KrylovSpace, type FrontierVector } from './krylov-space';
import { multiply } from './products';

/** The Lanczos matrix of one start: symmetric and tridiagonal. */
export interface Tridiagonal {
  readonly diagonal: readonly number[];
  /** One entry fewer. */
  readonly offDiagonal: readonly number[];
}

export interface LanczosOptions {
  /** Products for each start, fewer where its Krylov space ends before. */
  readonly steps: number;
  /** Orthonormal vectors whose span is taken out of the operator. */
  readonly deflated?: readonly Float64Array[];
  /** Bytes that all bases together may take. Beyond, nothing is reorthogonalized. Default 1 GiB. */
  readonly memory?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (products: number) => void;
}

interface Recurrence {
  /** The vector to multiply next, if any. */
  readonly next: Vector | undefined;
  absorb(product: Float64Array): void;
  readonly matrix: Tridiagonal;
}

/**
 * Lanczos from several starts in lockstep, one multi-vector product a step; each start goes its own way, as if
 * it were alone. Bases are kept fully orthogonal where memory allows. Without that, eigenvalues already found
 * come again as copies that share their weight, which leaves a quadrature nearly as it was (Chen, Trogdon and
 * Ubaru 2021).
 *
 * ```ts
 * import { lanczos } from '../../src/analysis/spectrum/lanczos';
 * import { diagonal } from '../../test/unit/analysis/operators';
 * const start = Float64Array.of(Math.SQRT1_2, Math.SQRT1_2);
 * const [matrix] = await lanczos(diagonal([1, 3]), [start], { steps: 2 });
 * matrix.diagonal.map((value) => Math.round(value * 1e9) / 1e9); // => [2, 2]
 * Math.abs(Math.abs(matrix.offDiagonal[0]) - 1) < 1e-12; // => true
 * ```
 *
 * @throws CancelledError; UserError when a product is not finite.
 */
export async function lanczos(
  operator: SymmetricOperator,
  starts: readonly Float64Array[],
  options: LanczosOptions,
): Promise<Tridiagonal[]> {
  const { steps, deflated = [], memory = 2 ** 30, signal } = options;
  const fits = 8 * operator.dimension * starts.length * (Math.min(steps, operator.dimension) + 1) <= memory;
  const recurrences = starts.map((start) =>
    fits ? new FullRecurrence(start, deflated) : new ShortRecurrence(start, deflated),
  );
  let products = 0;
  for (let step = 0; step < steps; step++) {
    const active = recurrences.filter((recurrence) => recurrence.next);
    if (active.length === 0) break;
    const images = await multiply(
      operator,
      active.map((recurrence) => recurrence.next!),
      signal,
    );
    active.forEach((recurrence, i) => recurrence.absorb(images[i]));
    products += active.length;
    options.onProgress?.(products);
  }
  return recurrences.map((recurrence) => recurrence.matrix);
}

/**
 * The nodes of the Gauss quadrature of a Lanczos matrix, ascending; its weights sum to 1 (Golub, Welsch 1969). A node
 * is a Ritz value; `residuals` say how far the nearest eigenvalue may be, by the matrix's last coupling in place of the
 * one after it, which is all they are used for: to tell a node that stands for one eigenvalue from one amid many.
 *
 * ```ts
 * import { gaussQuadrature } from '../../src/analysis/spectrum/lanczos';
 * const { nodes, weights } = gaussQuadrature({ diagonal: [2, 2], offDiagonal: [1] });
 * nodes.map((node) => Math.round(node * 1e9) / 1e9); // => [1, 3]
 * weights.map((weight) => Math.round(weight * 1e9) / 1e9); // => [0.5, 0.5]
 * ```
 */
export function gaussQuadrature({ diagonal, offDiagonal }: Tridiagonal): {
  nodes: number[];
  weights: number[];
  residuals: number[];
} {
  const size = diagonal.length;
  const rows = diagonal.map((value, i) => {
    const row = new Float64Array(size);
    row[i] = value;
    if (i > 0) row[i - 1] = offDiagonal[i - 1]!;
    if (i + 1 < size) row[i + 1] = offDiagonal[i]!;
    return row;
  });
  const eigen = symmetricEigen(rows);
  const coupling = offDiagonal.at(-1) ?? 0;
  return {
    nodes: [...eigen.values],
    weights: diagonal.map((_, i) => eigen.component(0, i) ** 2),
    residuals: diagonal.map((_, i) => Math.abs(coupling * eigen.component(size - 1, i))),
  };
}

/** Keeps every basis vector and stays orthogonal to all of them. */
class FullRecurrence implements Recurrence {
  private readonly space: KrylovSpace;
  private last: FrontierVector | undefined;

  constructor(start: Float64Array, deflated: readonly Float64Array[]) {
    this.space = new KrylovSpace(start.length, deflated);
    this.last = this.space.begin(start);
  }

  get next(): Vector | undefined {
    return this.last?.vector;
  }

  absorb(product: Float64Array): void {
    this.last = this.space.extend(this.last!, product);
  }

  get matrix(): Tridiagonal {
    const rows = this.space.projected;
    return {
      diagonal: rows.map((row, j) => row[j]),
      offDiagonal: rows.slice(1).map((row, j) => row[j]),
    };
  }
}

/** Keeps two vectors, whatever the number of steps. */
class ShortRecurrence implements Recurrence {
  next: Float64Array | undefined;
  private previous: Float64Array | undefined;
  private readonly diagonal: number[] = [];
  private readonly norms: number[] = [];
  private largestProduct = 0;

  constructor(
    start: Float64Array,
    private readonly deflated: readonly Float64Array[],
  ) {
    const first = start.slice();
    const length = orthogonalize(first, deflated);
    scale(first, 1 / length);
    this.next = length > 0 ? first : undefined;
  }

  absorb(product: Float64Array): void {
    const current = this.next!;
    const rest = product.slice();
    this.largestProduct = Math.max(this.largestProduct, norm(rest));
    const diagonal = dot(current, rest);
    this.diagonal.push(diagonal);
    addScaled(rest, -diagonal, current);
    if (this.previous) addScaled(rest, -this.norms.at(-1)!, this.previous);
    projectOut(rest, this.deflated);
    const length = norm(rest);
    this.norms.push(length);
    scale(rest, 1 / length);
    this.previous = current;
    this.next = length > 1e-12 * this.largestProduct ? rest : undefined;
  }

  get matrix(): Tridiagonal {
    return { diagonal: this.diagonal, offDiagonal: this.norms.slice(0, this.diagonal.length - 1) };
  }
}
