import { asFileError } from '../as-file-error';
import type { Graph, Node } from '../../../autodiff/graph';
import { ShapeError } from '../../../autodiff/shape';
import { UnsupportedFileError, UserError } from '../../../core/errors';
import { type FixedRows, OperatorCall, type StatisticUpdate } from './call';
import {
  type AttributeReference,
  type OnnxAttribute,
  type OnnxCheckpoint,
  type OnnxFunction,
  type OnnxNode,
  functionKey,
} from './description';
import type { OperatorRow } from './operators/row';
import { refuseUnread } from './operators/harmless';
import { knownOperators, operatorRow } from './operators/table';
import { type Held, type Value, computed } from './value';

/** What a run of the file's nodes works with. */
export interface Surroundings {
  readonly graph: Graph;
  readonly rows: number;
  readonly fixedRows: FixedRows | undefined;
  readonly update?: StatisticUpdate | undefined;
  initializer(name: string): Value | undefined;
  /** Called for every operator, those inside functions included. */
  operator?(row: OperatorRow, call: OperatorCall): void;
  /** Called after every node of the graph itself. */
  visit?(node: OnnxNode, outputs: readonly Held[]): void;
}

/** The names of one graph or function body. */
interface Scope {
  readonly values: Map<string, Held>;
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
  readonly opset: number;
  readonly depth: number;
}

/** Functions may call functions, but a hostile file must not double the work at every level. */
const DEEPEST = 32;
const MOST_CALLS = 500_000;

/** Writes the file's nodes into a graph and gives the values of its outputs. */
export function evaluate(
  checkpoint: OnnxCheckpoint,
  inputs: ReadonlyMap<string, Value>,
  surroundings: Surroundings,
): Value[] {
  const evaluation = new Evaluation(checkpoint, surroundings);
  const scope = {
    values: new Map<string, Held>(inputs),
    attributes: new Map(),
    opset: checkpoint.opset,
    depth: 0,
  };
  evaluation.run(checkpoint.nodes, checkpoint.outputs, scope);
  return checkpoint.outputs.map((name) => {
    const value = evaluation.lookUp(name, scope);
    if (value.kind === 'sequence') throw new UserError(`the output "${name}" is a list of tensors.`);
    return value;
  });
}

class Evaluation {
  private calls = 0;

  constructor(
    private readonly checkpoint: OnnxCheckpoint,
    private readonly surroundings: Surroundings,
  ) {}

  run(nodes: readonly OnnxNode[], outputs: readonly string[], scope: Scope): void {
    for (const node of neededNodes(nodes, outputs)) {
      if (++this.calls > MOST_CALLS)
        throw new UserError('the functions of the graph call each other without end.');
      const inputs = node.inputs.map((name) => (name === '' ? undefined : this.lookUp(name, scope)));
      const attributes = new Map(
        [...node.attributes].flatMap(([name, value]) => {
          const given = isReference(value) ? scope.attributes.get(value.reference) : value;
          return given === undefined ? [] : [[name, given] as const];
        }),
      );
      const values = this.apply(node, inputs, attributes, scope);
      values.forEach((value, i) => scope.values.set(node.outputs[i], value));
      if (scope.depth === 0) this.surroundings.visit?.(node, values);
    }
  }

  lookUp(name: string, scope: Scope): Held {
    const value =
      scope.values.get(name) ?? (scope.depth === 0 ? this.surroundings.initializer(name) : undefined);
    if (!value)
      throw new UserError(
        `the graph uses "${name}", which nothing in it computes in a way that is supported.`,
      );
    return value;
  }

  private apply(
    node: OnnxNode,
    inputs: readonly (Held | undefined)[],
    attributes: ReadonlyMap<string, OnnxAttribute>,
    scope: Scope,
  ): readonly Held[] {
    const body = functionOf(this.checkpoint, node);
    if (body) return this.applyFunction(body, inputs, attributes, scope);
    const row = node.domain === '' ? operatorRow(node.operator) : undefined;
    if (!row) throw unknownOperators(this.checkpoint);
    const { graph, rows, fixedRows, update } = this.surroundings;
    const { opset } = scope;
    const call = new OperatorCall(node, inputs, attributes, { graph, rows, fixedRows, update, opset });
    try {
      this.surroundings.operator?.(row, call);
      const built = row.build(call);
      refuseUnread(call);
      return (isList(built) ? built : [built]).map((value) => ('kind' in value ? value : computed(value)));
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      throw asFileError(error, `node "${node.name}" (${node.operator}): ${error.message}.`);
    }
  }

  private applyFunction(
    body: OnnxFunction,
    inputs: readonly (Held | undefined)[],
    attributes: ReadonlyMap<string, OnnxAttribute>,
    { depth, opset }: Scope,
  ): Held[] {
    if (depth >= DEEPEST) throw new UserError('the functions of the graph call each other without end.');
    const given = body.inputs.flatMap((name, i) => (inputs[i] ? [[name, inputs[i]] as const] : []));
    const scope = {
      values: new Map(given),
      attributes: new Map([...body.defaults, ...attributes]),
      opset: body.opset ?? opset,
      depth: depth + 1,
    };
    this.run(body.nodes, body.outputs, scope);
    return body.outputs.map((name) => this.lookUp(name, scope));
  }
}

const isList = (built: ReturnType<OperatorRow['build']>): built is readonly (Held | Node)[] =>
  Array.isArray(built);

const isReference = (value: OnnxAttribute): value is AttributeReference =>
  typeof value === 'object' && 'reference' in value;

const functionOf = ({ functions }: OnnxCheckpoint, { domain, operator, overload }: OnnxNode) =>
  functions.get(functionKey(domain, operator, overload));

/** The nodes that the outputs depend on, in the file's order, which is one of evaluation. */
function neededNodes(nodes: readonly OnnxNode[], outputs: readonly string[]): OnnxNode[] {
  const needed = new Set(outputs);
  const kept = [...nodes].reverse().filter((node) => {
    const used = node.outputs.some((name) => name !== '' && needed.has(name));
    if (used) node.inputs.forEach((name) => needed.add(name));
    return used;
  });
  return kept.reverse();
}

/** The sentence for all operators of a file that are not known. */
function unknownOperators(checkpoint: OnnxCheckpoint): UserError {
  const bodies = [...checkpoint.functions.values()].map(({ nodes, outputs }) => neededNodes(nodes, outputs));
  const all = [neededNodes(checkpoint.nodes, checkpoint.outputs), ...bodies].flat();
  const unknown = all
    .filter((node) => !functionOf(checkpoint, node) && !(node.domain === '' && operatorRow(node.operator)))
    .map(({ domain, operator }) => (domain ? `${domain}.${operator}` : operator));
  const names = [...new Set(unknown)].sort();
  const subject =
    names.length === 1 ? `the operator ${names[0]} is` : `the operators ${names.join(', ')} are`;
  return new UnsupportedFileError(
    `${subject} not supported; those that are: ${knownOperators().join(', ')}.`,
  );
}
