import { asFileError } from '../../as-file-error';
import { ShapeError, UnsupportedError } from '../../../../autodiff/shape';
import { type Value, computed } from '../../onnx/value';
import { AtenCall, type CallContext, type Given } from './call';
import type { Argument, ExportedGraph, ExportedNode, TorchExport } from './description';
import { higherOrder } from './higher-order';
import { namesOf } from './model-json';
import type { AtenRow, Result } from './operators/row';
import { atenRow, knownAtenOperators } from './operators/table';
import { TensorReference } from './reference';
import { symbolic } from './symbolic';

/** What a run of a program's nodes works with. */
export interface Surroundings extends CallContext {
  /** Called before every operator. */
  operator?(row: AtenRow, call: AtenCall): void;
  /** Called after every operator whose first result is a tensor. */
  visit?(node: ExportedNode, output: Value): void;
}

/** What a name stands for: a tensor, a number, or why there is neither. */
type Slot = TensorReference | number | ShapeError;

/** Writes a program's nodes into a graph; gives a function that looks up a value by its name. */
export function evaluate(
  program: TorchExport,
  inputs: ReadonlyMap<string, Value>,
  surroundings: Surroundings,
): (name: string) => Value {
  const slots = new Map<string, Slot>(
    [...inputs].map(([name, value]) => [name, TensorReference.of(value)] as const),
  );
  const run = new Run(program.graph, slots, surroundings);
  run.all();
  return (name) => run.valueOf(name);
}

/** One graph of a program, with what its names stand for so far. */
class Run {
  private unknown: string | undefined;

  constructor(
    private readonly graph: ExportedGraph,
    private readonly slots: Map<string, Slot>,
    private readonly surroundings: Surroundings,
  ) {}

  /**
   * Every node in order. What cannot be computed matters only where something that is asked for depends on it: exported
   * programs carry checks and statistics that nobody reads.
   */
  all(): void {
    for (const node of this.graph.nodes) {
      try {
        this.bind(node, this.results(node));
      } catch (error) {
        if (!(error instanceof ShapeError)) throw error;
        const reason = this.explained(node, error);
        for (const output of node.outputs) for (const name of namesOf(output)) this.slots.set(name, reason);
        this.spoil(node, reason);
      }
    }
  }

  /** The value of a tensor. Throws a UserError where it could not be computed. */
  valueOf(name: string): Value {
    try {
      return this.tensor(name).value;
    } catch (error) {
      throw error instanceof ShapeError ? asFileError(reasonOf(error), `${error.message}.`) : error;
    }
  }

  tensor(name: string): TensorReference {
    const slot = this.slots.get(name);
    if (slot instanceof TensorReference) return slot;
    throw slot instanceof ShapeError ? slot : new ShapeError(`"${name}" is no tensor of the program`);
  }

  /** An inner graph on these tensors: its results. */
  inner(graph: ExportedGraph, given: readonly TensorReference[]): TensorReference[] {
    const slots = new Map<string, Slot>();
    graph.inputs.flatMap(namesOf).forEach((name, i) => slots.set(name, given[i]));
    const run = new Run(graph, slots, this.surroundings);
    run.all();
    return graph.outputs.flatMap(namesOf).map((name) => run.tensor(name));
  }

  private results(node: ExportedNode): readonly Result[] {
    const given = node.inputs.map(([name, argument]) => [name, this.resolved(argument)] as const);
    if (!node.target.startsWith('aten.'))
      return node.target.startsWith('higher_order.')
        ? higherOrder(node, given, (graph, tensors) => this.inner(graph, tensors))
        : [
            symbolic(
              node.target,
              given.map(([, value]) => value),
            ),
          ];
    const name = nameOf(node);
    const call = new AtenCall(node, given, this.surroundings, (tensor) => this.graph.shapes.get(tensor));
    const row = atenRow(name);
    if (row) return this.built(row, call);
    const functional = atenRow(withoutUnderscore(name) ?? '');
    if (!functional) throw new UnknownOperator(name);
    return [this.written(functional, call)];
  }

  private built(row: AtenRow, call: AtenCall): readonly Result[] {
    this.surroundings.operator?.(row, call);
    const results = row.build(call);
    return isList(results) ? results : [results];
  }

  /** An operator in place: what its twin computes goes into the memory of its first argument. */
  private written(row: AtenRow, call: AtenCall): TensorReference {
    const target = call.reference(0);
    const [result] = this.built(row, call);
    target.write(referenceOf(result).value);
    return target;
  }

