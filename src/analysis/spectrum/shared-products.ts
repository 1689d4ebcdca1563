import type { SymmetricOperator } from '../operator';
import { multiply } from './products';

interface Request {
  readonly vectors: readonly Float64Array[];
  readonly resolve: (products: Float64Array[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Products of one operator for several searches side by side: what all of them are waiting for goes through it together,
 * in one multi-vector product. Each search joins by being counted and leaves when it ends, so that none waits for it.
 */
export class SharedProducts {
  private waiting: Request[] = [];
  private products = 0;

  constructor(
    private readonly operator: SymmetricOperator,
    private searches: number,
    private readonly signal?: AbortSignal,
    private readonly onProgress?: (products: number) => void,
  ) {}

  /** @throws CancelledError; UserError when a product is not finite, to all that wait for one with it. */
  apply(vectors: readonly Float64Array[]): Promise<Float64Array[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ vectors, resolve, reject });
      this.goOn();
    });
  }

  /** A search has ended: nobody waits for it any more. */
  leave(): void {
    this.searches--;
    this.goOn();
  }

  private goOn(): void {
    if (this.waiting.length === 0 || this.waiting.length < this.searches) return;
    const together = this.waiting;
    this.waiting = [];
    this.multiply(together).catch((error: unknown) => together.forEach(({ reject }) => reject(error)));
  }

  private async multiply(together: readonly Request[]): Promise<void> {
    const vectors = together.flatMap((request) => request.vectors);
    const products = await multiply(this.operator, vectors, this.signal);
    this.products += products.length;
    this.onProgress?.(this.products);
    let place = 0;
    for (const request of together) request.resolve(products.slice(place, (place += request.vectors.length)));
  }
}
