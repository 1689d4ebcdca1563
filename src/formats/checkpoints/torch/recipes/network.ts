import { Graph, type Node } from '../../../../autodiff/graph';
import { reshape } from '../../../../autodiff/operations';
import { type Shape, ShapeError, shapeText } from '../../../../autodiff/shape';
import type { LayerSummary, Model, ModelInput, ModelTensor, TrainingPass } from '../../../../network/model';
import { UserError } from '../../../../core/errors';
import { type RowShapes, buildBound } from '../../../containers/open-extents';
import type { StoredWeight } from '../weights/description';
import type { NamedInputs, Recipe, RecipeInput, Variant } from './recipe';
import { Misfit, Tensors } from './tensors';
import { type TensorUse, Walk } from './walk';

/** Weights with the network that they were found to be of. */
export interface TorchNetwork {
  readonly format: 'torch-network';
  readonly name: string;
  readonly recipe: Recipe;
  /** By the names that the recipe uses; names of one tensor share one entry. */
  readonly tensors: ReadonlyMap<string, StoredWeight>;
  readonly notes: readonly string[];
}

/** Shapes by name. */
export const shapesOf = (tensors: ReadonlyMap<string, Pick<StoredWeight, 'shape'>>): Map<string, Shape> =>
  new Map([...tensors].map(([name, { shape }]) => [name, shape]));

/** A row of a table. */
interface PaddingRow {
  readonly table: string;
  readonly row: number;
}

/** What a run of a recipe over shapes shows. */
export interface Trial {
  readonly uses: ReadonlyMap<string, TensorUse>;
  readonly layers: readonly LayerSummary[];
  /** Rows of tables that stand for padding. */
  readonly rows: ReadonlyMap<string, PaddingRow>;
  /** Of one row. */
  readonly outputShape: Shape;
}

const rowName = (table: string, row: number): string => `${table}[${row}]`;

const byName =
  (inputs: readonly Pick<ModelInput, 'name'>[], nodes: readonly Node[]): NamedInputs =>
  (wanted) =>
    nodes[inputs.findIndex(({ name }) => name === wanted)];

/** A run over shapes. Throws a Misfit or a ShapeError where the tensors are not this network's. */
export function tryVariant(
  { build }: Variant,
  shapes: ReadonlyMap<string, Shape>,
  inputs: readonly ModelInput[],
  rows = 2,
): Trial {
  const graph = new Graph();
  const uses = new Map<string, TensorUse>();
  const layers = new Map<string, LayerSummary>();
  const paddings = new Map<string, PaddingRow>();
  const walk = new Walk(
    {
      graph,
      node: (name, shape) => graph.input(`tensor ${name}`, shape),
      used: (name, use) => void (uses.has(name) || uses.set(name, use)),
      row: (table, row) => {
        paddings.set(rowName(table, row), { table, row });
        return graph.input(`tensor ${rowName(table, row)}`, [1, shapes.get(table)![1]]);
      },
      layer: (summary) => void layers.set(summary.name, summary),
    },
    new Tensors(shapes),
  );
  const fed = inputs.map(({ name, shape, dtype }) => graph.input(`input ${name}`, [rows, ...shape], dtype));
  const output = build(walk, fed, byName(inputs, fed));
  return { uses, layers: [...layers.values()], rows: paddings, outputShape: output.shape.slice(1) };
}

/** The network of recognized weights for data of these rows. What `variant` picks is one of the recipe's names. */
export function buildNetwork(
  network: TorchNetwork,
  rows?: RowShapes,
  { variant: wanted }: { readonly variant?: string | undefined } = {},
): Model {
  const { recipe } = network;
  const inputs = inputsFor(recipe.inputs, rows);
  return buildBound(inputs, rows, (shapes) => {
    const bound = inputs.map(({ name, dtype }, i) => ({ name, dtype, shape: shapes[i] }));
    const variant = chosen(recipe, wanted, bound);
    const others = variantsFor(recipe, bound).filter((other) => other !== variant);
    const model = explained(bound, () => modelOf(network, variant, bound));
    if (wanted !== undefined || others.length === 0) return model;
    return {
      ...model,
      notes: [
        ...model.notes,
        `The same tensors fit other networks too, between which the loss on data decides: with ${[variant, ...others].map(({ name }) => name).join(', or ')}; the first is shown.`,
      ],
    };
  });
}

/** The inputs that the data have: of those that may be left out as many as there are arrays, and those that they name. */
function inputsFor(inputs: readonly RecipeInput[], rows: RowShapes | undefined): readonly RecipeInput[] {
  const needed = inputs.filter(({ optional }) => !optional);
  if (!rows || needed.length === inputs.length) return needed;
  if (typeof rows !== 'function') return inputs.slice(0, Math.max(needed.length, rows.length));
  return subsets(inputs).find((some) => fits(rows, some)) ?? needed;
}

