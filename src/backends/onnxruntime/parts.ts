import type { Part } from '../backend';
import type { onnx } from '../../onnx/generated/onnx';

type NodeProto = onnx.NodeProto.$Properties;

/** Everything a builder wrote that the outputs need. */
export interface ModelGraph {
  readonly nodes: readonly NodeProto[];
  /** Fed values by name. */
  readonly inputs: ReadonlySet<string>;
  /** Names of the tensors stored in the model: every part has its own. */
  readonly stored: ReadonlySet<string>;
}

/** The nodes of one part, the values it takes from feeds or earlier parts, and those it hands on or out. */
export interface GraphPart {
  readonly part: Part;
  readonly nodes: readonly NodeProto[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** In order of evaluation; the index is 1 for what changes with the chunk plus 2 for what changes with the vectors. */
export const PARTS: readonly Part[] = ['point', 'chunk', 'vectors', 'all'];

/** Costs nothing or makes a value larger: done again rather than kept. */
const REPEATED = new Set(['Reshape', 'Expand', 'Identity']);

/** Cuts a graph by what its values depend on. `partOf` says it of each fed value. */
export function cutByDependence(
  graph: ModelGraph,
  outputs: readonly string[],
  partOf: (input: string) => Part,
): GraphPart[] {
  const home = new Map<string, number>();
  const producers = new Map<string, NodeProto>();
  graph.inputs.forEach((name) => home.set(name, PARTS.indexOf(partOf(name))));
  for (const node of graph.nodes) {
    const indices = node.input!.flatMap((name) => home.get(name) ?? []);
    for (const name of node.output!) {
      producers.set(name, node);
      // What depends on nothing fed is at home everywhere.
      if (indices.length > 0)
        home.set(
          name,
          indices.reduce((all, index) => all | index),
        );
    }
  }
  const parts = PARTS.map((part) => ({
    part,
    members: new Set<NodeProto>(),
    inputs: new Set<string>(),
    outputs: new Set<string>(),
  }));
  const wanted: (readonly [name: string, index: number])[] = [];
  const give = (name: string): void => {
    const index = home.get(name) ?? PARTS.length - 1;
    parts[index].outputs.add(name);
    wanted.push([name, index]);
  };
  outputs.forEach(give);
  while (wanted.length > 0) {
    const [name, index] = wanted.pop()!;
    const source = producers.get(name);
    if (name === '' || graph.stored.has(name) || (source && parts[index].members.has(source))) continue;
    const isHere = (home.get(name) ?? index) === index;
    if (source && (isHere || REPEATED.has(source.opType!))) {
      parts[index].members.add(source);
      source.input!.forEach((input) => wanted.push([input, index]));
    } else if (!parts[index].inputs.has(name)) {
      parts[index].inputs.add(name);
      if (source) give(name);
    }
  }
  return parts
    .filter(({ members }) => members.size > 0)
    .map(({ part, members, inputs, outputs: given }) => ({
      part,
      nodes: graph.nodes.filter((node) => members.has(node)),
      inputs: [...inputs],
      outputs: [...given],
    }));
}
