import type { Op } from '../../autodiff/graph';
import { type Program, type ProgramNode, isProgramOp } from '../../autodiff/program';
import { shapeText } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import type { Backend, Executable, Feeds, TensorData } from '../backend';
import { arrangementKernels } from './arrangement';
import { elementwiseKernels } from './elementwise';
import type { Kernel, Tensor } from './kernel';
import { lookupKernels } from './lookup';
import { poolingKernels } from './pooling';
import { productKernels } from './product';
import { reductionKernels } from './reduction';

const kernels: { readonly [O in Exclude<Op, 'input'>]: Kernel<O> } = {
  fill: (_, { value }, shape) => new Float64Array(sizeOf(shape)).fill(value),
  constant: (_, { data }) => data,
  ...elementwiseKernels,
  ...arrangementKernels,
  ...reductionKernels,
  ...productKernels,
  ...poolingKernels,
  ...lookupKernels,
};

/** A fed value in the type its node has. */
function fed({ shape, dtype }: ProgramNode, name: string, feeds: Feeds): Tensor {
  const data = feeds[name];
  if (data === undefined) throw new Error(`the program's input ${name} was not fed`);
  if (data.length !== sizeOf(shape))
    throw new Error(`the program's input ${name} takes ${shapeText(shape)}, not ${data.length} elements`);
  if (dtype === 'int32') return { shape, data: data instanceof Int32Array ? data : Int32Array.from(data) };
  return { shape, data: data instanceof Float64Array ? data : Float64Array.from(data) };
}

/** After which node each value is no longer needed, so that memory follows the live values only. */
function lastUses(program: Program): number[] {
  const last = program.nodes.map((_, i) => i);
  program.nodes.forEach((node, i) => node.inputs.forEach((input) => (last[input] = i)));
  program.outputs.forEach(({ node }) => (last[node] = program.nodes.length));
  return last;
}

function evaluate(program: Program, last: readonly number[], feeds: Feeds): TensorData[] {
  const values: (Tensor | undefined)[] = [];
  program.nodes.forEach((node, i) => {
    values[i] = isProgramOp(node, 'input')
      ? fed(node, node.attributes.name, feeds)
      : {
          shape: node.shape,
          // The table is keyed by op, which the union of nodes hides from the compiler.
          data: (kernels[node.op as Exclude<Op, 'input'>] as Kernel<Op>)(
            node.inputs.map((input) => values[input]!),
            node.attributes,
            node.shape,
          ),
        };
    for (const input of node.inputs) if (last[input] === i) values[input] = undefined;
  });
  return program.outputs.map(({ node }) => values[node]!.data);
}

/** Plain float64 loops: slow, and the judge of every other backend. */
export class ReferenceBackend implements Backend {
  readonly name = 'reference';
  readonly precision = 'float64';
  readonly versions = {};

  compile(program: Program): Promise<Executable> {
    const last = lastUses(program);
    return Promise.resolve({
      run: (feeds: Feeds) => Promise.resolve(evaluate(program, last, feeds)),
      dispose: () => Promise.resolve(),
    });
  }
}
