import type { Graph, Node } from '../../../autodiff/graph';
import { ShapeError } from '../../../autodiff/shape';
import type { OnnxAttribute, OnnxNode, OnnxTensor } from './description';
import { type Known, type Value, nodeOf, numbersOf } from './value';

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
  constructor(
    readonly node: OnnxNode,
    readonly inputs: readonly (Value | undefined)[],
    private readonly attributes: ReadonlyMap<string, OnnxAttribute>,
    readonly context: CallContext,
  ) {}

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
    const value = this.inputs[input];
    if (!value) throw new ShapeError(`its input ${input + 1} is missing`);
    return value;
  }

  /** An input as floats (truth values as 0 and 1). */
  floats(input: number): Node {
    const node = nodeOf(this.graph, this.value(input));
    if (node.dtype === 'int32')
      throw new ShapeError('it computes with integers of the data, which here only look up rows of a table');
    return node;
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
    const value = this.attributes.get(attribute);
    return typeof value === 'number' ? value : otherwise;
  }

  text(attribute: string, otherwise: string): string {
    const value = this.attributes.get(attribute);
    return typeof value === 'string' ? value : otherwise;
  }

  list(attribute: string): readonly number[] | undefined {
    const value = this.attributes.get(attribute);
    return Array.isArray(value) ? (value as readonly number[]) : undefined;
  }

  tensor(attribute: string): OnnxTensor | undefined {
    const value = this.attributes.get(attribute);
    return typeof value === 'object' && 'stored' in value ? value : undefined;
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

/** An axis counted from the end made positive. */
export function positive(axis: number, rank: number): number {
  const from = axis < 0 ? axis + rank : axis;
  if (!(from >= 0 && from < Math.max(rank, 1))) throw new ShapeError(`there is no axis ${axis} of ${rank}`);
  return from;
}
