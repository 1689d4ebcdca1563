import { identityOf } from '../core/identity';
import { type Shape, ShapeError } from './shape';
import { sizeOf } from '../core/size-of';

/** Floats have the backend's precision (float32, or float64 in the reference); int32 only indexes. */
export type DType = 'float' | 'int32';

/** A spatial window: one entry a spatial axis. Padding is [before, after] and counts as absent for a maximum, as zero else. */
export interface WindowAttributes {
  readonly window: readonly number[];
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
}

/** A convolution of [N, C, spatial...] with kernels [O, C / groups, spatial...]; one entry a spatial axis. */
export interface ConvAttributes {
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly dilations: readonly number[];
  readonly groups: number;
}

type None = Readonly<Record<string, never>>;

/** Elementwise primitives of one argument. */
export type Unary =
  | 'neg'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'reciprocal'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'erf'
  | 'sin'
  | 'cos'
  | 'atan'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'relu'
  | 'stopGradient';
/** Elementwise primitives of more arguments, of one shape; comparisons give 0 or 1. */
export type Variadic = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'greater' | 'equal' | 'select';
export type Elementwise = Unary | 'power' | Variadic;

/** Every primitive and its attributes: the one list that derivative rules and backends must cover. */
export interface AttributesByOp extends Record<Unary | Variadic, None> {
  // Leaves
  input: { readonly name: string };
  fill: { readonly value: number };
  constant: { readonly data: Float64Array | Int32Array };
  power: { readonly exponent: number };
  // Arrangement
  reshape: None;
  transpose: { readonly permutation: readonly number[] };
  broadcast: None;
  slice: {
    readonly starts: readonly number[];
    readonly limits: readonly number[];
    readonly strides: readonly number[];
  };
  /** Zeros before, after and between the elements of each axis. */
  pad: {
    readonly low: readonly number[];
    readonly high: readonly number[];
    readonly interior: readonly number[];
  };
  concat: { readonly axis: number };
  reverse: { readonly axes: readonly number[] };
  // Reductions; reduced axes go away
  reduceSum: { readonly axes: readonly number[] };
  reduceMax: { readonly axes: readonly number[] };
  // Products
  matmul: { readonly transposeA: boolean; readonly transposeB: boolean };
  conv: ConvAttributes;
  convInputGradient: ConvAttributes & { readonly inputSpatial: readonly number[] };
  convKernelGradient: ConvAttributes & { readonly kernelSpatial: readonly number[] };
  // Pooling over the spatial axes of [N, C, spatial...]
  sumPool: WindowAttributes;
  maxPool: WindowAttributes;
  maxPoolGather: WindowAttributes;
  maxPoolScatter: WindowAttributes;
  // Rows of a table
  oneHot: { readonly depth: number };
  gather: None;
  scatterAdd: { readonly rows: number };
}

export type Op = keyof AttributesByOp;

/** A value in a graph. Nodes are immutable and unique: the same operation on the same inputs is the same node. */
export interface Node<O extends Op = Op> {
  readonly graph: Graph;
  readonly id: number;
  readonly op: O;
  readonly inputs: readonly Node[];
  readonly attributes: AttributesByOp[O];
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Is this node the result of `op`? Narrows the type of its attributes. */
export function isOp<O extends Op>(node: Node, op: O): node is Node<O> {
  return node.op === op;
}

/** About a gigabyte; no program of so many could be compiled. */
const MOST_NODES = 2e6;

/** A kind of thing that can be known of a node beside its operation, by its name. */
export interface Mark<T> {
  readonly name: string;
  /** Of what type it is; never there. */
  readonly type?: T;
}

/**
 * Holds the nodes of one computation, hash-consed: structurally equal nodes are shared, so derivatives that repeat
 * the primal's work cost nothing. Inputs precede their users in order of `id`.
 */
export class Graph {
  private readonly known = new Map<string, Node>();
  private readonly marks = new Map<string, Map<Node, unknown>>();
  private nextId = 0;

  /** Number of nodes made so far. */
  get size(): number {
    return this.nextId;
  }

  /**
   * The node of an operation on inputs; made only if it is new. Constructors in primitives/ check the shapes.
   * @throws ShapeError for an extent that is no count, or more nodes than memory has room for.
   */
  node<O extends Op>(
    op: O,
    inputs: readonly Node[],
    attributes: AttributesByOp[O],
    { shape, dtype = 'float' }: { readonly shape: Shape; readonly dtype?: DType },
  ): Node<O> {
    if (shape.some((extent) => !Number.isInteger(extent) || extent < 0))
      throw new ShapeError(`${op} would have the shape [${shape.join(', ')}]`);
    const key =
      op === 'constant'
        ? `constant ${this.nextId}`
        : `${op} ${inputs.map((input) => input.id).join(' ')} ${identityOf(attributes)} ${shape.join(' ')}`;
    const known = this.known.get(key);
    if (known) return known as Node<O>;
    if (this.nextId >= MOST_NODES)
      throw new ShapeError(
        `it asks for more than ${MOST_NODES} operations, which takes more memory than there is`,
      );
    const node: Node<O> = { graph: this, id: this.nextId++, op, inputs, attributes, shape, dtype };
    this.known.set(key, node);
    return node;
  }

  /** Says of a node what its operation does not: what it was made from, which of its steps count. */
  mark<T>(node: Node, { name }: Mark<T>, value: T): void {
    const known = this.marks.get(name) ?? new Map<Node, unknown>();
    this.marks.set(name, known.set(node, value));
  }

  /** What {@link mark} said of a node. */
  marked<T>(node: Node, { name }: Mark<T>): T | undefined {
    return this.marks.get(name)?.get(node) as T | undefined;
  }

  /** A value fed at run time, known by its name. */
  input(name: string, shape: Shape, dtype: DType = 'float'): Node<'input'> {
    return this.node('input', [], { name }, { shape, dtype });
  }

  /** A tensor with one value everywhere. */
  fill(value: number, shape: Shape = []): Node<'fill'> {
    return this.node('fill', [], { value }, { shape });
  }

  /**
   * A tensor known when the graph is built.
   * @throws ShapeError for data of another size than the shape.
   */
  constant(data: Float64Array | Int32Array, shape: Shape): Node<'constant'> {
    if (data.length !== sizeOf(shape))
      throw new ShapeError(
        `a constant of ${data.length} elements cannot have the shape [${shape.join(', ')}]`,
      );
    return this.node(
      'constant',
      [],
      { data },
      { shape, dtype: data instanceof Int32Array ? 'int32' : 'float' },
    );
  }
}

/** The nodes that `outputs` depend on, each after its inputs. */
export function topologicalOrder(outputs: readonly Node[]): Node[] {
  const seen = new Set<Node>();
  const stack = [...outputs];
  while (stack.length > 0) {
    const node = stack.pop()!;
    if (seen.has(node)) continue;
    seen.add(node);
    stack.push(...node.inputs);
  }
  return [...seen].sort((a, b) => a.id - b.id);
}
