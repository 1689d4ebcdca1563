import { explainFixedRows } from '../../as-file-error';
import { Graph, type Node } from '../../../../autodiff/graph';
import { reshape } from '../../../../autodiff/operations';
import { type Shape, shapeText } from '../../../../autodiff/shape';
import type { LayerSummary, Model, ModelInput, ModelTensor, TrainingPass } from '../../../../network/model';
import { UserError } from '../../../../core/errors';
import { type RowShapes, buildBound } from '../../../containers/open-extents';
import { type ModelChoices, outputNamed } from '../../choices';
import { type Value, computed, known } from '../../onnx/value';
import type { ExportedInput, ExportedTensor, TorchExport } from './description';
import { type Surroundings, evaluate } from './evaluate';
import { paddingRows } from './padding-rows';
import { type LayerStep, summaries } from './summaries';
import { WeightRoles } from './weight-roles';

/** Numbers of rows for trial runs over shapes; primes, so that no other extent is taken for them. */
const TRIALS = [1009, 1013] as const;

/**
 * The network of an exported program. Its parameters are those that the archive calls so, by their paths in the module and
 * in the order of the program; open extents are those of the data's rows. Throws a UserError, written to follow the
 * file's name and a colon, for what is not supported.
 */
export function buildTorchExport(
  program: TorchExport,
  rows?: RowShapes,
  { output }: ModelChoices = {},
): Model {
  if (program.inputs.length === 0) throw new UserError('the program has no inputs.');
  const inputs = program.inputs.map((input) => ({ ...input, shape: input.shape.slice(1) }));
  return buildBound(inputs, rows, (shapes) =>
    new Builder(
      program,
      program.inputs.map((input, i) => ({
        name: input.name,
        dtype: dtypeOf(input, program),
        shape: shapes[i],
      })),
      output,
    ).model(),
  );
}

/** Whole numbers that the program turns into floats first are floats. */
function dtypeOf({ placeholder, type }: ExportedInput, { graph }: TorchExport): 'float' | 'int32' {
  if (type === 'float') return 'float';
  const converts = graph.nodes.some(
    ({ target, inputs }) =>
      /^aten\.(to\.|_to_copy|mul\.|div\.|sub\.|add\.|type_as)/.test(target) &&
      inputs.some(([, argument]) => argument.kind === 'tensor' && argument.name === placeholder) &&
      inputs.every(([, argument]) => argument.kind !== 'type' || !/^u?int/.test(argument.name)),
  );
  return converts ? 'float' : 'int32';
}

class Builder {
  private readonly exportedRows: number | undefined;
  private readonly output: string;
  private readonly notes: string[];
  private readonly padding: ReturnType<typeof paddingRows>;

  constructor(
    private readonly program: TorchExport,
    private readonly inputs: readonly ModelInput[],
    wanted: ModelChoices['output'],
  ) {
    const [first] = program.inputs[0].shape;
    this.exportedRows = first === null ? undefined : first;
    this.notes = [...program.notes];
    this.padding = paddingRows(program);
    this.output = this.chooseOutput(wanted);
    if (program.inTraining)
      this.notes.push(
        'The program was exported in training mode: batch norm uses its running statistics here, and dropout is off.',
      );
  }

  model(): Model {
    const { tensors, layers } = this.explained(() => this.discover());
    const [first, second] = TRIALS.map((rows) => this.explained(() => this.trial(tensors, rows)));
    if (shapeText(first) !== shapeText(second))
      throw new UserError('the shape of a row of the output depends on the number of rows.');
    return {
      name: this.program.name,
      inputs: this.inputs,
      tensors,
      outputShape: first,
      apply: (graph, nodes, fed, training) => [this.run(graph, { nodes, tensors, fed }, training)],
      layers,
      compiledLoss: undefined,
      layout: this.layout(),
      sources: this.program.sources,
      notes: this.notes,
    };
  }

  /** The output asked for, the one called logits, or the first, and said where there are several. */
  private chooseOutput(wanted: ModelChoices['output']): string {
    const { outputs } = this.program;
    const names = outputs.map(({ name }) => name);
    const chosen = outputNamed(names, wanted, names[0]);
    if (outputs.length > 1)
      this.notes.push(
        `The network has ${outputs.length} outputs (${names.join(', ')}): the figures are of "${chosen}".`,
      );
    return outputs[names.indexOf(chosen)].value;
  }

  /** The float tensors: parameters, and buffers that are kept with the weights, which move as running statistics do. */
  private stored(): ExportedTensor[] {
    const all = [...new Set(this.program.tensors.values())];
    return all.filter(({ kind, type }) => type === 'float' && kind !== 'constant');
  }

