import { gradient } from '../autodiff/differentiate';
import { Graph, type Node } from '../autodiff/graph';
import { add, div, mul, reduceSum, sub } from '../autodiff/operations';
import { type Program, buildProgram } from '../autodiff/program';
import { type Shape, sizeOf } from '../autodiff/shape';
import type { Model, ModelTensor, TrainingPass } from '../layers/model';
import type { ParameterBlock } from '../objective/parameter-space';
import type { LossHead } from '../objective/programs';
import { clipByNorm, clipByValue } from './clipping';
import type { Optimizer } from './optimizers/optimizer';
import { uphill } from './optimizers/sharpness-aware';
import type { OptimizerSettings, Regularization } from '../shared/run-file';

/** Random numbers that a program is fed anew at each run. */
export interface Draw {
  readonly port: string;
  readonly kind: 'uniform' | 'normal';
  readonly size: number;
}

/**
 * A program of a training lane. Its ports are named by what the lane keeps between runs: `theta/...`, `state/...`,
 * `slot/NAME/...`, `average/...`, `total/...`; an output under such a name is the new value. Besides it is fed rows
 * (`x/0`, `y`, `weights`), draws and scalars, and may give `loss`, and `batch/...` for {@link statisticsProgram}.
 */
export interface StepProgram {
  readonly program: Program;
  /** Rows that it takes; 0 where it takes none. */
  readonly rows: number;
  readonly draws: readonly Draw[];
}

/** The scalar that says what the newest point weighs in the running average. */
const AVERAGE_WEIGHT = 'scalar/average';

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

const named = (prefix: string, blocks: readonly ParameterBlock[], nodes: readonly Node[]) =>
  blocks.map((block, i): [string, Node] => [`${prefix}/${block.name}`, nodes[i]]);

/** Which tensors L2 counts: those that multiply inputs, not shifts and scales. */
export const isPenalized = ({ role }: Pick<ModelTensor, 'role'>): boolean =>
  role === 'kernel' || role === 'embedding';

/** Asks for draws in the order of the calls; passes of one step that are given the same list share the numbers. */
class Pass implements TrainingPass {
  readonly updates = new Map<string, Node>();
  private next = 0;

  constructor(
    private readonly graph: Graph,
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
    const port = `draw/${this.next}`;
    this.draws[this.next++] = { port, kind, size: sizeOf(shape) };
    return this.graph.input(port, shape);
  }
}

/** The graph of one model on one batch in training mode. */
class Batch {
  readonly graph = new Graph();
  readonly draws: Draw[] = [];
  readonly theta: readonly Node[];
  readonly state: readonly Node[];
  private readonly inputs: readonly Node[];
  private readonly labels: Node;
  private readonly weights: Node;

  constructor(
    readonly facts: StepFacts,
    readonly rows: number,
  ) {
    const { graph } = this;
    const { model, head, parameters, statistics } = facts;
    this.theta = parameters.map(({ name, shape }) => graph.input(`theta/${name}`, shape));
    this.state = statistics.map(({ name, shape }) => graph.input(`state/${name}`, shape));
    this.inputs = model.inputs.map(({ shape, dtype }, i) => graph.input(`x/${i}`, [rows, ...shape], dtype));
    this.labels = graph.input('y', [rows, ...head.labelShape], head.labelDtype);
    this.weights = graph.input('weights', [rows]);
  }

  forward(theta: readonly Node[], state = this.state): { losses: Node; updates: ReadonlyMap<string, Node> } {
    const { model, head, parameters, statistics } = this.facts;
    const pass = new Pass(this.graph, this.draws);
    const tensors = new Map([
      ...parameters.map(({ name }, i) => [name, theta[i]] as const),
      ...statistics.map(({ name }, i) => [name, state[i]] as const),
    ]);
    const [output] = model.apply(this.graph, tensors, this.inputs, pass);
    return { losses: head.perRow(output, this.labels), updates: pass.updates };
  }

  /** The weighted sum of losses, with the penalty by the share of the step's rows that this batch is. */
  private loss(theta: readonly Node[]): { loss: Node; updates: ReadonlyMap<string, Node> } {
    const { losses, updates } = this.forward(theta);
    const data = reduceSum(mul(losses, this.weights));
    const { l2 = 0 } = this.facts.regularization;
    if (l2 === 0) return { loss: data, updates };
    const squares = this.facts.parameters.flatMap((block, i) =>
      isPenalized(block) ? [reduceSum(mul(theta[i], theta[i]))] : [],
    );
    if (squares.length === 0) return { loss: data, updates };
    const penalty = mul(squares.reduce(add), l2 / 2);
    return { loss: add(data, mul(penalty, reduceSum(this.weights))), updates };
  }

  /** Loss, gradients and new statistics; with a sharpness-aware optimizer the gradients at the point uphill. */
  gradients(): { loss: Node; gradients: readonly Node[]; updates: ReadonlyMap<string, Node> } {
    const { loss, updates } = this.loss(this.theta);
    const here = gradient(loss, this.theta);
    const { sharpnessAware } = this.facts.settings;
    if (!sharpnessAware) return { loss, gradients: here, updates };
    const moved = uphill(this.theta, here, sharpnessAware);
    return { loss, gradients: gradient(this.loss(moved).loss, moved), updates };
  }

