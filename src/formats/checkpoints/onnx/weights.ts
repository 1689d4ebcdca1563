import { type Node, isOp } from '../../../autodiff/graph';
import type { Shape } from '../../../autodiff/shape';
import type { ModelTensor } from '../../../layers/model';
import type { OperatorCall } from './call';
import type { OnnxCheckpoint, OnnxTensor } from './description';
import type { OperatorRow, WeightUse } from './operators/row';

/** Where a tensor of the file was first used as a weight. */
interface FoundUse extends Omit<WeightUse, 'input'> {
  readonly node: string;
  readonly operator: string;
}

/** Finds out which tensors of a file are weights, from what its operators do with them. */
export class WeightFinder {
  private readonly uses = new Map<string, FoundUse>();
  private readonly reached = new Set<string>();

  constructor(
    private readonly checkpoint: OnnxCheckpoint,
    /** The tensors' placeholders in the graph of the run that is watched. */
    private readonly names: ReadonlyMap<Node, string>,
  ) {}

  /** A tensor was read. */
  reach(name: string): void {
    this.reached.add(name);
  }

  /** An operator is about to be built. */
  observe(row: OperatorRow, call: OperatorCall): void {
    for (const { input, filterAxis, ...use } of row.weights?.(call) ?? []) {
      const value = call.inputs[input];
      const source = value?.kind === 'computed' ? this.trace(value.node, filterAxis) : undefined;
      if (!source) continue;
      const known = this.uses.get(source.name);
      if (known && !(known.guess && !use.guess)) continue;
      this.uses.set(source.name, {
        ...use,
        filterAxis: source.axis,
        node: call.node.name,
        operator: call.node.operator,
      });
    }
  }

  /** The tensor that a value is a rearrangement of, and which of its axes this one was. */
  private trace(
    node: Node,
    axis: number | undefined,
  ): { name: string; axis: number | undefined } | undefined {
    const name = this.names.get(node);
    if (name !== undefined) return { name, axis };
    const [source] = node.inputs;
    if (isOp(node, 'transpose'))
      return this.trace(source, axis === undefined ? undefined : node.attributes.permutation[axis]);
    if (isOp(node, 'broadcast')) {
      const lead = node.shape.length - source.shape.length;
      return this.trace(source, axis === undefined || axis < lead ? undefined : axis - lead);
    }
    if (isOp(node, 'reshape'))
      return this.trace(source, axis === undefined ? undefined : sameAxis(node.shape, source.shape, axis));
    return undefined;
  }

  /**
   * The weights, in the file's order: what PyTorch's exporter calls a parameter or a buffer is one; else what stands
   * where an operator has its weights. Everything else is a constant. A parameter that the exporter names and the file
   * does not hold was folded into a tensor without a name, which may stand in any such place.
   */
  tensors(): ModelTensor[] {
    const { initializers, roles } = this.checkpoint;
    const guesses = !roles || hasFolded(roles, initializers);
    return [...initializers.values()].flatMap((tensor) => {
      if (tensor.type !== 'float' || !this.reached.has(tensor.name)) return [];
      const said = roles?.get(tensor.name);
      const use = this.uses.get(tensor.name);
      if (!said && (!use || (use.guess && !guesses))) return [];
      if (!said && roles && isFilling(tensor, use!)) return [];
      const trainable = said ? said === 'parameter' : use!.role !== 'statistic';
      return [modelTensor(tensor, use, trainable)];
    });
  }
}

/** Is there a parameter that the file does not hold, and that is not in the weights before a batch norm? */
const hasFolded = (
  roles: NonNullable<OnnxCheckpoint['roles']>,
  initializers: OnnxCheckpoint['initializers'],
): boolean =>
  [...roles].some(
    ([name, role]) =>
      role === 'parameter' && !initializers.has(name) && !roles.has(name.replace(/[^.]*$/, 'running_mean')),
  );

/** Ones or zeros that an exporter gave a normalization which has no scale or offset of its own. */
const isFilling = ({ data }: OnnxTensor, { operator }: FoundUse): boolean =>
  operator === 'InstanceNormalization' &&
  (data[0] === 0 || data[0] === 1) &&
  data.every((value) => value === data[0]);

function modelTensor(
  { name, shape, data }: OnnxTensor,
  use: FoundUse | undefined,
  trainable: boolean,
): ModelTensor {
  const otherwise = !trainable ? 'statistic' : shape.length > 1 ? 'kernel' : 'bias';
  return {
    name,
    layer: layerOf(name, use?.node ?? name),
    shape,
    role: use?.role ?? otherwise,
    trainable,
    ...(use?.filterAxis === undefined ? {} : { filterAxis: use.filterAxis }),
    data,
  };
}

/** The layer of a tensor: what its name says before the last dot or slash, else the node that uses it. */
function layerOf(tensor: string, node: string): string {
  const end = Math.max(tensor.lastIndexOf('.'), tensor.lastIndexOf('/'));
  return end > 0 ? tensor.slice(0, end) : nodeLabel(node);
}

/** A node's name without what exporters put around it: `node_relu`, `/layer1/relu/Relu`. */
export function nodeLabel(name: string): string {
  const path = name.startsWith('/') ? name.slice(1, Math.max(name.lastIndexOf('/'), 2)) : name;
  return path.replace(/^node_/, '') || name;
}

/** The axis of `source` that became `axis`, when only axes of extent 1 came, went or moved. */
function sameAxis(shape: Shape, source: Shape, axis: number): number | undefined {
  if (shape[axis] === 1) return source.includes(1) ? source.indexOf(1) : undefined;
  const long = (extents: Shape) => extents.flatMap((extent, a) => (extent === 1 ? [] : [a]));
  const [to, from] = [long(shape), long(source)];
  const same = to.length === from.length && to.every((a, i) => shape[a] === source[from[i]]);
  return same ? from[to.indexOf(axis)] : undefined;
}
