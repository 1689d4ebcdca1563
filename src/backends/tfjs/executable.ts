import type { Op } from '../../autodiff/graph';
import { type Program, type ProgramNode, isProgramOp } from '../../autodiff/program';
import { shapeText } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import type { Executable, Feeds, TensorData } from '../backend';
import type { Kernel } from './kernel';
import type { Tensor, Tf } from './tf';
import { type Computed, kernelTable } from './table';
import { Value } from './value';

export interface ExecutableOptions {
  readonly tf: Tf;
  /** As TensorFlow.js names it. */
  readonly backend: string;
  readonly explicitTransposes: boolean;
  /** Called with the bytes that are about to be live; throws where they are too many. */
  readonly checkMemory: (bytes: number) => void;
}

/** A program interpreted node by node. Constants are uploaded once; all else lives until its last use in a run. */
export class TfjsExecutable implements Executable {
  private readonly constants = new Map<number, Value>();
  private readonly last: readonly number[];
  private readonly kernels: Readonly<Record<Computed, unknown>>;

  private constructor(
    private readonly program: Program,
    private readonly options: ExecutableOptions,
  ) {
    this.kernels = kernelTable(options.tf, options.explicitTransposes);
    this.last = lastUses(program);
  }

  static async create(program: Program, options: ExecutableOptions): Promise<TfjsExecutable> {
    const executable = new TfjsExecutable(program, options);
    await executable.select();
    program.nodes.forEach((node, i) => {
      if (isProgramOp(node, 'constant'))
        executable.constants.set(i, executable.upload(node, node.attributes.data));
    });
    return executable;
  }

  async run(feeds: Feeds): Promise<TensorData[]> {
    await this.select();
    const values: (Value | undefined)[] = [];
    try {
      this.program.nodes.forEach((node, i) => {
        values[i] = this.evaluate(node, i, values, feeds);
        for (const input of node.inputs) if (this.last[input] === i) this.release(values, input);
      });
      // The library may hand out the very memory it computes with; what we hand out belongs to the caller.
      return this.program.outputs.map(({ node }) => values[node]!.whole.dataSync().slice() as TensorData);
    } finally {
      values.forEach((_, i) => this.release(values, i));
    }
  }

  dispose(): Promise<void> {
    this.constants.forEach((value) => value.dispose());
    this.constants.clear();
    return Promise.resolve();
  }

  /** Nothing else runs until the next `await`, so the choice holds for a whole run. */
  private async select(): Promise<void> {
    const { tf, backend } = this.options;
    if (tf.getBackend() !== backend) await tf.setBackend(backend);
  }

  private evaluate(
    node: ProgramNode,
    index: number,
    values: readonly (Value | undefined)[],
    feeds: Feeds,
  ): Value {
    const { tf, checkMemory } = this.options;
    if (isProgramOp(node, 'input')) return this.upload(node, fed(node, node.attributes.name, feeds));
    const constant = this.constants.get(index);
    if (constant) return constant;
    const inputs = node.inputs.map((input) => values[input]!);
    checkMemory(tf.memory().numBytes + workBytes(node, inputs));
    // The table is keyed by op, which the union of nodes hides from the compiler.
    const kernel = this.kernels[node.op as Computed] as Kernel<Op>;
    const result = tf.tidy(() => {
      const tensor: Tensor = kernel(inputs, node.attributes, node.shape);
      return inputs.some((input) => input.owns(tensor)) ? tensor.clone() : tensor;
    });
    return new Value(tf, node.shape, result);
  }

  private upload({ shape, dtype }: ProgramNode, data: TensorData): Value {
    const { tf } = this.options;
    const floats = dtype === 'float' && !(data instanceof Float32Array) ? Float32Array.from(data) : data;
    const type = dtype === 'float' ? 'float32' : 'int32';
    return new Value(tf, shape, tf.tensor(floats, [...shape], type));
  }

  private release(values: (Value | undefined)[], index: number): void {
    if (!this.constants.has(index)) values[index]?.dispose();
    values[index] = undefined;
  }
}

/** After which node each value is no longer needed. */
function lastUses(program: Program): number[] {
  const last = program.nodes.map((_, i) => i);
  program.nodes.forEach((node, i) => node.inputs.forEach((input) => (last[input] = i)));
  program.outputs.forEach(({ node }) => (last[node] = program.nodes.length));
  return last;
}

function fed({ shape, dtype }: ProgramNode, name: string, feeds: Feeds): TensorData {
  const data = feeds[name];
  if (data === undefined) throw new Error(`the program's input "${name}" was not fed`);
  if (data.length !== sizeOf(shape))
    throw new Error(`the input "${name}" takes ${shapeText(shape)}, not ${data.length} values`);
  if ((dtype === 'int32') !== data instanceof Int32Array)
    throw new Error(`the input "${name}" takes ${dtype === 'int32' ? 'int32' : 'floats'}`);
  return data;
}

/** Bytes a kernel may take: its result, and copies of everything in another layout and with padding. */
function workBytes({ shape }: ProgramNode, inputs: readonly Value[]): number {
  const elements = inputs.reduce((sum, input) => sum + sizeOf(input.shape), sizeOf(shape));
  return 3 * 4 * elements;
}
