import type { Graph, Node } from '../../../../autodiff/graph';
import {
  add,
  broadcast,
  conv,
  gather,
  reshape,
  select,
  stopGradient,
  transpose,
} from '../../../../autodiff/operations';
import { type Shape, sameShape, shapeText } from '../../../../autodiff/shape';
import { sizeOf } from '../../../../core/size-of';
import { dense } from '../../../../network/dense';
import type { LayerSummary, TensorRole } from '../../../../network/model';
import { batchNorm, layerNorm, rmsNorm } from '../../../../network/normalization';
import { normalizeBatch } from '../../../../network/stochastic';
import { Misfit, type Tensors } from './tensors';

/** What a tensor does where it was used first. */
export interface TensorUse {
  readonly role: TensorRole;
  readonly filterAxis?: number;
}

/** Where a walk takes tensors from and what it leaves behind. */
export interface WalkContext {
  readonly graph: Graph;
  /** The node of a tensor by its full name. */
  node(name: string, shape: Shape): Node;
  /** Receives every use of a tensor, in order. */
  used?(name: string, use: TensorUse): void;
  /** A row of a table as a tensor [1, width] of its own. */
  row?(name: string, row: number): Node;
  /** Receives every module that computed something. */
  layer?(summary: LayerSummary): void;
  /** In training mode: receives what statistics become. */
  readonly update?: ((name: string, value: Node) => void) | undefined;
}

/** One entry, or one an axis. */
type PerAxis = number | readonly number[];

export interface ConvSettings {
  readonly stride?: PerAxis;
  /** Zeros on both sides; as many as keep the extents at stride 1, where left out. */
  readonly padding?: PerAxis;
  readonly dilation?: PerAxis;
}

const perAxis = (value: PerAxis, axes: number): readonly number[] =>
  typeof value === 'number' ? new Array<number>(axes).fill(value) : value;

/**
 * Builds a network out of a state dict: each method applies the module of that name, whose sizes are those of its tensors.
 * All of them throw a Misfit where a tensor is missing or does not fit what comes in.
 */
export class Walk {
  constructor(
    private readonly context: WalkContext,
    readonly tensors: Tensors,
  ) {}

  get graph(): Graph {
    return this.context.graph;
  }

  /** Names relative to a module further in. */
  at(...parts: (string | number)[]): Walk {
    return new Walk(this.context, this.tensors.at(...parts));
  }

  /** A tensor by itself. */
  tensor(name: string, role: TensorRole, filterAxis?: number): Node {
    const shape = this.tensors.shape(name);
    const full = this.tensors.full(name);
    this.context.used?.(full, { role, ...(filterAxis === undefined ? {} : { filterAxis }) });
    return this.context.node(full, shape);
  }

  /** Convolution of [N, C, spatial...]; groups are those that the kernel's shape implies. */
  conv(x: Node, name: string, { stride = 1, padding, dilation = 1 }: ConvSettings = {}): Node {
    const inner = this.at(name);
    const kernel = inner.tensor('weight', 'kernel', 0);
    const axes = kernel.shape.length - 2;
    const [outputs, perGroup, ...extents] = kernel.shape;
    const groups = x.shape[1] / perGroup;
    if (axes !== x.shape.length - 2 || !Number.isInteger(groups) || outputs % groups !== 0)
      throw inner.misfit('weight', x);
    const dilations = perAxis(dilation, axes);
    const zeros = perAxis(padding ?? extents.map((n, i) => Math.floor((n - 1) / 2) * dilations[i]), axes);
    const y = conv(x, kernel, {
      strides: perAxis(stride, axes),
      padding: zeros.map((count) => [count, count] as const),
      dilations,
      groups,
    });
    const bias = inner.vector('bias', 'bias', outputs);
    return inner.done(`Conv${axes}d`, bias ? add(y, reshape(bias, [outputs, ...extents.map(() => 1)])) : y);
  }

  /** Batch normalization of [N, C, ...] by its running statistics, or in training by the batch. */
  batchNorm(x: Node, name: string, epsilon = 1e-5): Node {
    const inner = this.at(name);
    const channels = x.shape[1];
    const gamma = inner.vector('weight', 'norm', channels);
    const beta = inner.vector('bias', 'norm', channels);
    const mean = inner.needed('running_mean', channels);
    const variance = inner.needed('running_var', channels);
    const affine = { ...(gamma ? { gamma } : {}), ...(beta ? { beta } : {}) };
    return inner.done(
      `BatchNorm${Math.max(1, x.shape.length - 2)}d`,
      this.context.update
        ? inner.ofBatch(x, affine, epsilon)
        : batchNorm(x, { ...affine, mean, variance }, 1, epsilon),
    );
  }

  /** Normalization over the last axes, as many as the weight has. */
  layerNorm(x: Node, name: string, epsilon: number): Node {
    const inner = this.at(name);
    const gamma = inner.tensor('weight', 'norm');
    const lead = x.shape.length - gamma.shape.length;
    if (lead < 1 || !sameShape(x.shape.slice(lead), gamma.shape)) throw inner.misfit('weight', x);
    const beta = inner.tensors.has('bias') ? inner.tensor('bias', 'norm') : undefined;
    if (beta && !sameShape(beta.shape, gamma.shape)) throw inner.misfit('bias', x);
    const axes = gamma.shape.map((_, i) => lead + i);
    return inner.done('LayerNorm', layerNorm(x, axes, epsilon, { gamma, ...(beta ? { beta } : {}) }));
  }

