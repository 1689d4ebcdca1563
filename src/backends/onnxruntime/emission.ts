import type { AttributesByOp, Op } from '../../autodiff/graph';
import { type Program, type ProgramNode, isProgramOp } from '../../autodiff/program';
import { sameShape } from '../../autodiff/shape';
import { Blocked } from './blocked/layout';
import { ModelBuilder, type ModelPart } from './model-builder';
import type { Part } from '../backend';
import type { Tensor } from './tensor';

/** What a primitive's row sees of the values before it. */
export interface Operands {
  readonly model: ModelBuilder;
  /** The value of an input of a node, of a shape that broadcasts to that of the input. */
  operand(node: ProgramNode, input: number): Tensor;
  /** The value of an input of a node in its full shape. */
  whole(node: ProgramNode, input: number): Tensor;
  /** The node behind an input if it is the result of `op` and used here alone, so that it can be part of this one. */
  absorbable<O extends Op>(node: ProgramNode, input: number, op: O): ProgramNode<O> | undefined;
}

/**
 * Writes a primitive in ONNX's operators. The tensor it gives broadcasts to the node's shape: a value repeated along an
 * axis stays small until something needs it whole.
 */
export type Emit<O extends Op> = (node: ProgramNode<O>, operands: Operands) => Tensor;
export type EmitTable = { readonly [O in keyof AttributesByOp]: Emit<O> };

/** Like {@link Emit}, for a table that also keeps values in blocks of channels. */
export type LayoutEmit<O extends Op> = (node: ProgramNode<O>, emission: Emission) => Tensor | Blocked;
export type LayoutTable = { readonly [O in keyof AttributesByOp]: LayoutEmit<O> };

/** The state of turning one program into one model. */
export class Emission implements Operands {
  readonly model = new ModelBuilder();
  private readonly values: (Tensor | Blocked)[] = [];
  private readonly uses: Int32Array;

  constructor(private readonly program: Program) {
    this.uses = new Int32Array(program.nodes.length);
    for (const node of program.nodes) for (const input of node.inputs) this.uses[input]++;
    for (const { node } of program.outputs) this.uses[node]++;
  }

  operand(node: ProgramNode, input: number): Tensor {
    return this.standardAt(node.inputs[input]);
  }

  whole(node: ProgramNode, input: number): Tensor {
    return this.wholeAt(node.inputs[input]);
  }

  /** The value of an input of a node in the layout it was computed in. */
  value(node: ProgramNode, input: number): Tensor | Blocked {
    return this.values[node.inputs[input]];
  }

  /** Is this node the only one that reads the value of its input? */
  readsAlone(node: ProgramNode, input: number): boolean {
    return this.uses[node.inputs[input]] === 1;
  }

  absorbable<O extends Op>(node: ProgramNode, input: number, op: O): ProgramNode<O> | undefined {
    const index = node.inputs[input];
    const source = this.program.nodes[index];
    return this.uses[index] === 1 && isProgramOp(source, op) ? source : undefined;
  }

  /** Emits every node by the table's row for it and serializes the model, or one for each part of the program. */
  run(table: LayoutTable, partOf: (input: string) => Part = () => 'all'): EmittedModel {
    for (const node of this.program.nodes) {
      // A node's own row: the table is keyed by op, which the union of nodes hides from the compiler.
      const emit = table[node.op] as unknown as LayoutEmit<Op>;
      this.values.push(emit(node, this));
    }
    const outputs = this.program.outputs.map(({ node }) => {
      const whole = this.wholeAt(node);
      // A graph's output must be computed in it.
      const value = this.model.isComputed(whole.name) ? whole : whole.apply('Identity', whole.shape);
      return { name: value.name, shape: value.shape };
    });
    const partOfFed = new Map(
      this.program.inputs.map(({ name }) => [inputName(name), partOf(name)] as const),
    );
    return {
      parts: this.model.finishParts(outputs, (name) => partOfFed.get(name)!),
      outputs: outputs.map(({ name }) => name),
    };
  }

  private standardAt(index: number): Tensor {
    const value = this.values[index];
    return value instanceof Blocked ? value.standard() : value;
  }

  private wholeAt(index: number): Tensor {
    const value = this.standardAt(index);
    const { shape } = this.program.nodes[index];
    return sameShape(value.shape, shape) ? value : value.expand(shape);
  }
}

/** Serialized models; a program's outputs by name, of which several may be the same value. */
export interface EmittedModel {
  readonly parts: readonly ModelPart[];
  readonly outputs: readonly string[];
}

/** The name under which a program's input is fed. */
export const inputName = (name: string): string => `x:${name}`;