  private bind(node: ExportedNode, results: readonly Result[]): void {
    const names = node.outputs.flatMap(namesOf);
    names.forEach((name, i) => {
      const result = results[i];
      if (result === undefined)
        this.slots.set(
          name,
          this.explained(node, new UnsupportedError(`its result ${i + 1} is not supported`)),
        );
      else this.slots.set(name, typeof result === 'number' ? result : referenceOf(result));
    });
    const [first] = results;
    if (this.surroundings.visit && names.length > 0 && first !== undefined && typeof first !== 'number')
      this.surroundings.visit(node, referenceOf(first).value);
  }

  /** A write that failed leaves memory of which nothing is known. */
  private spoil(node: ExportedNode, reason: ShapeError): void {
    const [first] = node.inputs;
    if (!first || first[1].kind !== 'tensor' || withoutUnderscore(nameOf(node)) === undefined) return;
    const slot = this.slots.get(first[1].name);
    if (slot instanceof TensorReference) slot.spoil(reason);
  }

  private resolved(argument: Argument): Given {
    switch (argument.kind) {
      case 'tensor':
        return this.tensor(argument.name);
      case 'tensors':
        return argument.names.map((name) => (name === undefined ? undefined : this.tensor(name)));
      case 'symbol':
        return this.number(argument.name);
      case 'numbers':
        return argument.values.map((value) =>
          typeof value === 'number' ? value : this.number(value.symbol),
        );
      case 'number':
      case 'boolean':
      case 'text':
        return argument.value;
      case 'type':
        return argument.name;
      case 'graph':
        return argument.graph;
      case 'none':
        return undefined;
    }
  }

  private number(name: string): number {
    const slot = this.slots.get(name);
    if (typeof slot === 'number') return slot;
    throw slot instanceof ShapeError ? slot : new ShapeError(`the size "${name}" is not known`);
  }

  /** Says where an error arose, once: what depends on it passes it on. */
  private explained(node: ExportedNode, error: ShapeError): ShapeError {
    if (error instanceof NodeError) return error;
    if (error instanceof UnknownOperator)
      return new NodeError((this.unknown ??= unknownOperators(this.graph)), error);
    const place = node.modules[node.modules.length - 1]?.path;
    const where = place ? `${nameOf(node)} in ${place}` : nameOf(node);
    return new NodeError(`${where}: ${error.message}`, error);
  }
}

/** An error that names its operator. */
class NodeError extends ShapeError {
  constructor(
    message: string,
    readonly reason: ShapeError,
  ) {
    super(message);
  }
}

const reasonOf = (error: ShapeError): ShapeError => (error instanceof NodeError ? error.reason : error);

/** An operator without a row. */
class UnknownOperator extends UnsupportedError {}

/** `aten.add.Tensor` as its row is named: `add.Tensor`; `aten.relu.default`: `relu`. */
const nameOf = ({ target }: ExportedNode): string => target.replace(/^aten\./, '').replace(/\.default$/, '');

/** The functional twin of an operator in place: `add_.Tensor` is `add.Tensor`. */
const withoutUnderscore = (name: string): string | undefined => {
  const [, stem, overload] = /^(\w*[a-z0-9])_(\..*)?$/.exec(name) ?? [];
  return stem === undefined ? undefined : stem + (overload ?? '');
};

const isList = (results: Result | readonly Result[]): results is readonly Result[] => Array.isArray(results);

/** A result as a tensor with its memory. */
export function referenceOf(result: Result): TensorReference {
  if (result instanceof TensorReference) return result;
  if (typeof result === 'number') throw new ShapeError('its result is a number where a tensor is wanted');
  return TensorReference.of('kind' in result ? result : computed(result));
}

const isKnown = (name: string): boolean =>
  atenRow(name) !== undefined || atenRow(withoutUnderscore(name) ?? '') !== undefined;

/** The sentence for all operators of a program that are not known. */
function unknownOperators({ nodes }: ExportedGraph): string {
  const names = nodes.filter(({ target }) => target.startsWith('aten.')).map(nameOf);
  const unknown = [...new Set(names.filter((name) => !isKnown(name)))].sort().map((name) => `aten.${name}`);
  const subject =
    unknown.length === 1 ? `the operator ${unknown[0]} is` : `the operators ${unknown.join(', ')} are`;
  return `${subject} not supported; those that are: ${knownAtenOperators().join(', ')}`;
}
