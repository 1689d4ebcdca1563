import { gradient, hvp } from '../../src/autodiff/differentiate';
import { Graph, type Node } from '../../src/autodiff/graph';
import { maxPool, reduceMean, relu, reshape, tanh } from '../../src/autodiff/operations';
import { type Program, buildProgram } from '../../src/autodiff/program';
import type { Shape } from '../../src/autodiff/shape';
import { sizeOf } from '../../src/core/size-of';
import type { TensorData } from '../../src/backends/backend';
import { convolution } from '../../src/network/convolution';
import { dense } from '../../src/network/dense';
import { lossSpec } from '../../src/network/loss-spec';
import { perRowLoss } from '../../src/network/losses';
import { random } from '../../src/core/random';

/** Writes a network that ends in logits; `weight` makes its parameters. */
export type Build = (graph: Graph, weight: (shape: Shape) => Node) => Node;

const ROWS = 9;
const CLASSES = 4;

export const perceptron: Build = (graph, weight) => {
  const x = graph.input('x', [ROWS, 12]);
  const hidden = tanh(dense(relu(dense(x, weight([12, 10]), weight([10]))), weight([10, 8]), weight([8])));
  return dense(hidden, weight([8, CLASSES]), weight([CLASSES]));
};

export const convolutional: Build = (graph, weight) => {
  const x = graph.input('x', [ROWS, 9, 9, 2]);
  const options = { strides: [1, 1], dilations: [1, 1], padding: 'same', order: 'first' } as const;
  const first = relu(convolution(x, weight([3, 3, 2, 6]), weight([6]), { ...options, order: 'last' }));
  const channelsFirst = reshape(first, [ROWS, 6, 9, 9]);
  const second = relu(
    convolution(channelsFirst, weight([3, 3, 3, 4]), weight([4]), { ...options, strides: [2, 2] }),
  );
  const pooled = maxPool(second, {
    window: [2, 2],
    strides: [2, 2],
    padding: [
      [0, 1],
      [0, 1],
    ],
  });
  return dense(reshape(pooled, [ROWS, 36]), weight([36, CLASSES]), weight([CLASSES]));
};

/** The loss, its gradient and `vectors` Hessian-vector products, with random feeds. */
export function curvatureProgram(
  build: Build,
  vectors: number,
): { program: Program; feeds: Record<string, TensorData> } {
  const graph = new Graph();
  const weights: Node[] = [];
  const logits = build(graph, (shape) => {
    weights.push(graph.input(`w${weights.length}`, shape));
    return weights[weights.length - 1];
  });
  const labels = graph.input('labels', [ROWS], 'int32');
  const loss = reduceMean(perRowLoss(logits, labels, lossSpec('categorical-crossentropy')));
  const gradients = gradient(loss, weights);
  const outputs: [string, Node][] = [['loss', loss]];
  gradients.forEach((node, i) => outputs.push([`gradient ${i}`, node]));
  for (let k = 0; k < vectors; k++) {
    const vector = weights.map((weight, i) => graph.input(`v${k}.${i}`, weight.shape));
    hvp(gradients, weights, vector).forEach((node, i) => outputs.push([`product ${k} ${i}`, node]));
  }
  const program = buildProgram(Object.fromEntries(outputs));
  const stream = random(3);
  const feeds = Object.fromEntries(
    program.inputs.map(({ name, node }) => {
      const { shape, dtype } = program.nodes[node];
      const scale = name.startsWith('w') ? 0.3 : 1;
      const data =
        dtype === 'int32'
          ? Int32Array.from({ length: ROWS }, (_, i) => i % CLASSES)
          : Float32Array.from({ length: sizeOf(shape) }, () => scale * stream.normal());
      return [name, data] as const;
    }),
  );
  return { program, feeds };
}