  /** A run over shapes that finds out what each tensor does. */
  private discover(): { tensors: ModelTensor[]; layers: LayerSummary[] } {
    const graph = new Graph();
    const placeholders = new Map<Node, string>();
    const nodes = new Map<string, Node>();
    for (const { name, shape } of this.stored()) {
      const node = graph.input(`tensor ${name}`, shape);
      placeholders.set(node, name);
      nodes.set(name, node);
    }
    const roles = new WeightRoles(placeholders);
    const steps: LayerStep[] = [];
    const fed = this.feed(graph, TRIALS[0]);
    const look = this.evaluate(graph, nodes, fed, {
      operator: (row, call) => roles.observe(row, call),
      visit: (node, value) => {
        if (value.kind === 'computed') steps.push({ node, value: value.node });
      },
    });
    this.rowsFirst(look(this.output), TRIALS[0]);
    const frozen = !this.stored().some(({ learned }) => learned);
    if (frozen)
      this.notes.push(
        'All parameters are frozen in the file (requires_grad is false): they count as learned here.',
      );
    const still = this.stored().filter(({ kind, learned }) => kind === 'parameter' && !learned);
    if (!frozen && still.length > 0)
      this.notes.push(
        `Frozen in the file, and so no parameters here: ${still.map(({ name }) => name).join(', ')}.`,
      );
    const own = this.stored().map((tensor) => roles.modelTensor(tensor, frozen));
    const tensors = [...own, ...this.padding.map(({ tensor }) => tensor)];
    return { tensors, layers: summaries(steps, fed, tensors) };
  }

  private run(
    graph: Graph,
    {
      nodes,
      tensors,
      fed,
    }: {
      readonly nodes: ReadonlyMap<string, Node>;
      readonly tensors: readonly ModelTensor[];
      readonly fed: readonly Node[];
    },
    training?: TrainingPass,
  ): Node {
    const tensorOf = new Map(tensors.map((tensor) => [nodes.get(tensor.name), tensor]));
    const look = this.evaluate(graph, nodes, fed, {
      training,
      update: (running, batch) => {
        const tensor = tensorOf.get(running);
        if (tensor && training) training.update(tensor, batch);
      },
    });
    return this.rowsFirst(look(this.output), fed[0].shape[0]);
  }

  private evaluate(
    graph: Graph,
    nodes: ReadonlyMap<string, Node>,
    fed: readonly Node[],
    more: Partial<Surroundings>,
  ): (name: string) => Value {
    const values = new Map<string, Value>();
    for (const [placeholder, tensor] of this.program.tensors) {
      const node = nodes.get(tensor.name);
      const stored = known(tensor.type, tensor.shape, tensor.data);
      // A buffer's numbers may be asked for; those of a parameter never are constants.
      values.set(
        placeholder,
        node ? { ...computed(node), ...(tensor.kind === 'buffer' ? { stored } : {}) } : stored,
      );
    }
    this.program.inputs.forEach(({ placeholder }, i) => values.set(placeholder, computed(fed[i])));
    return evaluate(this.program, values, {
      graph,
      rows: fed[0].shape[0],
      exportedRows: this.exportedRows,
      padding: new Map(
        this.padding.flatMap(({ placeholder, tensor }) => {
          const node = nodes.get(tensor.name);
          return node ? [[placeholder, node] as const] : [];
        }),
      ),
      ...more,
    });
  }

  /** A run over shapes as it will be used; the shape of a row of the output. */
  private trial(tensors: readonly ModelTensor[], rows: number): Shape {
    const graph = new Graph();
    const nodes = new Map(tensors.map(({ name, shape }) => [name, graph.input(`tensor ${name}`, shape)]));
    return this.run(graph, { nodes, tensors, fed: this.feed(graph, rows) }).shape.slice(1);
  }

  private feed(graph: Graph, rows: number): Node[] {
    return this.inputs.map(({ name, shape, dtype }) => graph.input(`input ${name}`, [rows, ...shape], dtype));
  }

  /** The output, with its rows in front; one number a row stands along an axis of its own. */
  private rowsFirst(output: Value, rows: number): Node {
    if (output.kind !== 'computed')
      throw new UserError('the output of the program does not depend on its inputs.');
    if (output.shape[0] !== rows)
      throw new UserError(
        `the output of the program is ${shapeText(output.shape)} for ${rows} rows, which do not come first.`,
      );
    return output.shape.length === 1 ? reshape(output.node, [rows, 1]) : output.node;
  }

  /** Says where an error comes from a number of rows that was fixed at the export. */
  private explained<Result>(action: () => Result): Result {
    const cure = 'export it with dynamic_shapes for the first axis';
    return explainFixedRows({ rows: this.exportedRows, subject: 'the program', cure }, action);
  }

  /** Images stand with channels first, as PyTorch has them, unless the program begins by moving them there. */
  private layout(): Model['layout'] {
    const { graph, inputs } = this.program;
    const [{ shape }] = this.inputs;
    if (shape.length !== 3 || !graph.nodes.some(({ target }) => /conv|pool/.test(target))) return undefined;
    const moved = graph.nodes.some(
      ({ target, inputs: [first, order] }) =>
        target === 'aten.permute.default' &&
        first[1].kind === 'tensor' &&
        first[1].name === inputs[0].placeholder &&
        [0, 3, 1, 2].every((axis, i) => order[1].kind === 'numbers' && order[1].values[i] === axis),
    );
    return moved ? 'NHWC' : 'NCHW';
  }
}
