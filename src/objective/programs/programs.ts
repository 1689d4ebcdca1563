import { gradient, hvp, jvp, vjp } from '../../autodiff/differentiate';
import { Graph, type Node } from '../../autodiff/graph';
import { add, broadcast, mul, reduceSum, stopGradient } from '../../autodiff/operations';
import { buildProgram } from '../../autodiff/program';
import type { Model } from '../../network/model';
import type { OperatorName } from '../../contract/vocabulary';
import type { PackedPart, PackedProgram } from '../../lanes/packed-program';
import type { ParameterBlock } from './parameter-space';
import { FLAT_VECTORS, POINT, ROW_PORTS, inputPort, tensorPort, vectorName } from '../../lanes/ports';

/** The output of the first derivative along one of the vectors. */
export const slopeName = (k: number): string => `slope${k}`;

/** What the loss takes: the shape of one row of the labels, and the loss of each row [rows] from the model's output. */
export interface LossHead {
  readonly labelShape: readonly number[];
  readonly labelDtype: 'float' | 'int32';
  /**
   * Is the loss of each row multiplied by the row's weight (`w`)? Sums are still divided by the number of rows. A row of
   * weight 2 counts as two rows in all matrices, the empirical Fisher among them.
   */
  readonly weighted?: boolean;
  /**
   * Where the losses of a row's steps have weights of their own, their shape: they are then part of what a row's loss is,
   * in the empirical Fisher too.
   */
  readonly stepShape?: readonly number[];
  /** The class that does not count, as the labels name it, and the one that it is fed as. */
  readonly ignored?: { readonly label: number; readonly as: number };
  perRow(output: Node, labels: Node, stepWeights?: Node): Node;
  /** 1 for each prediction that counts in loss and accuracy, else 0: [rows, ...]; undefined where all do. */
  counted?(output: Node, labels: Node): Node | undefined;
  /** The node between model and loss in which the loss is convex: where the Gauss-Newton matrix splits. */
  convexInput(output: Node): Node;
}

/** The weights that the data give the rows of a program, or their steps. */
export function weightInputs(
  graph: Graph,
  port: string,
  rows: number,
  { weighted, stepShape }: LossHead,
): { readonly ofRows?: Node; readonly ofSteps?: Node } {
  if (!weighted) return {};
  return stepShape
    ? { ofSteps: graph.input(port, [rows, ...stepShape]) }
    : { ofRows: graph.input(port, [rows]) };
}

/** A scalar added to every row's loss, and so to their mean, from the parameters in the order of their blocks. */
export type Penalty = (theta: readonly Node[], blocks: readonly ParameterBlock[]) => Node;

/** Where tensors, or runs of them, lie in their flat vector, by the ports of a program. */
export const portsOf = (
  prefix: string,
  places: readonly Pick<ParameterBlock, 'name' | 'offset' | 'length'>[],
): PackedPart[] =>
  places.map(({ name, offset, length }) => ({ port: tensorPort(prefix, name), offset, length }));

/** What programs are of: a network, its loss, and what is added to that. */
export interface ProgramSubject {
  readonly model: Model;
  readonly head: LossHead;
  readonly penalty?: Penalty | undefined;
}

/** Writes the programs of one model and loss for chunks of a fixed number of rows. */
export class ObjectivePrograms {
  private readonly graph = new Graph();
  private readonly head: LossHead;
  private readonly theta: readonly Node[];
  private readonly inputs: readonly Node[];
  private readonly output: Node;
  private readonly labels: Node;
  /** Of each row, as the head gives it; `losses` has its weight and the penalty in. */
  private readonly own: Node;
  private readonly losses: Node;
  private readonly penalty: Node | undefined;
  /** 1 for rows that count, 0 for those that fill a chunk up; `shares` has the rows' own weights in. */
  private readonly weights: Node;
  private readonly shares: Node;
  private gradients: readonly Node[] | undefined;

  constructor(
    { model, head, penalty }: ProgramSubject,
    private readonly parameters: readonly ParameterBlock[],
    private readonly statistics: readonly ParameterBlock[],
    readonly chunkRows: number,
  ) {
    const { graph } = this;
    this.head = head;
    const inputsOf = (prefix: string, blocks: readonly ParameterBlock[]) =>
      blocks.map((block) => graph.input(tensorPort(prefix, block.name), block.shape));
    this.theta = inputsOf(POINT.parameters, parameters);
    const state = inputsOf(POINT.statistics, statistics);
    const tensors = new Map([
      ...parameters.map((block, i) => [block.name, this.theta[i]] as const),
      ...statistics.map((block, i) => [block.name, state[i]] as const),
    ]);
    this.inputs = model.inputs.map(({ shape, dtype }, i) =>
      graph.input(inputPort(i), [chunkRows, ...shape], dtype),
    );
    [this.output] = model.apply(graph, tensors, this.inputs);
    this.labels = graph.input(ROW_PORTS.labels, [chunkRows, ...head.labelShape], head.labelDtype);
    const given = weightInputs(graph, ROW_PORTS.weights, chunkRows, head);
    this.own = head.perRow(this.output, this.labels, given.ofSteps);
    this.weights = graph.input(ROW_PORTS.shares, [chunkRows]);
    const rowWeights = given.ofRows;
    const losses = rowWeights ? mul(this.own, rowWeights) : this.own;
    this.penalty = penalty?.(this.theta, parameters);
    this.losses = this.penalty ? add(losses, this.penalty) : losses;
    this.shares = rowWeights ? mul(this.weights, rowWeights) : this.weights;
  }

