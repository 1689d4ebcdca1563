import { LARGE } from '../../core/large';
import { type LongVector, eachStretch } from '../../core/long-vector';
import type { SymmetricOperator } from '../operator';
import type { EigenPair } from './eigenpair';
import { largest } from './largest';
import { SharedProducts } from './shared-products';
import type { Block } from './trace';

export interface LayerOptions {
  /** As of `largest`. */
  readonly tolerance?: number;
  readonly floor?: number;
  /** For each block, as of `largest`. */
  readonly maxProducts?: number;
  /** Blocks worked on together, in one multi-vector product. Default 4, beyond `LARGE` 1. */
  readonly lanes?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (products: number) => void;
  /** Called when a block is done; blocks finish out of order. */
  readonly onValue?: (index: number, value: LayerLargest) => void;
}

/** The vector is in the block's own coordinates. */
export interface LayerLargest extends EigenPair {
  readonly products: number;
}

/**
 * The largest eigenvalue of each diagonal block of the operator (the Hessian of one tensor with the others held
 * fixed), each by the same search as the whole operator's; several blocks share a multi-vector product.
 *
 * @returns one entry for each block, in their order.
 * @throws CancelledError; UserError when a product is not finite.
 */
export async function layerLargest(
  operator: SymmetricOperator,
  blocks: readonly Block[],
  options: LayerOptions = {},
): Promise<LayerLargest[]> {
  const { lanes = operator.dimension > LARGE ? 1 : 4, onProgress, onValue, ...search } = options;
  const results = new Array<LayerLargest>(blocks.length);
  const waiting = [...blocks.entries()].reverse();
  const searches = Math.min(lanes, blocks.length);
  const shared = new SharedProducts(operator, searches, options.signal, onProgress);
  const searchOn = async () => {
    try {
      for (let next = waiting.pop(); next; next = waiting.pop()) {
        const [index, block] = next;
        const { pairs, products } = await largest(blockOf(operator, block, shared), { count: 1, ...search });
        results[index] = { ...pairs[0], products };
        onValue?.(index, results[index]);
      }
    } finally {
      shared.leave();
    }
  };
  await Promise.all(Array.from({ length: searches }, searchOn));
  return results;
}

/** A vector of a block among zeros. */
export function embedded(vector: LongVector, { offset }: Block, dimension: number): Float64Array {
  const whole = new Float64Array(dimension);
  eachStretch([vector], ([part], begin) => whole.set(part, offset + begin));
  return whole;
}

/** What a product has in a block. */
export const cut = (product: Float64Array, { offset, length }: Block): Float64Array =>
  product.slice(offset, offset + length);

function blockOf(
  { dimension, precision }: SymmetricOperator,
  block: Block,
  shared: SharedProducts,
): SymmetricOperator {
  return {
    dimension: block.length,
    ...(precision === undefined ? {} : { precision }),
    apply: async (vectors) =>
      (await shared.apply(vectors.map((vector) => embedded(vector, block, dimension)))).map((product) =>
        cut(product, block),
      ),
  };
}
