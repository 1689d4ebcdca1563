import { explainFixedRows } from '../as-file-error';
import { type Node, Graph } from '../../../autodiff/graph';
import { reshape } from '../../../autodiff/operations';
import { type Shape, ShapeError, shapeText } from '../../../autodiff/shape';
import { sizeOf } from '../../../core/size-of';
import type { LayerSummary, Model, ModelInput, ModelTensor, TrainingPass } from '../../../network/model';
import { UserError } from '../../../core/errors';
import { type RowShapes, type StoredInput, buildBound } from '../../containers/open-extents';
import { dependents } from '../dependents';
import type { FixedRows, StatisticUpdate } from './call';
import type { ModelChoices } from '../choices';
import { chosen } from './choices';
import type { OnnxCheckpoint, OnnxInput, OnnxNode, OnnxTensor } from './description';
import { type Surroundings, evaluate } from './evaluate';
import { elementType } from './tensor';
import { type Known, type Value, computed, known } from './value';
import { WeightFinder, nodeLabel, takenNotes } from './weights';

/** Numbers of rows for trial runs over shapes; primes, so that no other extent is taken for them. */
const TRIALS = [1009, 1013] as const;

/**
 * The network of an ONNX file. Its parameters are the float tensors that its operators use as weights, by their names
 * and in the order of the file; open extents are those of the data's rows. Throws a UserError, written to follow the file's name and a colon, for what is not
 * supported.
 */
export function buildOnnxModel(file: OnnxCheckpoint, rows?: RowShapes, choices: ModelChoices = {}): Model {
  const checkpoint = chosen(file, choices);
  const inputs = checkpoint.inputs.map((input) => inputOf(input, checkpoint));
  return buildBound(inputs, rows, (shapes) =>
    buildOn(
      checkpoint,
      inputs.map((input, i) => ({ ...input, shape: shapes[i] })),
    ),
  );
}

function buildOn(checkpoint: OnnxCheckpoint, inputs: readonly ModelInput[]): Model {
  if (inputs.length === 0) throw new UserError('the graph has no inputs.');
  const exported = checkpoint.inputs[0].shape?.[0];
  const meaning = new Set<OnnxNode>();
  const fixedRows: FixedRows | undefined =
    exported === undefined ? undefined : { exported, means: (node) => meaning.has(node) };
  const { tensors, layers, notes } = explainFixedRows(fixed(exported), () =>
    discover(checkpoint, inputs, exported, meaning),
  );
  const constants = constantsOf(checkpoint, tensors);
  const run = (
    graph: Graph,
    nodes: ReadonlyMap<string, Node>,
    fed: readonly Node[],
    training?: TrainingPass,
  ): Node => {
    const initializer = (name: string) => {
      const node = nodes.get(name);
      return node ? computed(node) : constants.get(name);
    };
    const update = training && updateOf(training, tensors, nodes);
    const surroundings = { graph, rows: fed[0].shape[0], fixedRows, update, initializer };
    return outputOf(evaluate(checkpoint, named(inputs, fed), surroundings), surroundings);
  };
  const [first, second] = TRIALS.map((rows) =>
    explainFixedRows(fixed(exported), () => trial(run, inputs, tensors, rows)),
  );
  if (shapeText(first) !== shapeText(second))
    throw new UserError('the shape of a row of the output depends on the number of rows.');
  checkSaid(checkpoint, first);
  return {
    name: checkpoint.name,
    inputs,
    tensors,
    outputShape: first,
    apply: (graph, nodes, fed, training) => [run(graph, nodes, fed, training)],
    layers,
    compiledLoss: undefined,
    layout: layoutOf(checkpoint, inputs),
    sources: checkpoint.sources,
    notes: [...checkpoint.notes, ...notes],
  };
}

function inputOf(
  { name, type, shape }: OnnxInput,
  { nodes }: OnnxCheckpoint,
): StoredInput & Pick<ModelInput, 'dtype'> {
  if (!shape || shape.length === 0)
    throw new UserError(`the input "${name}" has no shape; export the model with example inputs.`);
  const row = shape.slice(1).map((extent) => extent ?? null);
  const converted = nodes.some(
    ({ operator, inputs, attributes }) =>
      operator === 'Cast' && inputs[0] === name && elementType(Number(attributes.get('to'))) === 'float',
  );
  return { name, shape: row, dtype: type === 'integer' && !converted ? 'int32' : 'float' };
}

/**
 * Tells a training pass what batches have in place of running statistics. A file for inference need not say how fast
 * those follow: here at once.
 */
function updateOf(
  training: TrainingPass,
  tensors: readonly ModelTensor[],
  nodes: ReadonlyMap<string, Node>,
): StatisticUpdate {
  const tensorOf = new Map(tensors.map((tensor) => [nodes.get(tensor.name), tensor]));
  return (running, batch) => {
    const tensor = tensorOf.get(running);
    if (!tensor) throw new ShapeError('its running statistics are no tensors of the file');
    training.update(tensor, batch);
  };
}

const named = (inputs: readonly ModelInput[], fed: readonly Node[]): Map<string, Value> =>
  new Map(inputs.map(({ name }, i) => [name, computed(fed[i])]));

const knownOf = ({ type, shape, data }: OnnxTensor): Known => known(type, shape, data);

function constantsOf({ initializers }: OnnxCheckpoint, tensors: readonly ModelTensor[]): Map<string, Known> {
  const weights = new Set(tensors.map(({ name }) => name));
  const rest = [...initializers.values()].filter(({ name }) => !weights.has(name));
  return new Map(rest.map((tensor) => [tensor.name, knownOf(tensor)]));
}

