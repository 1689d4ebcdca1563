import type { Node } from '../../../../autodiff/graph';
import { broadcastShapes } from '../../../../autodiff/shape';
import { broadcast } from '../../../../autodiff/operations';
import { UserError } from '../../../../core/errors';
import type { LayerConfig } from '../layers/config';
import type { Argument, LayerFunction, LayerRow, LayerSource, LayerUse } from '../layers/row';

/** A tensor of the model, whose first axis counts rows; class indices, likewise; or a constant of the file, without rows. */
export type Operand =
  | { readonly kind: 'indices'; readonly node: Node }
  | { readonly kind: 'tensor'; readonly node: Node }
  | { readonly kind: 'constant'; readonly shape: readonly number[]; readonly values: Float64Array };

/** What an operation computes, with its settings at hand. */
export type Operation = (
  operands: readonly Operand[],
  config: LayerConfig,
  use: LayerUse,
) => Node | readonly Node[];

/** A row for an operation of `keras.ops`, which stands in Functional graphs under `ops.` and its class name. */
export function operationRow(className: string, run: Operation, keywords?: readonly string[]): LayerRow {
  return {
    classNames: [`ops.${className}`],
    keywords,
    build:
      ({ config }: LayerSource): LayerFunction =>
      (use) =>
        run(use.arguments.flatMap(operandsOf), config, use),
  };
}

/** The refusal of all that makes one row's output depend on the other rows. */
export const mixesRows = (): UserError =>
  new UserError(
    'mixes the rows of a batch (axis 0), so that the output of one depends on the others; that is not supported',
  );

/** The tensors and constants of an argument; settings among the arguments are read by those who expect them. */
export function operandsOf(argument: Argument): Operand[] {
  if (argument.kind === 'list') {
    const { items } = argument;
    const plain =
      items.every(({ kind }) => kind === 'value') &&
      constantOf(items.map((item) => (item.kind === 'value' ? item.value : undefined)));
    return plain ? [plain] : items.flatMap(operandsOf);
  }
  if (argument.kind === 'value') {
    const constant = constantOf(argument.value);
    return constant ? [constant] : [];
  }
  const { node } = argument.value;
  return [{ kind: node.dtype === 'int32' ? 'indices' : 'tensor', node }];
}

/** A number, a list of them, or a tensor as Keras stores it. */
export function constantOf(value: unknown): Operand | undefined {
  const { class_name: className, config } = (value ?? {}) as { class_name?: unknown; config?: unknown };
  if (className === '__tensor__' || className === '__numpy__')
    return constantOf((config as { value?: unknown }).value);
  const shape: number[] = [];
  for (let inner: unknown = value; Array.isArray(inner); inner = inner[0]) shape.push(inner.length);
  const values = (Array.isArray(value) ? value.flat(Infinity) : [value]).map((item: unknown) =>
    typeof item === 'boolean' ? Number(item) : item,
  );
  if (!values.every((item) => typeof item === 'number')) return undefined;
  return { kind: 'constant', shape, values: Float64Array.from(values) };
}

const noIndices = () =>
  new UserError('computes with the class indices that an embedding reads, which is not supported');

/** The tensors of an operation that takes nothing else. */
export function tensorsOf(operands: readonly Operand[]): Node[] {
  return operands.map((operand) => {
    if (operand.kind === 'tensor') return operand.node;
    if (operand.kind === 'indices') throw noIndices();
    throw new UserError('is called on a constant, which is not supported here');
  });
}

/** Operands as nodes of one shape by NumPy's rule. Constants may not be longer in axes than the tensors, nor tell rows apart. */
export function together(operands: readonly Operand[]): Node[] {
  const tensors = operands.flatMap((operand) => (operand.kind === 'tensor' ? [operand.node] : []));
  const [first] = tensors;
  if (operands.some(({ kind }) => kind === 'indices')) throw noIndices();
  const rank = first.shape.length;
  if (tensors.some(({ shape }) => shape.length !== rank)) throw mixesRows();
  const nodes = operands.map((operand) => nodeOf(operand, first));
  for (const { shape } of nodes)
    if (shape.length > rank || (shape.length === rank && shape[0] !== 1 && shape[0] !== first.shape[0]))
      throw mixesRows();
  const shape = nodes.reduce<readonly number[]>((all, node) => broadcastShapes(all, node.shape), []);
  return nodes.map((node) => broadcast(node, shape));
}

/** An operand as a node; a constant with rows of its own is refused. */
export function nodeOf(operand: Operand, like: Node): Node {
  if (operand.kind === 'indices') throw noIndices();
  if (operand.kind === 'tensor') return operand.node;
  const { shape, values } = operand;
  if (shape.length === like.shape.length && shape[0] !== 1) throw mixesRows();
  return shape.length === 0 ? like.graph.fill(values[0]) : like.graph.constant(values, shape);
}

/** Axes of a tensor as the settings give them, none of them that of the rows; `undefined` in the settings means all. */
export function axesOf(config: LayerConfig, key: string, { shape }: Node): number[] {
  if (config.raw[key] === null || config.raw[key] === undefined) throw mixesRows();
  const axes = config.axes(key, -1).map((axis) => (axis < 0 ? axis + shape.length : axis));
  if (axes.includes(0)) throw mixesRows();
  return axes;
}

/** One such axis. `extra`: of a tensor with more axes than this. */
export function axisOf(config: LayerConfig, key: string, { shape }: Node, extra = 0): number {
  const axis = config.integer(key, -1);
  const positive = axis < 0 ? axis + shape.length + extra : axis;
  if (positive === 0) throw mixesRows();
  return positive;
}
