import type { onnx } from '../../onnx/generated/onnx';

type NodeProto = onnx.NodeProto.$Properties;

/** From so many operators on, the order that they are written in decides how long a model takes to open. */
const MANY = 4000;

/**
 * A model's operators in an order in which each comes as soon as all it takes is there, the newest first; small models
 * as they are. ONNX Runtime sorts what is ready and not yet placed as a list: in the order of derivatives, where what is
 * made on the way forward waits for the way back, that list grows with the depth of the network and opening it with its
 * square.
 */
export function byReadiness(nodes: readonly NodeProto[]): readonly NodeProto[] {
  if (nodes.length < MANY) return nodes;
  const makers = new Map(nodes.flatMap((node, i) => node.output!.map((name) => [name, i] as const)));
  const readers = nodes.map((): number[] => []);
  const missing = nodes.map(({ input }, i) => {
    const needed = new Set(input!.flatMap((name) => makers.get(name) ?? []));
    needed.forEach((maker) => readers[maker].push(i));
    return needed.size;
  });
  const ready = [...nodes.keys()].filter((i) => missing[i] === 0).reverse();
  const order: NodeProto[] = [];
  while (ready.length > 0) {
    const next = ready.pop()!;
    order.push(nodes[next]);
    // Of several, what was written last goes first: what turns a value for the way back, before the way goes on.
    ready.push(...readers[next].filter((reader) => --missing[reader] === 0));
  }
  return order;
}
