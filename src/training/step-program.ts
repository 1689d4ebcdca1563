import { Graph, type Node } from '../autodiff/graph';
import { add, div, mul, sub } from '../autodiff/operations';
import { type Program, buildProgram } from '../autodiff/program';
import { POINT, tensorPort } from '../lanes/ports';
import type { ParameterBlock } from '../objective/programs/parameter-space';
import { clipByNorm, clipByValue } from './clipping';
import { parameterRuns } from './parameter-runs';
import { type Draw, StepBatch, type StepFacts, portOf } from './step-batch';

export type { Draw, StepFacts } from './step-batch';

/**
 * A program of a training lane. Its ports are named by what the lane keeps between runs: `state/...`, and for each
 * parameter run `theta/...`, `slot/NAME/...`, `average/...`, `total/...`; an output under such a name is the new value. What only its n-th step is
 * fed or gives is named `n/...`: rows (`x/0`, `y`, `weights`), draws, scalars, and `loss`; {@link statisticsProgram}
 * gives `batch/...`.
 */
export interface StepProgram {
  readonly program: Program;
  /** Rows that each of its steps takes; 0 where it takes none. */
  readonly rows: number;
  /** Steps that it takes, one after the other. */
  readonly steps: number;
  /** The random numbers of each step. */
  readonly draws: readonly (readonly Draw[])[];
}

type Named = Readonly<Record<string, Node>>;

/** Anything with a place in a lane: a parameter run, a statistic. */
type Place = Pick<ParameterBlock, 'name' | 'shape'>;

const namedAs = (prefix: string, places: readonly Place[], nodes: readonly Node[]): Named =>
  Object.fromEntries(places.map(({ name }, i) => [tensorPort(prefix, name), nodes[i]]));

/** What changes from step to step, as nodes of a graph: a node for each parameter run, and for each statistic. */
interface Moving {
  readonly theta: readonly Node[];
  readonly state: readonly Node[];
  readonly slots: Readonly<Record<string, readonly Node[]>>;
  readonly average: readonly Node[] | undefined;
}

/** Everything as it is fed. */
function fed({ parameters, statistics, optimizer, settings }: StepFacts, graph: Graph): Moving {
  const inputs = (prefix: string, places: readonly Place[] = parameterRuns(parameters)) =>
    places.map(({ name, shape }) => graph.input(tensorPort(prefix, name), shape));
  return {
    theta: inputs(POINT.parameters),
    state: inputs(POINT.statistics, statistics),
    slots: Object.fromEntries(optimizer.slots.map(({ name }) => [name, inputs(`slot/${name}`)])),
    average: settings.averaging?.kind === 'ema' ? inputs('average') : undefined,
  };
}

/** What has changed of it, under the ports of the lane. */
function outputsOf(facts: StepFacts, graph: Graph, { theta, state, slots, average }: Moving): Named {
  const { statistics } = facts;
  const runs = parameterRuns(facts.parameters);
  const before = fed(facts, graph).state;
  const changed = statistics.filter((_, i) => state[i] !== before[i]);
  const values = state.filter((node, i) => node !== before[i]);
  return {
    ...namedAs(POINT.parameters, runs, theta),
    ...namedAs(POINT.statistics, changed, values),
    ...Object.fromEntries(
      Object.entries(slots).flatMap(([name, nodes]) => Object.entries(namedAs(`slot/${name}`, runs, nodes))),
    ),
    ...(average ? namedAs('average', runs, average) : {}),
  };
}

/** Clips the gradients, applies the optimizer and moves the running average. */
function applied(
  { optimizer, settings: { convention }, regularization: { clipNorm, clipValue } }: StepFacts,
  graph: Graph,
  { theta, state, slots, average }: Moving,
  { gradients, step }: { readonly gradients: readonly Node[]; readonly step: number },
): Moving {
  let clipped = gradients;
  if (clipValue !== undefined) clipped = clipByValue(clipped, clipValue);
  if (clipNorm !== undefined) clipped = clipByNorm(clipped, clipNorm, convention);
  const scalar = (name: string) => graph.input(portOf(step, `scalar/${name}`), []);
  const scalars = Object.fromEntries(
    Object.keys(optimizer.scalars(1, 1)).map((name) => [name, scalar(name)]),
  );
  const next = optimizer.apply({ parameters: theta, gradients: clipped, slots, scalars });
  return {
    theta: next.parameters,
    state,
    slots: next.slots,
    // The weight of the new point is fed: the first point is all of the average.
    average: average?.map((mean, i) => add(mean, mul(scalar(AVERAGE_WEIGHT), sub(next.parameters[i], mean)))),
  };
}

