import { type Shape, sameShape } from '../../autodiff/shape';
import type { Tensor, Tf } from './tf';

/** The result of a node during a run, with what was made of it on the way. Owns its tensors until it is disposed. */
export class Value {
  private readonly made = new Map<string, Tensor>();

  /** `tensor` broadcasts to `shape`. */
  constructor(
    private readonly tf: Tf,
    readonly shape: Shape,
    readonly tensor: Tensor,
  ) {}

  /** All elements, repeated ones written out. */
  get whole(): Tensor {
    if (sameShape(this.tensor.shape, this.shape)) return this.tensor;
    return this.derived('whole', () => this.tf.broadcastTo(this.tensor, [...this.shape]));
  }

  /** As small as `tensor`, with as many axes as `shape`. */
  get aligned(): Tensor {
    const lead = this.shape.length - this.tensor.rank;
    if (lead === 0) return this.tensor;
    return this.tf.reshape(this.tensor, [...new Array<number>(lead).fill(1), ...this.tensor.shape]);
  }

  /** What several kernels make of this value is made once and lives as long as it. */
  derived(key: string, make: () => Tensor): Tensor {
    let tensor = this.made.get(key);
    if (!tensor) {
      tensor = this.tf.keep(this.tf.tidy(make).clone());
      this.made.set(key, tensor);
    }
    return tensor;
  }

  /** Is this one of its tensors, which a result must not share its fate with? */
  owns(tensor: Tensor): boolean {
    return tensor === this.tensor || [...this.made.values()].includes(tensor);
  }

  dispose(): void {
    this.tensor.dispose();
    for (const tensor of this.made.values()) tensor.dispose();
  }
}
