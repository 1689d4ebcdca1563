import { type Node, isOp } from '../graph';
import { type Shape, ShapeError, inversePermutation, normalizeAxes, sameShape, shapeText } from '../shape';
import { sizeOf } from '../../core/size-of';

/**
 * The same elements, in the same order, under another shape.
 * @throws ShapeError for another number of elements.
 */
export function reshape(x: Node, shape: Shape): Node {
  if (sizeOf(shape) !== sizeOf(x.shape))
    throw new ShapeError(`${shapeText(x.shape)} cannot be reshaped to ${shapeText(shape)}`);
  if (sameShape(x.shape, shape)) return x;
  if (isOp(x, 'fill')) return x.graph.fill(x.attributes.value, shape);
  if (isOp(x, 'reshape')) return reshape(x.inputs[0], shape);
  if (isOp(x, 'broadcast') && sizeOf(x.inputs[0].shape) === 1)
    return broadcast(reshape(x.inputs[0], []), shape);
  return x.graph.node('reshape', [x], {}, { shape, dtype: x.dtype });
}

/**
 * Axis i of the result is axis `permutation[i]` of x.
 * @throws ShapeError for what is no permutation of the axes.
 */
export function transpose(x: Node, permutation: readonly number[]): Node {
  normalizeAxes(permutation, x.shape.length);
  if (permutation.length !== x.shape.length)
    throw new ShapeError(`the permutation ${shapeText(permutation)} does not fit ${shapeText(x.shape)}`);
  const shape = permutation.map((axis) => x.shape[axis]);
  if (isOp(x, 'transpose'))
    return transpose(
      x.inputs[0],
      permutation.map((axis) => x.attributes.permutation[axis]),
    );
  // Moving only axes of extent 1 moves no element.
  const long = permutation.filter((axis) => x.shape[axis] !== 1);
  if (long.every((axis, i) => i === 0 || long[i - 1] < axis)) return reshape(x, shape);
  if (isOp(x, 'broadcast')) {
    const source = x.inputs[0];
    const aligned = [...new Array<number>(shape.length - source.shape.length).fill(1), ...source.shape];
    return broadcast(transpose(reshape(source, aligned), permutation), shape);
  }
  return x.graph.node('transpose', [x], { permutation: [...permutation] }, { shape, dtype: x.dtype });
}

/**
 * Repeats x along axes of extent 1 and new leading axes, by NumPy's rule.
 * @throws ShapeError where the rule does not allow it.
 */
export function broadcast(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  const lead = shape.length - x.shape.length;
  if (lead < 0 || x.shape.some((extent, axis) => extent !== 1 && extent !== shape[axis + lead]))
    throw new ShapeError(`${shapeText(x.shape)} does not broadcast to ${shapeText(shape)}`);
  if (isOp(x, 'fill')) return x.graph.fill(x.attributes.value, shape);
  if (isOp(x, 'broadcast')) return broadcast(x.inputs[0], shape);
  const first = x.shape.findIndex((extent) => extent !== 1);
  const short = first < 0 ? [] : x.shape.slice(first);
  const source = reshape(x, short);
  return sameShape(source.shape, shape)
    ? source
    : x.graph.node('broadcast', [source], {}, { shape, dtype: x.dtype });
}

/** Elements `starts[a], starts[a] + strides[a], ...` below `limits[a]` of each axis a. */
export function slice(
  x: Node,
  starts: readonly number[],
  limits: readonly number[],
  strides: readonly number[] = starts.map(() => 1),
): Node {
  x.shape.forEach((extent, axis) => {
    if (!(starts[axis] >= 0 && starts[axis] < limits[axis] && limits[axis] <= extent && strides[axis] >= 1))
      throw new ShapeError(`the slice ${starts}:${limits}:${strides} does not fit ${shapeText(x.shape)}`);
  });
  const shape = x.shape.map((_, axis) => Math.ceil((limits[axis] - starts[axis]) / strides[axis]));
  if (sameShape(shape, x.shape)) return x;
  if (isOp(x, 'fill')) return x.graph.fill(x.attributes.value, shape);
  return x.graph.node(
    'slice',
    [x],
    { starts: [...starts], limits: [...limits], strides: [...strides] },
    { shape, dtype: x.dtype },
  );
}