  /** {@link layerNorm} over the channels of [N, C, H, W]. */
  layerNorm2d(x: Node, name: string, epsilon: number): Node {
    return transpose(this.layerNorm(transpose(x, [0, 2, 3, 1]), name, epsilon), [0, 3, 1, 2]);
  }

  /** x over its root mean square along the last axis, times a weight. */
  rmsNorm(x: Node, name: string, epsilon: number): Node {
    const inner = this.at(name);
    const last = x.shape.length - 1;
    const gamma = inner.tensor('weight', 'norm');
    if (!sameShape(gamma.shape, [x.shape[last]])) throw inner.misfit('weight', x);
    return inner.done('RMSNorm', rmsNorm(x, [last], epsilon, gamma));
  }

  /** x [..., in] times weight [out, in] plus bias. */
  linear(x: Node, name: string): Node {
    const inner = this.at(name);
    const weight = inner.tensor('weight', 'kernel', 0);
    return inner.done('Linear', inner.product(x, weight, 'weight', inner.optionalBias(weight.shape[0])));
  }

  /** x [..., in] times a weight [out, in], by whatever name it was taken. */
  product(x: Node, weight: Node, name: string, bias?: Node): Node {
    if (weight.shape.length !== 2 || x.shape[x.shape.length - 1] !== weight.shape[1])
      throw this.misfit(name, x);
    if (bias && !sameShape(bias.shape, [weight.shape[0]])) throw this.misfit('bias', x);
    return dense(x, transpose(weight, [1, 0]), bias);
  }

  /** Rows of a table [rows, width] by index; the row for padding, if there is one, learns nothing. */
  embedding(indices: Node, name: string, padding?: number): Node {
    return this.at(name).done('Embedding', gather(this.table(name, padding), indices));
  }

  /** A table of rows, of which one may stand for padding: PyTorch gives it no gradient, so it stays as it is. */
  table(name: string, padding?: number): Node {
    const inner = this.at(name);
    const table = inner.tensor('weight', 'embedding', 0);
    const [rows] = table.shape;
    if (table.shape.length !== 2) throw inner.mismatch('weight', [rows, 0]);
    if (padding === undefined || padding < 0) return table;
    if (padding >= rows) throw new Misfit(`"${inner.tensors.full('weight')}" has no row ${padding}`);
    const marks = Float64Array.from({ length: rows }, (_, row) => (row === padding ? 1 : 0));
    const mask = reshape(this.graph.constant(marks, [rows]), [rows, 1]);
    const kept = this.context.row?.(inner.tensors.full('weight'), padding) ?? stopGradient(table);
    return select(broadcast(mask, table.shape), broadcast(kept, table.shape), table);
  }

  /**
   * The last layer of a classifier: the module of that name, or the one layer that a `Sequential` there holds (dropout has no
   * tensors). Two layers are a misfit, for what lies between them is not known.
   */
  head(x: Node, name: string): Node {
    return this.linear(x, headName(this.tensors, name));
  }

  private optionalBias(extent: number): Node | undefined {
    return this.vector('bias', 'bias', extent);
  }

  /** A vector of this length, where the file has it. */
  vector(name: string, role: TensorRole, extent: number): Node | undefined {
    if (!this.tensors.has(name)) return undefined;
    const node = this.tensor(name, role);
    if (!sameShape(node.shape, [extent])) throw this.mismatch(name, [extent]);
    return node;
  }

  private needed(name: string, extent: number): Node {
    const node = this.vector(name, 'statistic', extent);
    if (!node) throw new Misfit(`it lacks "${this.tensors.full(name)}"`);
    return node;
  }

  private ofBatch(x: Node, affine: { readonly gamma?: Node; readonly beta?: Node }, epsilon: number): Node {
    const { normalized, mean, variance } = normalizeBatch(x, 1, epsilon, affine);
    this.context.update?.(this.tensors.full('running_mean'), mean);
    this.context.update?.(this.tensors.full('running_var'), variance);
    return normalized;
  }

  /** Tells of a module that it computed `y`. */
  done(className: string, y: Node): Node {
    const own = this.tensors.children().filter((name) => this.tensors.has(name));
    this.context.layer?.({
      name: this.tensors.path,
      className,
      outputShape: y.shape.slice(1),
      parameters: own
        .filter((name) => !/^(running_(mean|var)|num_batches_tracked)$/.test(name))
        .reduce((sum, name) => sum + sizeOf(this.tensors.shape(name)), 0),
    });
    return y;
  }

  misfit(name: string, x: Node): Misfit {
    const [full, shape] = [this.tensors.full(name), this.tensors.shape(name)];
    return new Misfit(
      `"${full}" is ${shapeText(shape)}, which does not fit ${shapeText(x.shape.slice(1))} a row`,
    );
  }

  mismatch(name: string, wanted: Shape): Misfit {
    const [full, shape] = [this.tensors.full(name), this.tensors.shape(name)];
    return new Misfit(`"${full}" is ${shapeText(shape)} where ${shapeText(wanted)} is needed`);
  }
}

/** The name of the layer that a classifier ends in. */
export function headName(tensors: Tensors, name: string): string {
  if (tensors.has(`${name}.weight`)) return name;
  const inside = tensors.indices(name).filter((index) => tensors.has(`${name}.${index}.weight`));
  if (inside.length !== 1 || tensors.children(name).length !== 1)
    throw new Misfit(`"${tensors.full(name)}" is not one layer`);
  return `${name}.${inside[0]}`;
}

/** The number of classes that a classifier tells apart. */
export const classesOf = (tensors: Tensors, head: string): number =>
  tensors.shape(`${headName(tensors, head)}.weight`)[0];
