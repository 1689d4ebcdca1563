import { type Shape, broadcastShapes, sameShape } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import type { Attributes, ModelBuilder } from './model-builder';

/** The most negative int64: "to before the first element" for a slice that runs backwards. */
const BEFORE_FIRST = -(2 ** 63);

/** What a tensor is a rearrangement of, so that the next one can start from there. */
interface Origin {
  readonly reshaped?: Tensor;
  readonly moved?: { readonly from: Tensor; readonly permutation: readonly number[] };
}

/** A value of the model under construction, with its shape. */
export class Tensor {
  constructor(
    readonly model: ModelBuilder,
    readonly name: string,
    readonly shape: Shape,
    private readonly origin: Origin = {},
  ) {}

  /** An operator of one output on this tensor and more inputs. */
  apply(op: string, shape: Shape, attributes: Attributes = {}, more: readonly string[] = []): Tensor {
    return new Tensor(this.model, this.model.node(op, [this.name, ...more], attributes)[0], shape);
  }

  reshape(shape: Shape): Tensor {
    const source = this.origin.reshaped ?? this;
    const same = [this, source].find((x) => sameShape(shape, x.shape));
    if (same) return same;
    const [name] = this.model.node('Reshape', [source.name, this.model.integers(shape)]);
    return new Tensor(this.model, name, shape, { reshaped: source });
  }

  transpose(permutation: readonly number[]): Tensor {
    const { moved } = this.origin;
    if (moved) return moved.from.transpose(permutation.map((axis) => moved.permutation[axis]));
    const { name, shape, origin } = this.permuted(permutation);
    return new Tensor(this.model, name, shape, { ...origin, moved: { from: this, permutation } });
  }

  private permuted(permutation: readonly number[]): Tensor {
    const shape = permutation.map((axis) => this.shape[axis]);
    // Axes that stay together are one axis: the runtime has fast paths for few axes only.
    const moved = blocksOf(permutation.filter((axis) => this.shape[axis] !== 1));
    if (moved.length < 2) return this.reshape(shape);
    const sources = [...moved].sort((a, b) => a[0] - b[0]);
    return this.reshape(sources.map((block) => sizeOf(block.map((axis) => this.shape[axis]))))
      .apply(
        'Transpose',
        moved.map((block) => sizeOf(block.map((axis) => this.shape[axis]))),
        { perm: moved.map((block) => sources.indexOf(block)) },
      )
      .reshape(shape);
  }

  /** The last two axes swapped. */
  swapped(): Tensor {
    const axes = this.shape.map((_, axis) => axis);
    return this.transpose([...axes.slice(0, -2), axes.length - 1, axes.length - 2]);
  }

  /** Repeated to `shape` by NumPy's rule. */
  expand(shape: Shape): Tensor {
    if (sameShape(shape, this.shape)) return this;
    if (sizeOf(shape) === sizeOf(this.shape)) return this.reshape(shape);
    return this.apply('Expand', shape, {}, [this.model.integers(shape)]);
  }

  slice(starts: readonly number[], limits: readonly number[], strides: readonly number[]): Tensor {
    const shape = this.shape.map((_, axis) => Math.ceil((limits[axis] - starts[axis]) / strides[axis]));
    if (sameShape(shape, this.shape)) return this;
    const axes = this.shape.flatMap((extent, axis) => (shape[axis] === extent ? [] : [axis]));
    const list = (values: readonly number[]) => this.model.integers(axes.map((axis) => values[axis]));
    return this.apply('Slice', shape, {}, [
      list(starts),
      list(limits),
      this.model.integers(axes),
      list(strides),
    ]);
  }

  /** The given axes back to front. */
  reverse(axes: readonly number[]): Tensor {
    const long = axes.filter((axis) => this.shape[axis] !== 1);
    if (long.length === 0) return this;
    const list = (value: number) => this.model.integers(long.map(() => value));
    return this.apply('Slice', this.shape, {}, [
      list(-1),
      list(BEFORE_FIRST),
      this.model.integers(long),
      list(-1),
    ]);
  }

