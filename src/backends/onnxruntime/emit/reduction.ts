import type { EmitTable } from '../emission';

/** Axes in runs of neighbours, innermost run first. */
function runs(axes: readonly number[]): number[][] {
  const found: number[][] = [];
  for (const axis of axes) {
    const last = found.at(-1);
    if (last?.at(-1) === axis - 1) last.push(axis);
    else found.push([axis]);
  }
  return found.reverse();
}

export const reductionOps: Pick<EmitTable, 'reduceSum' | 'reduceMax'> = {
  // One run of neighbouring axes at a time: a joint reduction over N and H, W takes a slow path of the runtime.
  reduceSum: (node, emission) =>
    runs(node.attributes.axes).reduce((x, axes) => x.sum(axes), emission.whole(node, 0)),
  reduceMax: (node, emission) =>
    emission.whole(node, 0).apply('ReduceMax', node.shape, { axes: node.attributes.axes, keepdims: 0 }),
};
