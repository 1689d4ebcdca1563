import { LARGE } from '../../core/large';
import { type Vector, addScaled, dot, norm, scale } from '../linear-algebra/vectors';
import type { SymmetricOperator } from '../operator';
import type { EigenEstimate } from './eigenpair';
import { KrylovSpace, type FrontierVector } from './krylov-space';
import { gaussian, streams } from './probes';
import { multiply } from './products';
import type { Block } from './trace';

export interface LayerOptions {
  /** Default 1e-3: the residual's share of the value at which it has converged. */
  readonly tolerance?: number;
  /** Default 1e-6: the residual's share of the block's norm that counts as zero. */
  readonly floor?: number;
  /** For each block. Default 100. */
  readonly maxProducts?: number;
  /** Blocks worked on together, in one multi-vector product. Default 4, beyond `LARGE` 1. */
  readonly lanes?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (products: number) => void;
  /** Called when a block is done; blocks finish out of order. */
  readonly onValue?: (index: number, value: LayerLargest) => void;
}

export interface LayerLargest extends EigenEstimate {
  readonly products: number;
}

/**
 * The largest eigenvalue of each diagonal block of the operator (the Hessian of one tensor with the others held
 * fixed), by Lanczos on the block with full reorthogonalization; several blocks share a multi-vector product.
 * Value and residual come from a last product with the vector found.
 *
 * @returns one entry for each block, in their order.
 * @throws CancelledError; UserError when a product is not finite.
 */
export async function layerLargest(
  operator: SymmetricOperator,
  blocks: readonly Block[],
  options: LayerOptions = {},
): Promise<LayerLargest[]> {
  const { lanes = operator.dimension > LARGE ? 1 : 4, seed = 0, signal } = options;
  const results = new Array<LayerLargest>(blocks.length);
  const waiting = blocks.map((block, index) => ({ block, index })).reverse();
  let active: { block: Block; index: number; search: BlockSearch }[] = [];
  let products = 0;
  for (;;) {
    while (active.length < lanes && waiting.length > 0) {
      const { block, index } = waiting.pop()!;
      const start = gaussian(block.length, seed, streams.layerStart + index);
      active.push({ block, index, search: new BlockSearch(start, options) });
    }
    if (active.length === 0) return results;
    const embedded = active.map(({ block, search }) => {
      const vector = new Float64Array(operator.dimension);
      vector.set(search.next, block.offset);
      return vector;
    });
    const images = await multiply(operator, embedded, signal);
    products += images.length;
    options.onProgress?.(products);
    active = active.filter(({ block, index, search }, lane) => {
      const result = search.absorb(images[lane].slice(block.offset, block.offset + block.length));
      if (!result) return true;
      results[index] = result;
      options.onValue?.(index, result);
      return false;
    });
  }
}

/** The search in one block: hands out the vector to multiply and takes its product. */
class BlockSearch {
  next: Vector;
  private readonly space: KrylovSpace;
  private waiting: FrontierVector | undefined;
  private products = 0;
  private size = 0;

  constructor(
    start: Float64Array,
    private readonly options: LayerOptions,
  ) {
    this.space = new KrylovSpace(start.length);
    this.waiting = this.space.begin(start);
    this.next = this.waiting?.vector ?? start;
  }

  /** The result, once the last product has been taken. */
  absorb(product: Float64Array): LayerLargest | undefined {
    this.products++;
    if (!this.waiting) return this.measured(product);
    this.waiting = this.space.extend(this.waiting, product);
    const { values, residuals, coefficients } = this.space.ritz();
    const top = values.length - 1;
    this.size = Math.max(values[top], -values[0]);
    const spent = this.products >= (this.options.maxProducts ?? 100) - 1;
    if (this.waiting && !spent && !this.accepts(values[top], residuals[top])) {
      this.next = this.waiting.vector;
      return undefined;
    }
    this.waiting = undefined;
    const found = this.space.combine(coefficients[top]);
    scale(found, 1 / norm(found));
    this.next = found;
    return undefined;
  }

  private measured(product: Float64Array): LayerLargest {
    const value = dot(this.next, product);
    addScaled(product, -value, this.next);
    const residual = norm(product);
    const converged = this.accepts(value, residual);
    return { value, residual, errorBound: residual, converged, products: this.products };
  }

  private accepts(value: number, residual: number): boolean {
    const { tolerance = 1e-3, floor = 1e-6 } = this.options;
    return residual <= Math.max(tolerance * Math.abs(value), floor * this.size);
  }
}
