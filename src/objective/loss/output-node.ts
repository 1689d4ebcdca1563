import { Graph, type Node } from '../../autodiff/graph';
import type { Model } from '../../network/model';
import { inputPort } from '../../lanes/ports';

/** The model's output for one row, in a graph of its own: for looking at, not for computing. */
export function outputNode(model: Model): Node {
  const graph = new Graph();
  const tensors = new Map(model.tensors.map(({ name, shape }) => [name, graph.input(name, shape)] as const));
  const inputs = model.inputs.map(({ shape, dtype }, i) => graph.input(inputPort(i), [1, ...shape], dtype));
  return model.apply(graph, tensors, inputs)[0];
}
