import { gradient } from '../autodiff/differentiate';
import type { Graph, Node } from '../autodiff/graph';
import { add, mul, reduceSum } from '../autodiff/operations';
import type { Shape } from '../autodiff/shape';
import { sizeOf } from '../core/size-of';
import type { Model, ModelTensor, TrainingPass } from '../network/model';
import type { ParameterBlock } from '../objective/programs/parameter-space';
import { type LossHead, weightInputs } from '../objective/programs/programs';
import type { OptimizerSettings } from '../contract/optimizer-settings';
import type { Regularization } from '../contract/run-file';
import type { Optimizer } from './optimizers/optimizer';
import { uphill } from './optimizers/sharpness-aware';
import { type ParameterRun, parameterRuns, tensorsOf } from './parameter-runs';
import { ROW_PORTS, inputPort } from '../lanes/ports';

/** What a step is made of. */
export interface StepFacts {
  readonly model: Model;
  /** The loss descended, label smoothing included, on labels as they are fed. */
  readonly head: LossHead;
  readonly parameters: readonly ParameterBlock[];
  readonly statistics: readonly ParameterBlock[];
  readonly optimizer: Optimizer;
  readonly settings: OptimizerSettings;
  readonly regularization: Regularization;
}

/** Random numbers that a program is fed anew at each run. */
export interface Draw {
  readonly port: string;
  readonly kind: 'uniform' | 'normal';
  readonly size: number;
}

/** The name of what only one step of a program is fed or gives. */
export const portOf = (step: number, name: string): string => `${step}/${name}`;

/** Which tensors L2 counts: those that multiply inputs, not shifts and scales. */
export const isPenalized = ({ role }: Pick<ModelTensor, 'role'>): boolean =>
  role === 'kernel' || role === 'embedding';

/** Asks for draws in the order of the calls; passes of one step that are given the same list share the numbers. */
class Pass implements TrainingPass {
  readonly updates = new Map<string, Node>();
  private next = 0;

  constructor(
    private readonly graph: Graph,
    private readonly step: number,
    private readonly draws: Draw[],
  ) {}

  uniform(shape: Shape): Node {
    return this.draw('uniform', shape);
  }

  normal(shape: Shape): Node {
    return this.draw('normal', shape);
  }

  update({ name }: ModelTensor, value: Node): void {
    this.updates.set(name, value);
  }

  private draw(kind: Draw['kind'], shape: Shape): Node {
    const port = portOf(this.step, `draw/${this.next}`);
    this.draws[this.next++] = { port, kind, size: sizeOf(shape) };
    return this.graph.input(port, shape);
  }
}

/** What a forward pass gives: the loss of each row, and new values of statistics by the names of their tensors. */
export interface Forward {
  readonly losses: Node;
  readonly updates: ReadonlyMap<string, Node>;
}

/** The graph of one model on one batch in training mode. Parameters come and gradients go in runs. */
export class StepBatch {
  readonly draws: Draw[] = [];
  private readonly inputs: readonly Node[];
  private readonly labels: Node;
  /** The rows' shares of the step; `own` are the weights that the data give them or their steps. */
  private readonly weights: Node;
  private readonly own: ReturnType<typeof weightInputs>;
  private readonly runs: readonly ParameterRun[];

  /** `step` tells the batches of one program apart. */
  constructor(
    private readonly graph: Graph,
    private readonly facts: StepFacts,
    private readonly step: number,
    rows: number,
  ) {
    const { model, head, parameters } = facts;
    this.runs = parameterRuns(parameters);
    const port = (name: string) => portOf(step, name);
    this.inputs = model.inputs.map(({ shape, dtype }, i) =>
      graph.input(port(inputPort(i)), [rows, ...shape], dtype),
    );
    this.labels = graph.input(port(ROW_PORTS.labels), [rows, ...head.labelShape], head.labelDtype);
    this.weights = graph.input(port(ROW_PORTS.shares), [rows]);
    this.own = weightInputs(graph, port(ROW_PORTS.weights), rows, head);
  }

  forward(theta: readonly Node[], state: readonly Node[]): Forward {
    const { model, head, parameters, statistics } = this.facts;
    const values = tensorsOf(this.runs, theta);
    const pass = new Pass(this.graph, this.step, this.draws);
    const tensors = new Map([
      ...parameters.map(({ name }, i) => [name, values[i]] as const),
      ...statistics.map(({ name }, i) => [name, state[i]] as const),
    ]);
    const [output] = model.apply(this.graph, tensors, this.inputs, pass);
    const { ofRows, ofSteps } = this.own;
    const losses = head.perRow(output, this.labels, ofSteps);
    return { losses: ofRows ? mul(losses, ofRows) : losses, updates: pass.updates };
  }

  /**
   * Loss, gradients and new statistics; with a sharpness-aware optimizer the gradients at the point uphill, and the
   * statistics still of the first pass.
   */
  gradients(
    theta: readonly Node[],
    state: readonly Node[],
  ): { loss: Node; gradients: readonly Node[]; updates: ReadonlyMap<string, Node> } {
    const { loss, updates } = this.loss(theta, state);
    const here = gradient(loss, theta);
    const { sharpnessAware } = this.facts.settings;
    if (!sharpnessAware) return { loss, gradients: here, updates };
    const moved = uphill(theta, here, sharpnessAware);
    return { loss, gradients: gradient(this.loss(moved, state).loss, moved), updates };
  }

  /** The weighted sum of losses, with the penalty by the share of the step's rows that this batch is. */
  private loss(
    theta: readonly Node[],
    state: readonly Node[],
  ): { loss: Node; updates: ReadonlyMap<string, Node> } {
    const { losses, updates } = this.forward(theta, state);
    const data = reduceSum(mul(losses, this.weights));
    const { l2 = 0 } = this.facts.regularization;
    if (l2 === 0) return { loss: data, updates };
    const squares = tensorsOf(this.runs, theta).flatMap((value, i) =>
      isPenalized(this.facts.parameters[i]) ? [reduceSum(mul(value, value))] : [],
    );
    if (squares.length === 0) return { loss: data, updates };
    const penalty = mul(
      squares.reduce((sum, square) => add(sum, square)),
      l2 / 2,
    );
    return { loss: add(data, mul(penalty, reduceSum(this.weights))), updates };
  }
}
