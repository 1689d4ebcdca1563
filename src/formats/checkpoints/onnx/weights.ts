import type { Node } from '../../../autodiff/graph';
import type { ModelTensor } from '../../../network/model';
import { weightSource } from '../weight-source';
import type { OperatorCall } from './call';
import type { OnnxCheckpoint, OnnxTensor, TensorOrigin } from './description';
import type { OperatorRow, WeightUse } from './operators/row';
import { listed } from './parameters/settled';

/** Where a tensor of the file was first used as a weight. */
interface FoundUse extends Omit<WeightUse, 'input'> {
  readonly node: string;
  readonly operator: string;
}

/** Finds out which tensors of a file are weights, from what its operators do with them. */
export class WeightFinder {
  private readonly uses = new Map<string, FoundUse>();
  private readonly reached = new Set<string>();
  /** Does the exporter name parameters at all? */
  private readonly speaks: boolean;

  constructor(
    private readonly checkpoint: OnnxCheckpoint,
    /** The tensors' placeholders in the graph of the run that is watched. */
    private readonly names: ReadonlyMap<Node, string>,
  ) {
    this.speaks = [...checkpoint.origins.values()].includes('parameter');
  }

  /** A tensor was read. */
  reach(name: string): void {
    this.reached.add(name);
  }

  /** An operator is about to be built. */
  observe(row: OperatorRow, call: OperatorCall): void {
    for (const { input, filterAxis, ...use } of row.weights?.(call) ?? []) {
      const value = call.inputs[input];
      const source =
        value?.kind === 'computed' ? weightSource(this.names, value.node, filterAxis) : undefined;
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

  /**
   * The weights, in the file's order: what the exporter calls a parameter or a buffer is one; else what stands where an
   * operator has its weights. Everything else is a constant.
   */
  tensors(): ModelTensor[] {
    return this.floats().flatMap((tensor) => {
      const origin = this.originOf(tensor);
      if (origin === 'constant') return [];
      const use = this.uses.get(tensor.name);
      const trainable = origin === 'parameter' || (origin === 'state' && use?.role !== 'statistic');
      return [modelTensor(tensor, use, trainable)];
    });
  }

  /** Floats that are in use and held fixed, by name. */
  constants(): OnnxTensor[] {
    return this.floats().filter((tensor) => this.originOf(tensor) === 'constant');
  }

  /** Those that were taken for parameters by their names or uses. */
  guessed(): OnnxTensor[] {
    return this.floats().filter(
      (tensor) => this.originOf(tensor) === 'state' && this.uses.get(tensor.name)?.role !== 'statistic',
    );
  }

  private floats(): OnnxTensor[] {
    return [...this.checkpoint.initializers.values()].filter(
      ({ name, type }) => type === 'float' && this.reached.has(name),
    );
  }

  private originOf(tensor: OnnxTensor): TensorOrigin {
    const { origins, told } = this.checkpoint;
    const said = origins.get(tensor.name);
    const use = this.uses.get(tensor.name);
    if (said === 'state') return isMask(tensor) ? 'constant' : 'state';
    if (said) return said;
    if (!use || (use.guess && told) || (this.speaks && isFilling(tensor, use))) return 'constant';
    return 'state';
  }
}

/** Minus infinity, or ones and zeros of several axes, which choose and are not learned. */
const isMask = ({ data, shape }: OnnxTensor): boolean =>
  data.some((value) => !(value > -1e4)) ||
  (shape.length > 1 &&
    data.some((value) => value === 1) &&
    data.every((value) => value === 0 || value === 1));

/** Ones or zeros that an exporter gave a normalization which has no scale or offset of its own. */
const isFilling = ({ data }: OnnxTensor, { operator }: FoundUse): boolean =>
  operator === 'InstanceNormalization' &&
  (data[0] === 0 || data[0] === 1) &&
  data.every((value) => value === data[0]);

/** What was taken for a parameter where the file does not say it, and what was not: a person knows better. */
export function takenNotes(finder: WeightFinder): string[] {
  const guessed = finder.guessed();
  if (guessed.length === 0) return [];
  const text = ({ name, shape }: OnnxTensor) => `${name} [${shape.join(', ')}]`;
  const fixed = finder.constants();
  const rest = fixed.length > 0 ? `; held fixed: ${listed(fixed.map(text), 6)}` : '';
  return [
    `The file does not say which tensors are parameters. Taken for such: ${listed(guessed.map(text), 16)}${rest}. What of these is none can be named by "fixed" in landscape.json.`,
  ];
}

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