/** One position of one axis; the axis goes away. */
export function take(x: Node, axis: number, index: number): Node {
  return reshape(
    sliceAxis(x, axis, index, index + 1),
    x.shape.filter((_, a) => a !== axis),
  );
}

/** The positions from `start` to before `limit` of one axis. */
export function sliceAxis(x: Node, axis: number, start: number, limit: number): Node {
  return slice(
    x,
    x.shape.map((_, a) => (a === axis ? start : 0)),
    x.shape.map((extent, a) => (a === axis ? limit : extent)),
  );
}

/**
 * Zeros before, after and between the elements of each axis.
 * @throws ShapeError for a negative count.
 */
export function pad(
  x: Node,
  low: readonly number[],
  high: readonly number[],
  interior: readonly number[] = low.map(() => 0),
): Node {
  if ([...low, ...high, ...interior].every((count) => count === 0)) return x;
  if ([...low, ...high, ...interior].some((count) => count < 0))
    throw new ShapeError('padding is never negative');
  const shape = x.shape.map(
    (extent, axis) => low[axis] + high[axis] + extent + Math.max(0, extent - 1) * interior[axis],
  );
  if (isOp(x, 'fill') && x.attributes.value === 0) return x.graph.fill(0, shape);
  if (isOp(x, 'transpose')) {
    const { permutation } = x.attributes;
    const inverse = inversePermutation(permutation);
    const moved = (counts: readonly number[]) => inverse.map((axis) => counts[axis]);
    return transpose(pad(x.inputs[0], moved(low), moved(high), moved(interior)), permutation);
  }
  return x.graph.node('pad', [x], { low: [...low], high: [...high], interior: [...interior] }, { shape });
}

/** Tensors one after the other along an axis. */
export function concat(parts: readonly Node[], axis: number): Node {
  if (parts.length === 1) return parts[0];
  const [first] = parts;
  parts.forEach((part) => {
    if (
      part.shape.length !== first.shape.length ||
      part.shape.some((n, a) => a !== axis && n !== first.shape[a])
    )
      throw new ShapeError(
        `${shapeText(part.shape)} cannot follow ${shapeText(first.shape)} along axis ${axis}`,
      );
  });
  if (isOp(first, 'transpose')) {
    const { permutation } = first.attributes;
    if (parts.every((part) => isOp(part, 'transpose') && sameShape(part.attributes.permutation, permutation)))
      return transpose(
        concat(
          parts.map((part) => part.inputs[0]),
          permutation[axis],
        ),
        permutation,
      );
  }
  if (axis === 0 && parts.every((part) => isOp(part, 'reshape'))) {
    // Row-major, what follows along the first axis follows in memory: one arrangement serves all shapes of the parts.
    const sources = parts.map((part) => part.inputs[0]);
    const tail = sources[0].shape.slice(1);
    if (sources.every(({ shape }) => shape.length > 0 && sameShape(shape.slice(1), tail)))
      return reshape(concat(sources, 0), joinedShape(parts, 0));
  }
  return first.graph.node('concat', parts, { axis }, { shape: joinedShape(parts, axis), dtype: first.dtype });
}

function joinedShape(parts: readonly Node[], axis: number): Shape {
  const total = parts.reduce((sum, part) => sum + part.shape[axis], 0);
  return parts[0].shape.map((extent, a) => (a === axis ? total : extent));
}

/** The given axes back to front. */
export function reverse(x: Node, axes: readonly number[]): Node {
  const long = normalizeAxes(axes, x.shape.length).filter((axis) => x.shape[axis] !== 1);
  if (long.length === 0 || isOp(x, 'fill')) return x;
  return x.graph.node('reverse', [x], { axes: long }, { shape: x.shape, dtype: x.dtype });
}
