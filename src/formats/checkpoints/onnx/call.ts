import type { Graph, Node } from '../../../autodiff/graph';
import { ShapeError, shapeText } from '../../../autodiff/shape';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './description';
import { type Held, type Known, type Value, nodeOf, numbersOf } from './value';

/** How the rows of the data stand in a graph that was exported for a fixed number of them. */
export interface FixedRows {
  /** The number in the file. */
  readonly exported: number;
  /** Does this node name that number where the rows of its input are meant? */
  means(node: OnnxNode, input: Value): boolean;
}

/** Hears, in training mode, what a batch has in place of a running statistic. */
export type StatisticUpdate = (running: Node, batch: Node) => void;

/** Where an operator stands. */
export interface CallContext {
  readonly graph: Graph;
  readonly opset: number;
  readonly rows: number;
  /** Undefined where the file leaves the number of rows open. */
  readonly fixedRows: FixedRows | undefined;
  /** Only in training mode. */
  readonly update?: StatisticUpdate | undefined;
}

/** One use of an operator, with its inputs and attributes in the form a row of the table wants. */
export class OperatorCall {
  private readonly unread: Set<string>;
  private readonly unreadAt: Set<number>;
  /** Its inputs where they are values, as all but those of operators on sequences are. */
  readonly inputs: readonly (Value | undefined)[];

  constructor(
    readonly node: OnnxNode,
    private readonly given: readonly (Held | undefined)[],
    private readonly attributes: ReadonlyMap<string, OnnxAttribute>,
    readonly context: CallContext,
  ) {
    this.unread = new Set(attributes.keys());
    this.unreadAt = new Set(given.flatMap((value, input) => (value ? [input] : [])));
    this.inputs = given.map((value) => (value?.kind === 'sequence' ? undefined : value));
  }

  /** What the file says here that nothing has asked for: each would be passed over in silence. */
  notRead(): { readonly attributes: readonly string[]; readonly inputs: readonly number[] } {
    return { attributes: [...this.unread], inputs: [...this.unreadAt] };
  }

  get graph(): Graph {
    return this.context.graph;
  }

  get opset(): number {
    return this.context.opset;
  }

  has(input: number): boolean {
    return this.inputs[input] !== undefined;
  }

  value(input: number): Value {
    const value = this.held(input);
    if (value.kind === 'sequence') throw new ShapeError(`its input ${input + 1} is a list of tensors`);
    return value;
  }

  /** An input that is a list of tensors. */
  sequence(input: number): readonly Value[] {
    const value = this.held(input);
    if (value.kind !== 'sequence') throw new ShapeError(`its input ${input + 1} is no list of tensors`);
    return value.items;
  }

  private held(input: number): Held {
    const value = this.given[input];
    if (!value) throw new ShapeError(`its input ${input + 1} is missing`);
    this.unreadAt.delete(input);
    return value;
  }

  /** An input as floats (truth values as 0 and 1). */
  floats(input: number): Node {
    return floatsOf(this.graph, this.value(input));
  }

  optional(input: number): Node | undefined {
    return this.has(input) ? this.floats(input) : undefined;
  }

  /** An input whose numbers must be known before a run. */
  numbers(input: number): Known {
    const value = this.value(input);
    const numbers = numbersOf(value);
    if (!numbers)
      throw new ShapeError(
        `its input ${input + 1} depends on the data or on weights where a constant is needed`,
      );
    return numbers;
  }

  integers(input: number): number[] {
    return [...this.numbers(input).data];
  }

  /** One number, from an input. */
  scalar(input: number, otherwise?: number): number {
    if (otherwise !== undefined && !this.has(input)) return otherwise;
    const { data } = this.numbers(input);
    if (data.length !== 1) throw new ShapeError(`its input ${input + 1} is not one number`);
    return data[0];
  }

  number(attribute: string, otherwise: number): number {
    return this.read(attribute, 'a number', isNumber) ?? otherwise;
  }

  text(attribute: string, otherwise: string): string {
    return this.read(attribute, 'a word', isText) ?? otherwise;
  }

  list(attribute: string): readonly number[] | undefined {
    return this.read(attribute, 'a list of numbers', isList);
  }

  tensor(attribute: string): OnnxTensor | undefined {
    return this.read(attribute, 'a tensor', isTensor);
  }

  private read<T extends OnnxAttribute>(
    attribute: string,
    what: string,
    is: (value: OnnxAttribute) => value is T,
  ): T | undefined {
    const value = this.attributes.get(attribute);
    this.unread.delete(attribute);
    if (value === undefined) return undefined;
    if (!is(value)) throw new ShapeError(`its attribute "${attribute}" is not ${what}`);
    return value;
  }

  hasAttribute(name: string): boolean {
    return this.attributes.has(name);
  }

  /** Integers that older versions of the operator have as an attribute, newer ones as an input. */
  listOrInput(attribute: string, input: number): readonly number[] | undefined {
    return this.list(attribute) ?? (this.has(input) ? this.integers(input) : undefined);
  }

  /** An attribute that counts an axis of a value of this rank, from the end if negative. */
  axis(rank: number, otherwise: number): number {
    return positive(this.number('axis', otherwise), rank);
  }
}

/** A value as floats in a graph (truth values as 0 and 1). */
export function floatsOf(graph: Graph, value: Value): Node {
  const node = nodeOf(graph, value);
  if (node.dtype === 'int32')
    throw new ShapeError('it computes with integers of the data, which here only look up rows of a table');
  return node;
}

/** Axes counted from the front, each once, in the order in which they are given. */
export function axesInOrder(axes: readonly number[], rank: number): number[] {
  const from = axes.map((axis) => positive(axis, rank));
  if (new Set(from).size < from.length)
    throw new ShapeError(`an axis is named twice among ${shapeText(axes)}`);
  return from;
}

/** An axis counted from the end made positive. */
export function positive(axis: number, rank: number): number {
  const from = axis < 0 ? axis + rank : axis;
  if (!(from >= 0 && from < Math.max(rank, 1))) throw new ShapeError(`there is no axis ${axis} of ${rank}`);
  return from;
}

const isNumber = (value: OnnxAttribute): value is number => typeof value === 'number';
const isText = (value: OnnxAttribute): value is string => typeof value === 'string';
const isList = (value: OnnxAttribute): value is readonly number[] => Array.isArray(value);
const isTensor = (value: OnnxAttribute): value is OnnxTensor =>
  typeof value === 'object' && 'stored' in value;
