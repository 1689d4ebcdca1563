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

/** Views of views: those of real programs are a dozen deep. */
const DEEPEST = 200;

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
  private readonly depth: number;
  /** Do its elements lie in memory one after the other, in order? */
  readonly isContiguous: boolean;

  private constructor(
    private readonly storage: Storage,
    /** What it shows a part of, and which; left out where it shows all of its memory. */
    private readonly shown?: { readonly of: TensorReference; readonly by: View },
  ) {
    this.depth = shown ? shown.of.depth + 1 : 0;
    this.isContiguous = shown === undefined || (shown.of.isContiguous && shown.by.contiguous);
  }

  /** A tensor with memory of its own, or what went wrong where it should have come from. */
  static of(value: Value | ShapeError): TensorReference {
    return new TensorReference(new Storage(value));
  }

  /**
   * Its value as of now.
   * @throws ShapeError where it could not be computed.
   */
  get value(): Value {
    const { version, content } = this.storage;
    const outdated = TensorReference.outdated(this, version);
    const first = outdated.length > 0 ? outdated[outdated.length - 1].shown?.of : this;
    let value = first?.seen?.value ?? content;
    for (const each of outdated.reverse()) {
      value = each.shown ? each.shown.by.part(value) : content;
      each.seen = { version, value };
    }
    return value;
  }

  /** A tensor and those that it is a view of, as far as their values are of another version. */
  private static outdated(from: TensorReference, version: number): TensorReference[] {
    const found: TensorReference[] = [];
    for (let at: TensorReference | undefined = from; at && at.seen?.version !== version; at = at.shown?.of)
      found.push(at);
    return found;
  }

  /** Another tensor that shows a part of this one. */
  through(view: View): TensorReference {
    // A write goes through all of them.
    if (this.depth >= DEEPEST) throw new ShapeError(`it is a view of a view, over ${DEEPEST} deep`);
    return new TensorReference(this.storage, { of: this, by: view });
  }

  /** Puts a value of the same shape into the memory that this tensor shows. */
  write(value: Value): void {
    const { shape } = this.value;
    if (!sameShape(shape, value.shape))
      throw new ShapeError(`it writes ${shapeText(value.shape)} into a tensor of ${shapeText(shape)}`);
    let content = value;
    for (let { shown } = this as TensorReference; shown; shown = shown.of.shown)
      content = shown.by.replaced(shown.of.value, content);
    this.storage.content = content;
  }

  /** From now on nobody may read the memory that this tensor shows, since a write to it is not understood. */
  spoil(error: ShapeError): void {
    this.storage.content = error;
  }
}
