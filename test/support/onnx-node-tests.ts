import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Graph, type Node } from '../../src/autodiff/graph';
import { evaluate } from '../../src/formats/checkpoints/onnx/evaluate';
import type { OnnxTensor } from '../../src/formats/checkpoints/onnx/description';
import { readOnnx } from '../../src/formats/checkpoints/onnx/read';
import { TensorReader } from '../../src/formats/checkpoints/onnx/tensor';
import { type Value, computed, known, nodeOf } from '../../src/formats/checkpoints/onnx/value';
import { onnx } from '../../src/onnx/generated/onnx';
import { UserError } from '../../src/core/errors';
import { openFile } from '../../src/formats/containers/source';
import { evaluate as evaluateNodes } from '../unit/network/evaluate';

// The tests of ONNX's own backend: a folder a case, with a model of one node and what it gives for some inputs.

/** What became of a case: `refused` says why in the words of the refusal. */
export interface Outcome {
  readonly name: string;
  readonly status: 'passed' | 'refused' | 'failed';
  readonly why: string;
}

/** Numbers of float32 computed elsewhere; operators with many terms differ by some of their last digits. */
const RELATIVE = 1e-3;
const ABSOLUTE = 1e-5;

/** Runs every case of `onnx/backend/test/data/node`. */
export async function runNodeTests(folder: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const name of readdirSync(folder).sort())
    if (existsSync(join(folder, name, 'model.onnx'))) outcomes.push(await runCase(folder, name));
  return outcomes;
}

async function runCase(folder: string, name: string): Promise<Outcome> {
  try {
    const why = await attempt(join(folder, name));
    return { name, status: why === undefined ? 'passed' : 'failed', why: why ?? '' };
  } catch (error) {
    if (error instanceof UserError)
      return {
        name,
        status: 'refused',
        why: error.message.replaceAll(join(folder, name, 'model.onnx'), 'FILE'),
      };
    return {
      name,
      status: 'failed',
      why: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

/** What differs, or undefined. */
async function attempt(folder: string): Promise<string | undefined> {
  const path = join(folder, 'model.onnx');
  const source = openFile(path);
  try {
    const checkpoint = readOnnx(source, []);
    if (checkpoint.inputs.some(({ shape }) => !shape))
      throw new UserError('an input is no tensor of numbers.');
    const tensor = (file: string) => tensorOf(join(folder, 'test_data_set_0', file), source);
    const inputs = checkpoint.inputs.map((_, i) => tensor(`input_${i}.pb`));
    const expected = checkpoint.outputs.map((_, i) => tensor(`output_${i}.pb`));
    let last: unknown;
    // Floats are fed; where numbers are wanted that the file would hold, only the first is, then none.
    for (const fed of [inputs.length, 1, 0]) {
      try {
        return await compared(checkpoint, inputs, expected, fed);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        last ??= error;
      }
    }
    throw last;
  } finally {
    source.close();
  }
}

async function compared(
  checkpoint: ReturnType<typeof readOnnx>,
  inputs: readonly OnnxTensor[],
  expected: readonly OnnxTensor[],
  fed: number,
): Promise<string | undefined> {
  const graph = new Graph();
  const feeds: Record<string, Float64Array> = {};
  const values = inputs.map(({ type, shape, data }, i): Value => {
    if (type !== 'float' || i >= fed) return known(type, shape, data);
    feeds[`in${i}`] = Float64Array.from(data);
    return computed(graph.input(`in${i}`, shape));
  });
  const outputs = evaluate(checkpoint, new Map(checkpoint.inputs.map(({ name }, i) => [name, values[i]])), {
    graph,
    rows: inputs[0]?.shape[0] ?? 1,
    fixedRows: undefined,
    initializer: (name) => {
      const tensor = checkpoint.initializers.get(name);
      return tensor && known(tensor.type, tensor.shape, tensor.data);
    },
  });
  const nodes = outputs.map((value): Node | undefined =>
    value.kind === 'computed' ? nodeOf(graph, value) : undefined,
  );
  const numbers = await evaluateNodes(
    nodes.filter((node): node is Node => node !== undefined),
    feeds,
  );
  const queue = [...numbers];
  for (const [i, value] of outputs.entries()) {
    const data = value.kind === 'computed' ? queue.shift()! : value.data;
    if (value.shape.join() !== expected[i].shape.join())
      return `output ${i + 1} is [${value.shape.join(', ')}] instead of [${expected[i].shape.join(', ')}]`;
    const at = expected[i].data.findIndex((wanted, j) => !near(data[j], wanted));
    if (at >= 0) return `output ${i + 1} has ${data[at]} at ${at} instead of ${expected[i].data[at]}`;
  }
  return undefined;
}

function near(actual: number, wanted: number): boolean {
  if (Number.isNaN(wanted)) return Number.isNaN(actual);
  return actual === wanted || Math.abs(actual - wanted) <= ABSOLUTE + RELATIVE * Math.abs(wanted);
}

function tensorOf(path: string, source: ReturnType<typeof openFile>): OnnxTensor {
  return new TensorReader(source, []).read(onnx.TensorProto.decode(new Uint8Array(readFileSync(path))));
}
