import type { Graph, Node } from '../../../../autodiff/graph';
import { ShapeError, normalizeAxes } from '../../../../autodiff/shape';
import type { TrainingPass } from '../../../../network/model';
import { type Known, type Value, known, nodeOf, numbersOf } from '../../onnx/value';
import type { ExportedGraph, ExportedNode } from './description';
import type { TensorReference } from './reference';

/** An argument with its symbols resolved. */
export type Given =
  | TensorReference
  | readonly (TensorReference | undefined)[]
  | number
  | readonly number[]
  | boolean
  | string
  | ExportedGraph
  | undefined;

/** Hears, in training mode, what a batch has in place of running statistics. */
export type StatisticUpdate = (running: Node, batch: Node) => void;

/** What all calls of a run share. */
export interface CallContext {
  readonly graph: Graph;
  readonly rows: number;
  /** How many rows the program was exported for, where it takes no other number by itself. */
  readonly exportedRows: number | undefined;
  /** The rows that stand for padding, by the embeddings' weights in the graph. */
  readonly padding: ReadonlyMap<string, Node>;
  readonly training?: TrainingPass | undefined;
  readonly update?: StatisticUpdate | undefined;
}

/** The extents recorded for a tensor when the program was exported, by its name; null where they are open. */
export type Recorded = (name: string) => readonly (number | null)[] | undefined;

const isReference = (given: Given): given is TensorReference =>
  typeof given === 'object' && 'through' in given;

/** One call of an operator, with its arguments in the form a row of the table wants. Positions are those of the schema. */
export class AtenCall {
  constructor(
    readonly node: ExportedNode,
    private readonly given: readonly (readonly [name: string, value: Given])[],
    readonly context: CallContext,
    private readonly recorded: Recorded,
  ) {}

  get graph(): Graph {
    return this.context.graph;
  }

  /** An argument by its position or its name in the schema. */
  argument(which: number | string): Given {
    return typeof which === 'number'
      ? this.given[which]?.[1]
      : this.given.find(([name]) => name === which)?.[1];
  }

  get count(): number {
    return this.given.length;
  }

  reference(which: number | string): TensorReference {
    const found = this.argument(which);
    if (isReference(found)) return found;
    throw new ShapeError(`its argument ${which} is no tensor`);
  }

  /** A tensor, or a number as a tensor without axes. */
  value(which: number | string): Value {
    const found = this.argument(which);
    if (typeof found === 'number') return scalar(found);
    if (typeof found === 'boolean') return known('boolean', [], Float64Array.of(Number(found)));
    return this.reference(which).value;
  }

  has(which: number | string): boolean {
    return this.argument(which) !== undefined;
  }

  /** A tensor as floats (truth values as 0 and 1). */
  floats(which: number | string): Node {
    return floatsOf(this.graph, this.value(which));
  }

  optional(which: number | string): Node | undefined {
    return this.has(which) ? this.floats(which) : undefined;
  }

  /** Tensors of a list; one that is left out is missing. */
  references(which: number | string): readonly (TensorReference | undefined)[] {
    const found = this.argument(which);
    if (isReference(found)) return [found];
    if (!Array.isArray(found)) throw new ShapeError(`its argument ${which} is no list of tensors`);
    return found as readonly (TensorReference | undefined)[];
  }

  values(which: number | string): Value[] {
    return this.references(which).map((reference) => {
      if (!reference) throw new ShapeError(`a tensor of its argument ${which} is missing`);
      return reference.value;
    });
  }

  /** A tensor whose numbers must be known before a run. */
  numbers(which: number | string): Known {
    const numbers = numbersOf(this.value(which));
    if (!numbers)
      throw new ShapeError(
        `its argument ${which} depends on the data or on weights where a constant is needed`,
      );
    return numbers;
  }

  /** A number, or the one in a tensor of one element. */
  number(which: number | string, otherwise?: number): number {
    const found = this.argument(which);
    if (found === undefined && otherwise !== undefined) return otherwise;
    if (typeof found === 'number') return found;
    if (typeof found === 'boolean') return Number(found);
    const { data } = this.numbers(which);
    if (data.length !== 1) throw new ShapeError(`its argument ${which} is not one number`);
    return data[0];
  }

  flag(which: number | string, otherwise: boolean): boolean {
    const found = this.argument(which);
    return found === undefined ? otherwise : Boolean(found);
  }

  text(which: number | string, otherwise: string): string {
    const found = this.argument(which);
    return typeof found === 'string' ? found : otherwise;
  }

  /** Numbers; one alone is a list of one. */
  list(which: number | string): readonly number[] | undefined {
    const found = this.argument(which);
    if (typeof found === 'number') return [found];
    return Array.isArray(found) && found.every((each) => typeof each === 'number') ? found : undefined;
  }

  /** A number an axis; one alone stands for all. */
  perAxis(which: number | string, axes: number, otherwise: number): readonly number[] {
    const list = this.list(which) ?? [];
    if (list.length === 0) return new Array<number>(axes).fill(otherwise);
    if (list.length === 1) return new Array<number>(axes).fill(list[0]);
    if (list.length !== axes) throw new ShapeError(`its argument ${which} does not fit ${axes} axes`);
    return list;
  }

  /** An axis of a value of this rank, counted from the end if negative. */
  axis(which: number | string, rank: number, otherwise?: number): number {
    return normalizeAxes([this.number(which, otherwise)], Math.max(rank, 1))[0];
  }

  /** Axes; all where none are named. */
  axes(which: number | string, rank: number): number[] {
    const list = this.list(which) ?? [];
    if (list.length === 0 || rank === 0) return Array.from({ length: rank }, (_, axis) => axis);
    return normalizeAxes(list, rank);
  }

  /** The name of a tensor in the graph. */
  nameOf(which: number): string | undefined {
    const argument = this.node.inputs[which]?.[1];
    return argument?.kind === 'tensor' ? argument.name : undefined;
  }

  /** The extents that an argument had when the program was exported. */
  recordedShape(which: number): readonly (number | null)[] | undefined {
    const name = this.nameOf(which);
    return name === undefined ? undefined : this.recorded(name);
  }

  /** Numbers of a tensor in this graph: ones that are known keep their type. */
  asNode(value: Value): Node {
    return nodeOf(this.graph, value);
  }
}

/** A number as a tensor without axes. */
export const scalar = (value: number): Known =>
  known(Number.isInteger(value) ? 'integer' : 'float', [], Float64Array.of(value));

/** A value as floats in a graph. */
export function floatsOf(graph: Graph, value: Value): Node {
  const node = nodeOf(graph, value);
  if (node.dtype === 'int32')
    throw new ShapeError('it computes with integers of the data, which here only look up rows of a table');
  return node;
}