  /** Loss and model output of every row, and which of its predictions count where not all do. */
  value(): PackedProgram {
    const { losses, output } = this;
    const counted = this.head.counted?.(output, this.labels);
    const values = { losses, output, ...(counted ? { counted } : {}) };
    return this.pack(values, {}, Object.keys(values));
  }

  /** The gradient of the weighted sum of losses, and every row's loss. */
  gradient(): PackedProgram {
    const ports = portsOf('gradient', this.parameters);
    const named = Object.fromEntries(this.gradientNodes().map((node, i) => [ports[i].port, node]));
    return this.pack({ ...named, losses: this.losses }, { gradient: ports }, ['losses']);
  }

  /**
   * Of one batch, whose weights are 1 / rows, so that its mean loss is what is descended: the gradient g, and, repeated
   * for every row, |g|^2 and where asked for g.Hg.
   */
  batch(curved: boolean): PackedProgram {
    const slopes = this.gradientNodes();
    const ports = portsOf('gradient', this.parameters);
    const gradients = Object.fromEntries(slopes.map((node, i) => [ports[i].port, node]));
    const { losses } = this;
    const squared = this.inner(slopes, slopes);
    if (!curved)
      return this.pack({ ...gradients, losses, squared }, { gradient: ports }, ['losses', 'squared']);
    const bent = this.inner(slopes, hvp(slopes, this.theta, slopes));
    return this.pack({ losses, squared, bent }, {}, ['losses', 'squared', 'bent']);
  }

  /** Every row's loss and its gradient in the row's first input. */
  inputGradient(): PackedProgram {
    const [slope] = gradient(reduceSum(this.losses), [this.inputs[0]]);
    return this.pack({ losses: this.losses, inputGradient: slope }, {}, ['losses', 'inputGradient']);
  }

  /** Products of a curvature matrix of the weighted sum of losses with `count` vectors. */
  products(operator: OperatorName, count: number): PackedProgram {
    const outputs: Record<string, Node> = {};
    const sums: Record<string, PackedPart[]> = {};
    for (let k = 0; k < count; k++) {
      const ports = portsOf(`product${k}`, this.parameters);
      this.product(operator, this.vector(k)).forEach((node, i) => (outputs[ports[i].port] = node));
      sums[`product${k}`] = ports;
    }
    return this.pack(outputs, sums, []);
  }

  /** The first derivative of every row's loss along each of `count` vectors: g_i.v. */
  slopes(count: number): PackedProgram {
    const along = Array.from(
      { length: count },
      (_, k) =>
        [slopeName(k), jvp([this.losses], this.tangents(k))[0] ?? this.zerosLike(this.losses)] as const,
    );
    return this.pack(
      Object.fromEntries(along),
      {},
      along.map(([name]) => name),
    );
  }

  /** First and second derivative of every row's loss along a vector: g_i.v and v.H_i v. */
  directional(): PackedProgram {
    const tangents = this.tangents();
    const first = jvp([this.losses], tangents)[0] ?? this.zerosLike(this.losses);
    const second = jvp([first], tangents)[0] ?? this.zerosLike(first);
    return this.pack({ losses: this.losses, first, second }, {}, ['losses', 'first', 'second']);
  }

  /** Of every row, v.M_i v with its own part of a curvature matrix. */
  along(operator: OperatorName): PackedProgram {
    switch (operator) {
      case 'hessian':
        return this.directional();
      case 'fisher':
      case 'ggn':
        return this.gaussNewtonAlong(operator);
      case 'empirical-fisher':
        return this.empiricalFisherAlong();
    }
  }

