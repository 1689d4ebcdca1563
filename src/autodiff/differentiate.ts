import { type Node, type Op, topologicalOrder } from './graph';
import { rules } from './primitives/table';
import type { Rule } from './primitives/rule';
import { ShapeError, sameShape, shapeText } from './shape';
import { sum } from './sum';

// A node's own rule: the table is keyed by op, which the union of nodes hides from the compiler.
const ruleOf = (node: Node): Rule<Op> => rules[node.op];

/**
 * Tangents of `outputs` when each key of `tangents` moves along its value (forward mode: Jacobian times vector).
 * `undefined` where an output does not depend on any of them.
 *
 * ```ts
 * import { Graph } from '../../src/autodiff/graph';
 * import { sin } from '../../src/autodiff/operations';
 * import { jvp } from '../../src/autodiff/differentiate';
 * import { tensor, valuesOf } from '../../test/unit/network/evaluate';
 * const graph = new Graph();
 * const x = tensor(graph, [2], [0, Math.PI]);
 * const [tangent] = jvp([sin(x)], new Map([[x, graph.fill(3, [2])]]));
 * await valuesOf(tangent!); // => [3, -3]
 * ```
 */
export function jvp(outputs: readonly Node[], tangents: ReadonlyMap<Node, Node>): (Node | undefined)[] {
  tangents.forEach((tangent, node) => {
    if (!sameShape(tangent.shape, node.shape))
      throw new ShapeError(`a tangent of ${shapeText(node.shape)} cannot be ${shapeText(tangent.shape)}`);
  });
  const known = new Map<Node, Node>(tangents);
  for (const node of topologicalOrder(outputs)) {
    if (known.has(node)) continue;
    const inner = node.inputs.map((input) => known.get(input));
    if (inner.every((tangent) => tangent === undefined)) continue;
    const tangent = ruleOf(node).jvp(node, inner);
    if (tangent) known.set(node, tangent);
  }
  return outputs.map((output) => known.get(output));
}

/**
 * Cotangents of `inputs` when each key of `cotangents` has its value (reverse mode: vector times Jacobian).
 * Zeros where nothing flows back.
 *
 * ```ts
 * import { Graph } from '../../src/autodiff/graph';
 * import { square } from '../../src/autodiff/operations';
 * import { vjp } from '../../src/autodiff/differentiate';
 * import { tensor, valuesOf } from '../../test/unit/network/evaluate';
 * const x = tensor(new Graph(), [2], [2, 5]);
 * const cotangent = tensor(x.graph, [2], [1, 10]);
 * const [pulled] = vjp(new Map([[square(x), cotangent]]), [x]);
 * await valuesOf(pulled); // => [4, 100]
 * ```
 */
export function vjp(cotangents: ReadonlyMap<Node, Node>, inputs: readonly Node[]): Node[] {
  const outputs = [...cotangents.keys()];
  const order = topologicalOrder(outputs);
  // Only nodes between the inputs and the outputs take part.
  const between = new Set<Node>(inputs);
  for (const node of order) if (node.inputs.some((input) => between.has(input))) between.add(node);
  const flowing = new Map<Node, Node[]>([...cotangents].map(([node, cotangent]) => [node, [cotangent]]));
  for (const node of order.reverse()) {
    const contributions = flowing.get(node);
    if (!contributions || !between.has(node) || node.inputs.length === 0) continue;
    ruleOf(node)
      .vjp(node, sum(contributions))
      .forEach((contribution, i) => {
        const input = node.inputs[i];
        if (!contribution || !between.has(input)) return;
        const known = flowing.get(input);
        if (known) known.push(contribution);
        else flowing.set(input, [contribution]);
      });
  }
  return inputs.map((input) => {
    const contributions = flowing.get(input);
    return contributions ? sum(contributions) : input.graph.fill(0, input.shape);
  });
}

/**
 * The gradient of a scalar node with respect to each of `inputs`.
 *
 * ```ts
 * import { Graph } from '../../src/autodiff/graph';
 * import { reduceSum, square } from '../../src/autodiff/operations';
 * import { gradient } from '../../src/autodiff/differentiate';
 * import { tensor, valuesOf } from '../../test/unit/network/evaluate';
 * const x = tensor(new Graph(), [3], [1, 2, 3]);
 * const [slope] = gradient(reduceSum(square(x)), [x]);
 * await valuesOf(slope); // => [2, 4, 6]
 * ```
 *
 * @throws ShapeError for an output that is no scalar.
 */
export function gradient(output: Node, inputs: readonly Node[]): Node[] {
  if (output.shape.length !== 0)
    throw new ShapeError(`a gradient is of a scalar, not of ${shapeText(output.shape)}`);
  return vjp(new Map([[output, output.graph.fill(1)]]), inputs);
}

/**
 * Hessian-vector products of a scalar whose gradient with respect to `inputs` is `gradients`: forward over reverse,
 * exact (Pearlmutter 1994). Called once per vector on the same graph, the primal work is shared.
 *
 * ```ts
 * import { Graph } from '../../src/autodiff/graph';
 * import { mul, reduceSum, square } from '../../src/autodiff/operations';
 * import { gradient, hvp } from '../../src/autodiff/differentiate';
 * import { tensor, valuesOf } from '../../test/unit/network/evaluate';
 * const x = tensor(new Graph(), [2], [1, 2]);
 * const cubes = reduceSum(mul(x, square(x)));
 * const v = tensor(x.graph, [2], [1, -1]);
 * const [product] = hvp(gradient(cubes, [x]), [x], [v]);
 * await valuesOf(product); // => [6, -12]
 * ```
 */
export function hvp(gradients: readonly Node[], inputs: readonly Node[], vector: readonly Node[]): Node[] {
  const tangents = new Map(inputs.map((input, i) => [input, vector[i]] as const));
  return jvp(gradients, tangents).map((tangent, i) => tangent ?? inputs[i].graph.fill(0, inputs[i].shape));
}
