import type { Node, Op } from '../graph';

/**
 * How a primitive is differentiated, in terms of primitives, so that derivatives of any order exist.
 * A missing tangent or cotangent means zero.
 */
export interface Rule<O extends Op> {
  /** Tangent of the output from the tangents of the inputs (Jacobian times vector). */
  jvp(node: Node<O>, tangents: readonly (Node | undefined)[]): Node | undefined;
  /** Cotangents of the inputs from that of the output (vector times Jacobian). */
  vjp(node: Node<O>, cotangent: Node): readonly (Node | undefined)[];
}

/** A primitive with zero derivative everywhere (comparisons, signs, leaves). */
export const constantRule: Rule<never> = {
  jvp: () => undefined,
  vjp: (node: Node) => node.inputs.map(() => undefined),
};

/** A primitive linear in its one input: `apply` repeats it on a tangent, `transpose` maps a cotangent back. */
export function linearRule<O extends Op>(
  apply: (node: Node<O>, tangent: Node) => Node,
  transpose: (node: Node<O>, cotangent: Node) => Node,
): Rule<O> {
  return {
    jvp: (node, [tangent]) => tangent && apply(node, tangent),
    vjp: (node, cotangent) => [transpose(node, cotangent)],
  };
}
