import type { Node } from '../graph';
import { ShapeError, sameShape, shapeText } from '../shape';
import { type Rule, constantRule } from './rule';

type Lookup = 'oneHot' | 'gather' | 'scatterAdd';

function checkIndices(indices: Node): void {
  if (indices.dtype !== 'int32') throw new ShapeError('indices are int32');
}

/** 1 at each index along a new last axis of extent `depth`, 0 elsewhere. Indices are validated where data are read. */
export function oneHot(indices: Node, depth: number): Node {
  checkIndices(indices);
  return indices.graph.node('oneHot', [indices], { depth }, { shape: [...indices.shape, depth] });
}

/** Rows of `table` [rows, width...] by index: [...indices, width...]. */
export function gather(table: Node, indices: Node): Node {
  checkIndices(indices);
  return table.graph.node(
    'gather',
    [table, indices],
    {},
    { shape: [...indices.shape, ...table.shape.slice(1)] },
  );
}

/**
 * The transpose of {@link gather}: a zero table [rows, width...] with `updates` [...indices, width...] added at their rows.
 * @throws ShapeError where there is not one update an index.
 */
export function scatterAdd(updates: Node, indices: Node, rows: number): Node {
  checkIndices(indices);
  const rank = indices.shape.length;
  if (!sameShape(updates.shape.slice(0, rank), indices.shape))
    throw new ShapeError(
      `${shapeText(updates.shape)} has no row for each of the indices ${shapeText(indices.shape)}`,
    );
  return updates.graph.node(
    'scatterAdd',
    [updates, indices],
    { rows },
    { shape: [rows, ...updates.shape.slice(rank)] },
  );
}

export const lookupRules: { readonly [O in Lookup]: Rule<O> } = {
  oneHot: constantRule,
  gather: {
    jvp: (node, [tangent]) => tangent && gather(tangent, node.inputs[1]),
    vjp: (node, cotangent) => [scatterAdd(cotangent, node.inputs[1], node.inputs[0].shape[0]), undefined],
  },
  scatterAdd: {
    jvp: (node, [tangent]) => tangent && scatterAdd(tangent, node.inputs[1], node.attributes.rows),
    vjp: (node, cotangent) => [gather(cotangent, node.inputs[1]), undefined],
  },
};