interface Discovery {
  readonly tensors: readonly ModelTensor[];
  readonly layers: readonly LayerSummary[];
  readonly notes: readonly string[];
}

/** A run over shapes in which every float tensor may turn out to be a weight. */
function discover(
  checkpoint: OnnxCheckpoint,
  inputs: readonly ModelInput[],
  exported: number | undefined,
  meaning: Set<OnnxNode>,
): Discovery {
  const graph = new Graph();
  const rows = TRIALS[0];
  const placeholders = new Map<Node, string>();
  const finder = new WeightFinder(checkpoint, placeholders);
  const fed = feed(graph, inputs, rows);
  const steps: { node: OnnxNode; shape: Shape }[] = [];
  const data = dependents(fed);
  const surroundings: Surroundings = {
    graph,
    rows,
    fixedRows:
      exported === undefined
        ? undefined
        : {
            exported,
            means: (node, { kind, shape }) => {
              const found = kind === 'computed' && shape[0] % rows === 0;
              if (found) meaning.add(node);
              return found;
            },
          },
    initializer: (name) => {
      const tensor = checkpoint.initializers.get(name);
      if (!tensor) return undefined;
      finder.reach(name);
      const origin = checkpoint.origins.get(name);
      const literal = tensor.shape.length === 0 && origin !== 'parameter' && origin !== 'state';
      if (tensor.type !== 'float' || literal || origin === 'constant') return knownOf(tensor);
      const node = graph.input(`tensor ${name}`, tensor.shape);
      placeholders.set(node, name);
      return { ...computed(node), stored: knownOf(tensor) };
    },
    operator: (row, call) => finder.observe(row, call),
    visit: (node, [output]) => {
      if (output?.kind === 'computed' && data(output.node))
        steps.push({ node, shape: output.shape.slice(1) });
    },
  };
  outputOf(evaluate(checkpoint, named(inputs, fed), surroundings), surroundings);
  const tensors = finder.tensors();
  return { tensors, layers: summaries(steps, tensors), notes: takenNotes(finder) };
}

/** One line a node that works on the data, named by the layer whose tensors it uses. */
function summaries(
  steps: readonly { node: OnnxNode; shape: Shape }[],
  tensors: readonly ModelTensor[],
): LayerSummary[] {
  const layerOf = new Map(tensors.map(({ name, layer }) => [name, layer]));
  const lines = new Map<string, LayerSummary>();
  for (const { node, shape } of steps) {
    const owned = node.inputs.map((input) => layerOf.get(input)).find((layer) => layer !== undefined);
    const name = owned ?? nodeLabel(node.name);
    if (lines.has(name)) continue;
    const own = tensors.filter(({ layer }) => layer === name);
    const parameters = own.reduce((sum, tensor) => sum + sizeOf(tensor.shape), 0);
    lines.set(name, { name, className: node.operator, outputShape: shape, parameters });
  }
  return [...lines.values()];
}

const feed = (graph: Graph, inputs: readonly ModelInput[], rows: number): Node[] =>
  inputs.map(({ name, shape, dtype }) => graph.input(`input ${name}`, [rows, ...shape], dtype));

/** A run over shapes as it will be used; the shape of a row of the output. */
function trial(
  run: (graph: Graph, nodes: ReadonlyMap<string, Node>, fed: readonly Node[]) => Node,
  inputs: readonly ModelInput[],
  tensors: readonly ModelTensor[],
  rows: number,
): Shape {
  const graph = new Graph();
  const nodes = new Map(tensors.map(({ name, shape }) => [name, graph.input(`tensor ${name}`, shape)]));
  return run(graph, nodes, feed(graph, inputs, rows)).shape.slice(1);
}

/** What the file says of its output's shape must be what its nodes compute. */
function checkSaid({ outputs: [name], outputShapes }: OnnxCheckpoint, row: Shape): void {
  const said = outputShapes.get(name)?.slice(1);
  if (!said || said.length === 0) return;
  if (said.length !== row.length || said.some((extent, axis) => extent !== undefined && extent !== row[axis]))
    throw new UserError(
      `its output "${name}" is said to be [${said.map((extent) => extent ?? '?').join(', ')}] a row and is ${shapeText(row)}: export the model again.`,
    );
}

/** The output, with its rows in front; one number a row stands along an axis of its own. */
function outputOf([output]: readonly Value[], { rows }: Pick<Surroundings, 'rows'>): Node {
  if (output.kind !== 'computed')
    throw new UserError('the output of the graph does not depend on its inputs.');
  if (output.shape[0] !== rows)
    throw new UserError(
      `the output of the graph is ${shapeText(output.shape)} for ${rows} rows, which do not come first.`,
    );
  return output.shape.length === 1 ? reshape(output.node, [rows, 1]) : output.node;
}

/** The number of rows that the exporter fixed, for {@link explainFixedRows}. */
const fixed = (rows: number | undefined) => ({
  rows,
  subject: 'the graph',
  cure: 'export it with a dynamic first axis',
});

/** Image inputs stand with channels first, as the operators have them, unless the graph begins by moving them there. */
function layoutOf({ nodes }: OnnxCheckpoint, [{ name, shape }]: readonly ModelInput[]): Model['layout'] {
  if (shape.length !== 3 || !nodes.some(({ operator }) => /Conv|Pool/.test(operator))) return undefined;
  const moved = nodes.some(({ operator, inputs, attributes }) => {
    const order = attributes.get('perm');
    return (
      operator === 'Transpose' && inputs[0] === name && Array.isArray(order) && order.join() === '0,3,1,2'
    );
  });
  return moved ? 'NHWC' : 'NCHW';
}