  /** The second derivative of every row's loss as the prediction z moves straight along J_i v. */
  private gaussNewtonAlong(operator: 'fisher' | 'ggn'): PackedProgram {
    const z = this.head.convexInput(this.output);
    const tangents = this.tangents();
    const moved = new Map([[z, stopGradient(jvp([z], tangents)[0] ?? this.zerosLike(z))]]);
    const first = jvp([this.losses], moved)[0] ?? this.zerosLike(this.losses);
    const ofRow = jvp([first], moved)[0] ?? this.zerosLike(first);
    const ofPenalty = operator === 'ggn' ? this.penaltyAlong() : undefined;
    const second = ofPenalty ? add(ofRow, ofPenalty) : ofRow;
    return this.pack({ second }, {}, ['second']);
  }

  /** Of the penalty, v.H v. */
  private penaltyAlong(): Node | undefined {
    if (!this.penalty) return undefined;
    const [first] = jvp([this.penalty], this.tangents());
    return first && jvp([first], this.tangents())[0];
  }

  /** w_i (g_i . v)^2 of every row. */
  private empiricalFisherAlong(): PackedProgram {
    const along = jvp([this.own], this.tangents())[0] ?? this.zerosLike(this.own);
    return this.pack({ second: mul(mul(along, along), this.shares) }, {}, ['second']);
  }

  private product(operator: OperatorName, vector: readonly Node[]): Node[] {
    switch (operator) {
      case 'hessian':
        return hvp(this.gradientNodes(), this.theta, vector);
      // For the losses that have it, the exact Fisher matrix of the model is the Gauss-Newton one without the penalty.
      case 'fisher':
        return this.gaussNewtonProduct(vector);
      case 'ggn':
        return this.withPenalty(this.gaussNewtonProduct(vector), vector);
      case 'empirical-fisher':
        return this.empiricalFisherProduct(vector);
    }
  }

  /** Of the rows' losses, J' H_z J v: z is the model's prediction, J its Jacobian, H_z the Hessian of the loss in z (Schraudolph 2002). */
  private gaussNewtonProduct(vector: readonly Node[]): Node[] {
    const z = this.head.convexInput(this.output);
    const tangents = new Map(this.theta.map((node, i) => [node, vector[i]] as const));
    const moved = jvp([z], tangents)[0] ?? this.zerosLike(z);
    const [slope] = gradient(this.total(), [z]);
    const bent = jvp([slope], new Map([[z, moved]]))[0] ?? this.zerosLike(z);
    return vjp(new Map([[z, bent]]), this.theta);
  }

  /** A penalty is convex in the parameters themselves: what it bends is added as it is. */
  private withPenalty(product: Node[], vector: readonly Node[]): Node[] {
    if (!this.penalty) return product;
    const slopes = gradient(mul(this.penalty, reduceSum(this.weights)), this.theta);
    return hvp(slopes, this.theta, vector).map((node, i) => add(product[i], node));
  }

  /**
   * The sum over rows of w_i (g_i . v) g_i: the second moment of the gradients of the rows' own losses, each counted by
   * its weight once, so that the exact Fisher matrix is its mean over the model's labels.
   */
  private empiricalFisherProduct(vector: readonly Node[]): Node[] {
    const tangents = new Map(this.theta.map((node, i) => [node, vector[i]] as const));
    const along = jvp([this.own], tangents)[0] ?? this.zerosLike(this.own);
    return vjp(new Map([[this.own, mul(along, this.shares)]]), this.theta);
  }

  /** The inner product of two flat vectors, repeated for every row. */
  private inner(a: readonly Node[], b: readonly Node[]): Node {
    const sum = a.map((node, i) => reduceSum(mul(node, b[i]))).reduce((all, part) => add(all, part));
    return broadcast(sum, [this.chunkRows]);
  }

  private zerosLike(node: Node): Node {
    return this.graph.fill(0, node.shape);
  }

  private total(): Node {
    return reduceSum(mul(this.losses, this.weights));
  }

  /** Of a move along one of the vectors. */
  private tangents(k = 0): Map<Node, Node> {
    const vector = this.vector(k);
    return new Map(this.theta.map((node, i) => [node, vector[i]] as const));
  }

  private vector(k: number): Node[] {
    return this.parameters.map((block) =>
      this.graph.input(tensorPort(vectorName(k), block.name), block.shape),
    );
  }

  private gradientNodes(): readonly Node[] {
    this.gradients ??= gradient(this.total(), this.theta);
    return this.gradients;
  }

  private pack(
    outputs: Record<string, Node>,
    sums: Record<string, readonly PackedPart[]>,
    rows: readonly string[],
  ): PackedProgram {
    const program = buildProgram(outputs);
    const taken = new Set(program.inputs.map(({ name }) => name));
    const vectors = Object.fromEntries(
      FLAT_VECTORS.map((prefix) => {
        const ports = portsOf(prefix, prefix === POINT.statistics ? this.statistics : this.parameters);
        return [prefix, ports.filter(({ port }) => taken.has(port))] as const;
      }),
    );
    return { program, vectors, sums, rows };
  }
}
