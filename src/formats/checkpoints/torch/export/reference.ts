import { ShapeError, sameShape, shapeText } from '../../../../autodiff/shape';
import type { Value } from '../../onnx/value';

/** What part of a tensor a view shows, and how the tensor looks after that part was written to. */
export interface View {
  /** Do its elements lie one after the other, where those of the whole do? */
  readonly contiguous: boolean;
  part(whole: Value): Value;
  /** `whole` with `part` in place of what the view shows. */
  replaced(whole: Value, part: Value): Value;
}

/** The memory that a tensor and all views of it share; every write gives it another content. */
class Storage {
  version = 0;

  constructor(private held: Value | ShapeError) {}

  get content(): Value {
    if (this.held instanceof ShapeError) throw this.held;
    return this.held;
  }

  set content(value: Value | ShapeError) {
    this.held = value;
    this.version += 1;
  }
}

/**
 * A tensor of PyTorch: memory and the views that lead to what it shows. Values of our graphs never change, so a write
 * makes a new value of the whole memory, and every tensor that shares it sees that from then on.
 */
export class TensorReference {
  private seen: { readonly version: number; readonly value: Value } | undefined;

  private constructor(
    private readonly storage: Storage,
    private readonly views: readonly View[],
  ) {}

  /** A tensor with memory of its own, or what went wrong where it should have come from. */
  static of(value: Value | ShapeError): TensorReference {
    return new TensorReference(new Storage(value), []);
  }

  /**
   * Its value as of now.
   * @throws ShapeError where it could not be computed.
   */
  get value(): Value {
    const { version, content } = this.storage;
    if (this.seen?.version !== version)
      this.seen = { version, value: this.views.reduce((whole, view) => view.part(whole), content) };
    return this.seen.value;
  }

  /** Do its elements lie in memory one after the other, in order? */
  get isContiguous(): boolean {
    return this.views.every(({ contiguous }) => contiguous);
  }

  /** Another tensor that shows a part of this one. */
  through(view: View): TensorReference {
    return new TensorReference(this.storage, [...this.views, view]);
  }

  /** Puts a value of the same shape into the memory that this tensor shows. */
  write(value: Value): void {
    const { shape } = this.value;
    if (!sameShape(shape, value.shape))
      throw new ShapeError(`it writes ${shapeText(value.shape)} into a tensor of ${shapeText(shape)}`);
    const wholes = [this.storage.content];
    for (const view of this.views.slice(0, -1)) wholes.push(view.part(wholes[wholes.length - 1]));
    this.storage.content = this.views.reduceRight((part, view, i) => view.replaced(wholes[i], part), value);
  }

  /** From now on nobody may read the memory that this tensor shows, since a write to it is not understood. */
  spoil(error: ShapeError): void {
    this.storage.content = error;
  }
}
