import { Graph, type Node } from '../../src/autodiff/graph';
import type { Shape } from '../../src/autodiff/shape';
import { sizeOf } from '../../src/core/size-of';
import type { Model, ModelTensor } from '../../src/network/model';
import type { Split } from '../../src/objective/data/split';
import { random } from '../../src/core/random';

/** A network of the bench: the project's model, rows for it, and what PyTorch needs to build the same. */
export interface BenchNetwork {
  /** As `--only` names it. */
  readonly name: string;
  readonly title: string;
  readonly model: Model;
  readonly data: Split;
  /** The checkpoint of the corpus that it takes its weights from, and its rows from that one's data. */
  readonly stored?: string;
  /** The class of `python/networks.py` that computes it, and its settings. */
  readonly peer: { readonly kind: string; readonly config: Readonly<Record<string, number>> };
}

/** How a tensor is drawn: normal, `scale` wide around `centre`. */
interface Draw {
  readonly scale: number;
  readonly centre?: number;
}

/** Asks for the tensors of a network by name while it is written. */
export class Tensors {
  constructor(private readonly take: (name: string, shape: Shape, draw: Draw, trainable: boolean) => Node) {}

  /** A trainable tensor; by default narrow around 0, as a bias. */
  weight(name: string, shape: Shape, draw: Draw = { scale: 0.05 }): Node {
    return this.take(name, shape, draw, true);
  }

  /** A stored statistic, not trained. */
  statistic(name: string, shape: Shape, draw: Draw): Node {
    return this.take(name, shape, draw, false);
  }
}

/** Writes a network: x [rows, ...] to its output. */
export type Write = (tensors: Tensors, x: Node) => Node;

/** A model with seeded tensors, from the function that writes it. */
export function modelOf(name: string, inputShape: Shape, write: Write): Model {
  const stream = random(7);
  const tensors: ModelTensor[] = [];
  const graph = new Graph();
  const describe = new Tensors((tensor, shape, { scale, centre = 0 }, trainable) => {
    const data = Float32Array.from({ length: sizeOf(shape) }, () => centre + scale * stream.normal());
    const role = !trainable ? 'statistic' : shape.length > 1 ? 'kernel' : 'bias';
    tensors.push({ name: tensor, layer: tensor, shape, role, trainable, data });
    return graph.input(tensor, shape);
  });
  const output = write(describe, graph.input('inputs', [1, ...inputShape]));
  return {
    name,
    inputs: [{ name: 'inputs', shape: inputShape, dtype: 'float' }],
    tensors,
    outputShape: output.shape.slice(1),
    apply: (_, nodes, [x]) => [write(new Tensors((tensor) => nodes.get(tensor)!), x)],
    layers: [],
    compiledLoss: undefined,
    layout: undefined,
    notes: [],
  };
}
