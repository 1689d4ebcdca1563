import { type Node, isOp } from '../../autodiff/graph';
import type { Shape } from '../../autodiff/shape';

/** The tensor of a file that a value is a rearrangement of, and which of its axes the asked one was. */
export interface WeightSource {
  readonly name: string;
  readonly axis: number | undefined;
}

/** Follows a value back through transposes, broadcasts and reshapes to a tensor of the file; `undefined` if none is there. */
export function weightSource(
  names: ReadonlyMap<Node, string>,
  value: Node,
  valueAxis: number | undefined,
): WeightSource | undefined {
  let [node, axis] = [value, valueAxis];
  for (;;) {
    const name = names.get(node);
    if (name !== undefined) return { name, axis };
    const [source] = node.inputs;
    if (isOp(node, 'transpose')) axis = axis === undefined ? undefined : node.attributes.permutation[axis];
    else if (isOp(node, 'broadcast')) {
      const lead = node.shape.length - source.shape.length;
      axis = axis === undefined || axis < lead ? undefined : axis - lead;
    } else if (isOp(node, 'reshape'))
      axis = axis === undefined ? undefined : sameAxis(node.shape, source.shape, axis);
    else return undefined;
    node = source;
  }
}

/** The axis of `source` that became `axis`, when only axes of extent 1 came, went or moved. */
function sameAxis(shape: Shape, source: Shape, axis: number): number | undefined {
  if (shape[axis] === 1) return source.includes(1) ? source.indexOf(1) : undefined;
  const long = (extents: Shape) => extents.flatMap((extent, a) => (extent === 1 ? [] : [a]));
  const [to, from] = [long(shape), long(source)];
  const same = to.length === from.length && to.every((a, i) => shape[a] === source[from[i]]);
  return same ? from[to.indexOf(axis)] : undefined;
}
