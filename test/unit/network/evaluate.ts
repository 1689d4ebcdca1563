import { type Graph, type Node, topologicalOrder } from '../../../src/autodiff/graph';
import { buildProgram } from '../../../src/autodiff/program';
import type { Shape } from '../../../src/autodiff/shape';
import { sizeOf } from '../../../src/core/size-of';
import { ReferenceBackend } from '../../../src/backends/reference/reference';

/** The float64 values of nodes. */
export async function evaluate(
  outputs: readonly Node[],
  feeds: Record<string, Float64Array | Int32Array> = {},
) {
  const executable = await new ReferenceBackend().compile(
    buildProgram(Object.fromEntries(outputs.map((node, i) => [`output ${i}`, node]))),
  );
  return executable.run(feeds);
}

/** The float64 values of one node. */
export async function valuesOf(node: Node): Promise<number[]> {
  const [values] = await evaluate([node]);
  return Array.from(values);
}

/** A tensor known in advance. */
export function tensor(
  graph: Graph,
  shape: Shape,
  values: readonly number[] | ((index: number) => number),
): Node {
  const data = Float64Array.from({ length: sizeOf(shape) }, (_, i) =>
    typeof values === 'function' ? values(i) : values[i],
  );
  return graph.constant(data, shape);
}

/** A tensor of class indices. */
export function indices(graph: Graph, shape: Shape, values: readonly number[]): Node {
  return graph.constant(Int32Array.from(values), shape);
}

/** How often each operation stands in what the outputs need. */
export function countOps(outputs: readonly Node[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { op } of topologicalOrder(outputs)) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

/** Throws unless each value is within `tolerance` of what is expected, relative to 1 or the value. */
export function close(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-12): void {
  if (actual.length !== expected.length)
    throw new Error(
      `${actual.length} values instead of ${expected.length}: ${Array.from(actual).join(', ')}`,
    );
  expected.forEach((value, i) => {
    const error = Math.abs(actual[i] - value) / Math.max(1, Math.abs(value));
    if (!(error <= tolerance))
      throw new Error(`value ${i} is ${actual[i]} instead of ${value} (off by ${error})`);
  });
}