  /** New values of the statistics that the pass has updated, under their ports. */
  updated(updates: ReadonlyMap<string, Node>): [string, Node][] {
    return [...updates].map(([name, node]) => [`state/${name}`, node]);
  }
}

/** Clips the gradients, applies the optimizer and the running average: outputs under the ports of the lane. */
function applied(
  { optimizer, parameters, settings, regularization }: StepFacts,
  graph: Graph,
  theta: readonly Node[],
  gradients: readonly Node[],
): [string, Node][] {
  const { clipNorm, clipValue } = regularization;
  let clipped = gradients;
  if (clipValue !== undefined) clipped = clipByValue(clipped, clipValue);
  if (clipNorm !== undefined) clipped = clipByNorm(clipped, clipNorm, settings.convention);
  const inputs = (prefix: string) =>
    parameters.map(({ name, shape }) => graph.input(`${prefix}/${name}`, shape));
  const slots = Object.fromEntries(optimizer.slots.map(({ name }) => [name, inputs(`slot/${name}`)]));
  const scalars = Object.fromEntries(
    Object.keys(optimizer.scalars(1, 1)).map((name) => [name, graph.input(`scalar/${name}`, [])]),
  );
  const next = optimizer.apply({ parameters: theta, gradients: clipped, slots, scalars });
  const { averaging } = settings;
  // The weight of the new point is fed: the first point is all of the average.
  const averages =
    averaging?.kind === 'ema'
      ? inputs('average').map((average, i) =>
          add(average, mul(graph.input(AVERAGE_WEIGHT, []), sub(next.parameters[i], average))),
        )
      : undefined;
  return [
    ...named('theta', parameters, next.parameters),
    ...Object.entries(next.slots).flatMap(([name, nodes]) => named(`slot/${name}`, parameters, nodes)),
    ...(averages ? named('average', parameters, averages) : []),
  ];
}

/** The scalars of a step, counted from 0, at a learning rate. */
export function stepScalars(
  { optimizer, settings: { averaging } }: Pick<StepFacts, 'optimizer' | 'settings'>,
  step: number,
  learningRate: number,
): Record<string, number> {
  const scalars = optimizer.scalars(step + 1, learningRate);
  return averaging?.kind === 'ema' ? { ...scalars, average: step === 0 ? 1 : 1 - averaging.decay } : scalars;
}

/** One whole optimizer step on one batch of `rows` rows, whose weights sum to 1. */
export function stepProgram(facts: StepFacts, rows: number): StepProgram {
  const batch = new Batch(facts, rows);
  const { loss, gradients, updates } = batch.gradients();
  const outputs = { loss, ...Object.fromEntries(batch.updated(updates)), ...Object.fromEntries(applied(facts, batch.graph, batch.theta, gradients)) }; // prettier-ignore
  return { program: buildProgram(outputs), rows, draws: batch.draws };
}

/** A part of a step: adds the gradient of one batch, whose weights are its rows' shares of the step, to the total. */
export function gradientProgram(facts: StepFacts, rows: number): StepProgram {
  const batch = new Batch(facts, rows);
  const { loss, gradients, updates } = batch.gradients();
  const totals = facts.parameters.map(({ name, shape }, i): [string, Node] => [
    `total/${name}`,
    add(batch.graph.input(`total/${name}`, shape), gradients[i]),
  ]);
  const outputs = { loss, ...Object.fromEntries(batch.updated(updates)), ...Object.fromEntries(totals) };
  return { program: buildProgram(outputs), rows, draws: batch.draws };
}

/** The end of a step in parts: the optimizer on the total gradient. */
export function applyProgram(facts: StepFacts): StepProgram {
  const graph = new Graph();
  const inputs = (prefix: string) =>
    facts.parameters.map(({ name, shape }) => graph.input(`${prefix}/${name}`, shape));
  const outputs = Object.fromEntries(applied(facts, graph, inputs('theta'), inputs('total')));
  return { program: buildProgram(outputs), rows: 0, draws: [] };
}

/**
 * The statistics of one batch themselves, without the running ones: an update is m old + (1 - m) batch, so its values at
 * old = 0 and old = 1 give both m and the batch's part. Outputs `batch/NAME`; undefined where the model has none.
 */
export function statisticsProgram(facts: StepFacts, rows: number): StepProgram | undefined {
  const batch = new Batch(facts, rows);
  const at = (value: number) =>
    batch.forward(
      batch.theta,
      batch.state.map(({ shape }) => batch.graph.fill(value, shape)),
    ).updates;
  const [zero, one] = [at(0), at(1)];
  if (zero.size === 0) return undefined;
  const outputs = [...zero].map(([name, node]): [string, Node] => {
    const momentum = sub(one.get(name)!, node);
    return [`batch/${name}`, div(node, sub(1, momentum))];
  });
  return { program: buildProgram(Object.fromEntries(outputs)), rows, draws: batch.draws };
}

/** Does a batch's rows' number matter: are there statistics over the rows of a batch? */
export const hasStatistics = (facts: StepFacts): boolean => statisticsProgram(facts, 2) !== undefined;
