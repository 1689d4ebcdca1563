import { type AttributesByOp, type DType, type Node, type Op, isOp, topologicalOrder } from './graph';
import type { Shape } from './shape';

/** One operation of a program; `inputs` are positions of earlier nodes. */
export interface ProgramNode<O extends Op = Op> {
  readonly op: O;
  readonly inputs: readonly number[];
  readonly attributes: AttributesByOp[O];
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A name for a node: what is fed, or what comes out. */
export interface ProgramPort {
  readonly name: string;
  readonly node: number;
}

/**
 * A graph ready for a backend: plain data in order of evaluation, so that it crosses process boundaries. Only what the
 * outputs need is in it, fed inputs included.
 */
export interface Program {
  readonly nodes: readonly ProgramNode[];
  readonly inputs: readonly ProgramPort[];
  readonly outputs: readonly ProgramPort[];
}

/** The program that computes the named nodes. Inputs they do not depend on are left out. */
export function buildProgram(outputs: Readonly<Record<string, Node>>): Program {
  const order = topologicalOrder(Object.values(outputs));
  const position = new Map(order.map((node, i) => [node, i] as const));
  return {
    nodes: order.map(({ op, inputs, attributes, shape, dtype }) => ({
      op,
      inputs: inputs.map((input) => position.get(input)!),
      attributes,
      shape,
      dtype,
    })),
    inputs: order.flatMap((node, i) =>
      isOp(node, 'input') ? [{ name: node.attributes.name, node: i }] : [],
    ),
    outputs: Object.entries(outputs).map(([name, node]) => ({ name, node: position.get(node)! })),
  };
}

/** Is this node of a program the result of `op`? Narrows the type of its attributes. */
export function isProgramOp<O extends Op>(node: ProgramNode, op: O): node is ProgramNode<O> {
  return node.op === op;
}