  /** Zeros, or `value`, before and after each axis; negative counts crop. */
  pad(low: readonly number[], high: readonly number[], value = 0): Tensor {
    if ([...low, ...high].every((count) => count <= 0)) return this.crop(low, high);
    const shape = this.shape.map((extent, axis) => low[axis] + extent + high[axis]);
    // The operator crops first: where more than the tensor itself goes, pad first instead.
    if (this.shape.some((extent, axis) => Math.min(low[axis], high[axis]) <= -extent))
      return this.padThenCrop(low, high, value);
    const filling = value === 0 ? [] : [scalar(this.model, value).name];
    return this.apply('Pad', shape, {}, [this.model.integers([...low, ...high]), ...filling]);
  }

  private padThenCrop(low: readonly number[], high: readonly number[], value: number): Tensor {
    const positive = (counts: readonly number[]) => counts.map((count) => Math.max(0, count));
    const padded = this.pad(positive(low), positive(high), value);
    const negative = (counts: readonly number[]) => counts.map((count) => Math.min(0, count));
    return padded.crop(negative(low), negative(high));
  }

  /** Without the first `-low` and the last `-high` elements of each axis. */
  private crop(low: readonly number[], high: readonly number[]): Tensor {
    const limits = this.shape.map((extent, axis) => extent + high[axis]);
    return this.slice(
      low.map((count) => -count),
      limits,
      low.map(() => 1),
    );
  }

  /** `interior` zeros between the elements of each axis, and {@link pad} around them. */
  insertZeros(low: readonly number[], high: readonly number[], interior: readonly number[]): Tensor {
    const gaps = interior.map((count, axis) => (this.shape[axis] > 1 ? count : 0));
    // Each axis ends with one gap too many.
    return gaps
      .reduceRight<Tensor>((x, gap, axis) => (gap > 0 ? x.followedByZeros(axis, gap) : x), this)
      .pad(
        low,
        high.map((count, axis) => count - gaps[axis]),
      );
  }

  /** `gap` zeros after every element of an axis. */
  private followedByZeros(axis: number, gap: number): Tensor {
    const lead = sizeOf(this.shape.slice(0, axis));
    const rest = sizeOf(this.shape.slice(axis + 1));
    const extent = this.shape[axis];
    const shape = this.shape.map((old, a) => (a === axis ? extent * (1 + gap) : old));
    // Padding whole rows and moving one axis is several times faster than padding element by element.
    return rest >= 16
      ? this.reshape([lead * extent, 1, rest])
          .pad([0, 0, 0], [0, gap, 0])
          .reshape(shape)
      : this.reshape([lead, 1, extent, rest])
          .pad([0, 0, 0, 0], [0, gap, 0, 0])
          .transpose([0, 2, 1, 3])
          .reshape(shape);
  }

  /** The sum over axes, which go away. */
  sum(axes: readonly number[]): Tensor {
    const shape = this.shape.filter((_, axis) => !axes.includes(axis));
    return this.apply('ReduceSum', shape, { keepdims: 0 }, [this.model.integers(axes)]);
  }
}

/** Axes in runs that follow each other in the source too; extents of 1 between them are gone already. */
function blocksOf(axes: readonly number[]): number[][] {
  const order = [...axes].sort((a, b) => a - b);
  const blocks: number[][] = [];
  for (const axis of axes) {
    const last = blocks.at(-1);
    if (last && order.indexOf(axis) === order.indexOf(last.at(-1)!) + 1) last.push(axis);
    else blocks.push([axis]);
  }
  return blocks;
}

/** One number, stored in the model. */
export const scalar = (model: ModelBuilder, value: number): Tensor =>
  new Tensor(model, model.initializer(Float32Array.of(value), []), []);

/** 1 and 0 for true and false. */
export const asNumbers = ({ model, name, shape }: Tensor): Tensor =>
  new Tensor(model, model.toFloat(name), shape);

/** An elementwise operator with ONNX's own broadcasting. */
export function elementwise(op: string, operands: readonly Tensor[], attributes: Attributes = {}): Tensor {
  const shape = operands.map((operand) => operand.shape).reduce(broadcastShapes);
  return operands[0].apply(
    op,
    shape,
    attributes,
    operands.slice(1).map((operand) => operand.name),
  );
}
