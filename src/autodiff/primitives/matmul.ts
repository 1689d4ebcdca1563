import { type Node, isOp } from '../graph';
import { ShapeError, sameShape, shapeText } from '../shape';
import { add } from './elementwise';
import type { Rule } from './rule';

/** Is x a transpose that only swaps the last two axes? Then a product reads it in place. */
const swapsLastTwo = (x: Node): x is Node<'transpose'> => {
  if (!isOp(x, 'transpose')) return false;
  const { permutation } = x.attributes;
  const rank = permutation.length;
  return permutation.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
};

/**
 * The product of matrices op(A) op(B), one for each entry of the equal leading axes: [..., m, k] [..., k, n] ->
 * [..., m, n], where op swaps the last two axes if asked to.
 *
 * ```ts
 * import { Graph } from '../../src/autodiff/graph';
 * import { matmul } from '../../src/autodiff/operations';
 * import { tensor, valuesOf } from '../../test/unit/network/evaluate';
 * const graph = new Graph();
 * const a = tensor(graph, [2, 2], [1, 2, 3, 4]);
 * await valuesOf(matmul(a, tensor(graph, [2, 1], [1, 1]))); // => [3, 7]
 * ```
 *
 * @throws ShapeError where the matrices do not fit.
 */
export function matmul(a: Node, b: Node, transposeA = false, transposeB = false): Node {
  if (swapsLastTwo(a)) return matmul(a.inputs[0], b, !transposeA, transposeB);
  if (swapsLastTwo(b)) return matmul(a, b.inputs[0], transposeA, !transposeB);
  const rank = a.shape.length;
  const batch = a.shape.slice(0, -2);
  const [m, k] = transposeA ? [a.shape[rank - 1], a.shape[rank - 2]] : [a.shape[rank - 2], a.shape[rank - 1]];
  const [inner, n] = transposeB
    ? [b.shape[rank - 1], b.shape[rank - 2]]
    : [b.shape[rank - 2], b.shape[rank - 1]];
  if (rank < 2 || b.shape.length !== rank || k !== inner || !sameShape(batch, b.shape.slice(0, -2)))
    throw new ShapeError(
      `no product of ${shapeText(a.shape)}${transposeA ? "'" : ''} and ${shapeText(b.shape)}${transposeB ? "'" : ''}`,
    );
  const shape = [...batch, m, n];
  if ([a, b].some((x) => isOp(x, 'fill') && x.attributes.value === 0)) return a.graph.fill(0, shape);
  return a.graph.node('matmul', [a, b], { transposeA, transposeB }, { shape });
}

export const matmulRules: { readonly matmul: Rule<'matmul'> } = {
  matmul: {
    jvp(node, [da, db]) {
      const [a, b] = node.inputs;
      const { transposeA, transposeB } = node.attributes;
      const left = da && matmul(da, b, transposeA, transposeB);
      const right = db && matmul(a, db, transposeA, transposeB);
      return left && right ? add(left, right) : (left ?? right);
    },
    vjp(node, cotangent) {
      const [a, b] = node.inputs;
      const { transposeA, transposeB } = node.attributes;
      return [
        transposeA ? matmul(b, cotangent, transposeB, true) : matmul(cotangent, b, false, !transposeB),
        transposeB ? matmul(cotangent, a, true, transposeA) : matmul(a, cotangent, !transposeA, false),
      ];
    },
  },
};
