import { add, mul, reduceSum, square } from '../../autodiff/operations';
import { Graph, type Node } from '../../autodiff/graph';
import type { Model, TensorRole, TrainingPass } from '../../network/model';
import type { Penalty } from '../../objective/programs/programs';
import { inputPort } from '../../lanes/ports';

/** A model as training sees it, without chance. */
export interface Descended {
  readonly model: Model;
  /** Do rows see each other through batch statistics? Then the loss is one of a whole batch. */
  readonly coupled: boolean;
  /** Does training drop or disturb something, which is left out here? */
  readonly noisy: boolean;
}

/** What the last forward pass used. */
interface Seen {
  coupled: boolean;
  noisy: boolean;
}

/** Batch statistics in, dropout and noise out; what a layer draws in spite of that drops nothing and adds nothing. */
function noiselessPass(graph: Graph, seen: Seen): TrainingPass {
  return {
    // The largest number below 1 that float32 holds.
    uniform: (shape) => graph.fill(1 - 2 ** -24, shape),
    normal: (shape) => graph.fill(0, shape),
    noiseless: true,
    update: () => {
      seen.coupled = true;
    },
  };
}

/**
 * The model whose loss is descended: in training mode, with batch statistics that are differentiated and without
 * dropout and noise, which have no loss but only its mean over draws.
 */
export function descended(model: Model): Descended {
  const seen: Seen = { coupled: false, noisy: false };
  probe(model, seen);
  return {
    model: {
      ...model,
      apply: (graph, tensors, inputs) => model.apply(graph, tensors, inputs, noiselessPass(graph, seen)),
    },
    ...seen,
  };
}

/** One forward pass over two rows, to see what training uses. */
function probe(model: Model, seen: Seen): void {
  const graph = new Graph();
  const tensors = new Map(model.tensors.map(({ name, shape }) => [name, graph.input(name, shape)] as const));
  const inputs = model.inputs.map(({ shape, dtype }, i) => graph.input(inputPort(i), [2, ...shape], dtype));
  const drawn = (shape: readonly number[]) => {
    seen.noisy = true;
    return graph.fill(0.5, shape);
  };
  model.apply(graph, tensors, inputs, {
    ...noiselessPass(graph, seen),
    noiseless: false,
    uniform: drawn,
    normal: drawn,
  });
}

const PENALIZED: ReadonlySet<TensorRole> = new Set<TensorRole>(['kernel', 'embedding']);

/** l2/2 |kernels and embeddings|^2; biases and norm parameters are left out. */
export function l2Penalty(l2: number): Penalty {
  return (theta, blocks) => {
    const squares = theta.filter((_, i) => PENALIZED.has(blocks[i].role)).map((w) => reduceSum(square(w)));
    const sum = squares.reduce<Node | undefined>((all, part) => (all ? add(all, part) : part), undefined);
    return sum ? mul(sum, l2 / 2) : theta[0].graph.fill(0);
  };
}