/** The scalar that says what the newest point weighs in the running average. */
const AVERAGE_WEIGHT = 'average';

/** The scalars of a step, counted from 0, at a learning rate. */
export function stepScalars(
  { optimizer, settings: { averaging } }: Pick<StepFacts, 'optimizer' | 'settings'>,
  step: number,
  learningRate: number,
): Record<string, number> {
  const scalars = optimizer.scalars(step + 1, learningRate);
  if (averaging?.kind !== 'ema') return scalars;
  return { ...scalars, [AVERAGE_WEIGHT]: step === 0 ? 1 : 1 - averaging.decay };
}

const withUpdates = ({ statistics }: StepFacts, moving: Moving, updates: ReadonlyMap<string, Node>) => ({
  ...moving,
  state: moving.state.map((node, i) => updates.get(statistics[i].name) ?? node),
});

/** Whole optimizer steps, one after the other, each on a batch of `rows` rows whose weights sum to 1. */
export function stepProgram(facts: StepFacts, rows: number, steps = 1): StepProgram {
  const graph = new Graph();
  const draws: Draw[][] = [];
  const losses: [string, Node][] = [];
  let moving = fed(facts, graph);
  for (let step = 0; step < steps; step++) {
    const batch = new StepBatch(graph, facts, step, rows);
    const { loss, gradients, updates } = batch.gradients(moving.theta, moving.state);
    moving = withUpdates(facts, applied(facts, graph, moving, { gradients, step }), updates);
    losses.push([portOf(step, 'loss'), loss]);
    draws.push(batch.draws);
  }
  const outputs = { ...Object.fromEntries(losses), ...outputsOf(facts, graph, moving) };
  return { program: buildProgram(outputs), rows, steps, draws };
}

/** A part of a step: adds the gradient of one batch, whose weights are its rows' shares of the step, to the total. */
export function gradientProgram(facts: StepFacts, rows: number): StepProgram {
  const graph = new Graph();
  const batch = new StepBatch(graph, facts, 0, rows);
  const moving = fed(facts, graph);
  const { loss, gradients, updates } = batch.gradients(moving.theta, moving.state);
  const runs = parameterRuns(facts.parameters);
  const totals = runs.map(({ name, shape }, i) => add(graph.input(`total/${name}`, shape), gradients[i]));
  const states = [...updates].map(([name, node]): [string, Node] => [
    tensorPort(POINT.statistics, name),
    node,
  ]);
  const outputs = {
    [portOf(0, 'loss')]: loss,
    ...Object.fromEntries(states),
    ...namedAs('total', runs, totals),
  };
  return { program: buildProgram(outputs), rows, steps: 1, draws: [batch.draws] };
}

/** The end of a step in parts: the optimizer on the total gradient. */
export function applyProgram(facts: StepFacts): StepProgram {
  const graph = new Graph();
  const total = parameterRuns(facts.parameters).map(({ name, shape }) => graph.input(`total/${name}`, shape));
  const outputs = outputsOf(
    facts,
    graph,
    applied(facts, graph, fed(facts, graph), { gradients: total, step: 0 }),
  );
  return { program: buildProgram(outputs), rows: 0, steps: 1, draws: [[]] };
}

/**
 * The statistics of one batch themselves, without the running ones: an update is m old + (1 - m) batch, so its values at
 * old = 0 and old = 1 give both m and the batch's part. Outputs `batch/NAME`; undefined where the model has none.
 */
export function statisticsProgram(facts: StepFacts, rows: number): StepProgram | undefined {
  const graph = new Graph();
  const batch = new StepBatch(graph, facts, 0, rows);
  const { theta, state } = fed(facts, graph);
  const at = (value: number) =>
    batch.forward(
      theta,
      state.map(({ shape }) => graph.fill(value, shape)),
    ).updates;
  const [zero, one] = [at(0), at(1)];
  if (zero.size === 0) return undefined;
  const outputs = [...zero].map(([name, node]): [string, Node] => {
    const momentum = sub(one.get(name)!, node);
    return [`batch/${name}`, div(node, sub(1, momentum))];
  });
  return { program: buildProgram(Object.fromEntries(outputs)), rows, steps: 1, draws: [batch.draws] };
}