/** The inputs with some of those that may be left out, the most first. */
function subsets(inputs: readonly RecipeInput[]): RecipeInput[][] {
  const all = inputs.reduce<RecipeInput[][]>(
    (found, input) => [...found.map((some) => [...some, input]), ...(input.optional ? found : [])],
    [[]],
  );
  return all.sort((a, b) => b.length - a.length);
}

function fits(rows: Exclude<RowShapes, readonly Shape[]>, inputs: readonly RecipeInput[]): boolean {
  try {
    return rows(inputs).length === inputs.length;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/** The variants that rows of these shapes may have, the default first. */
export const variantsFor = ({ variants }: Recipe, inputs: readonly Pick<ModelInput, 'shape'>[]): Variant[] =>
  variants.filter(({ suits }) => suits?.(inputs.map(({ shape }) => shape)) ?? true);

function chosen(recipe: Recipe, wanted: string | undefined, inputs: readonly ModelInput[]): Variant {
  if (wanted === undefined) return variantsFor(recipe, inputs)[0];
  const found = recipe.variants.find(({ name }) => name === wanted);
  if (found) return found;
  throw new UserError(
    `its tensors are of no network called "${wanted}"; "variant" is one of: ${recipe.variants.map(({ name }) => `"${name}"`).join(', ')}.`,
  );
}

function modelOf(
  { name, recipe, tensors, notes }: TorchNetwork,
  variant: Variant,
  inputs: readonly ModelInput[],
): Model {
  const shapes = shapesOf(tensors);
  const { uses, layers, rows, outputShape } = tryVariant(variant, shapes, inputs);
  const own = [
    ...modelTensors(uses, tensors),
    ...[...rows.values()].map((row) => paddingTensor(row, tensors)),
  ];
  const named = new Map(own.map((tensor) => [tensor.name, tensor]));
  const names = new Tensors(shapes);
  // One number a row stands along an axis of its own.
  const single = outputShape.length === 0;
  return {
    name,
    inputs,
    tensors: own,
    outputShape: single ? [1] : outputShape,
    apply(graph, nodes, fed, training?: TrainingPass): Node[] {
      const walk = new Walk(
        {
          graph,
          node: (full) => nodes.get(full)!,
          row: (table, row) => nodes.get(rowName(table, row))!,
          update: training && ((full, value) => training.update(named.get(full)!, value)),
        },
        names,
      );
      const output = variant.build(walk, fed, byName(inputs, fed));
      return [single ? reshape(output, [...output.shape, 1]) : output];
    },
    layers,
    compiledLoss: undefined,
    layout: recipe.layout,
    notes,
  };
}

/** A row that stands for padding: no parameter, and interpolation moves it as it does running statistics. */
function paddingTensor({ table, row }: PaddingRow, tensors: ReadonlyMap<string, StoredWeight>): ModelTensor {
  const { shape, data } = tensors.get(table)!;
  const [, width] = shape;
  return {
    name: rowName(table, row),
    layer: table.slice(0, table.lastIndexOf('.')),
    shape: [1, width],
    role: 'embedding',
    trainable: false,
    data: data.slice(row * width, (row + 1) * width),
  };
}

function modelTensors(
  uses: ReadonlyMap<string, TensorUse>,
  tensors: ReadonlyMap<string, StoredWeight>,
): ModelTensor[] {
  const learns = ([name, { role }]: [string, TensorUse]) =>
    role !== 'statistic' && tensors.get(name)!.learned !== false;
  const frozen = ![...uses].some(learns);
  return [...uses].map(([name, use]) => {
    const stored = tensors.get(name)!;
    const end = name.lastIndexOf('.');
    return {
      name,
      layer: end > 0 ? name.slice(0, end) : name,
      shape: stored.shape,
      role: use.role,
      trainable: use.role !== 'statistic' && (frozen || stored.learned !== false),
      ...(use.filterAxis === undefined ? {} : { filterAxis: use.filterAxis }),
      data: stored.data,
    };
  });
}

/** Says of rows that the network cannot take what they are. Throws a UserError written to follow the file's name. */
function explained<Result>(inputs: readonly ModelInput[], action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof ShapeError) && !(error instanceof Misfit)) throw error;
    throw new UserError(
      `it does not take rows of ${inputs.map(({ shape }) => shapeText(shape)).join(' and ')} (${error.message}): give the data it was trained on.`,
    );
  }
}
