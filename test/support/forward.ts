import { Graph } from '../../src/autodiff/graph';
import { buildProgram } from '../../src/autodiff/program';
import type { TensorData } from '../../src/backends/backend';
import { createBackend } from '../../src/backends/create';
import type { Model } from '../../src/network/model';

type Numbers = Float64Array | Int32Array;

/** A model's output for rows of its one input, in float32. */
export const outputOf = (model: Model, input: Numbers, rows: number): Promise<Float64Array> =>
  outputsOf(model, [input], rows);

/** A model's output for rows of its inputs, in float32. */
export async function outputsOf(
  model: Model,
  inputs: readonly Numbers[],
  rows: number,
): Promise<Float64Array> {
  const graph = new Graph();
  const fed = model.inputs.map(({ shape, dtype }, i) => graph.input(`input ${i}`, [rows, ...shape], dtype));
  const nodes = new Map(
    model.tensors.map((tensor) => [tensor.name, graph.input(`tensor ${tensor.name}`, tensor.shape)]),
  );
  const [output] = model.apply(graph, nodes, fed);
  const backend = await createBackend({ names: ['onnxruntime'], threads: 1 });
  const executable = await backend.compile(buildProgram({ output }));
  const feeds = Object.fromEntries(
    model.tensors.map(({ name, data }) => [`tensor ${name}`, Float32Array.from(data)]),
  );
  const data = inputs.map((input, i): [string, TensorData] => [
    `input ${i}`,
    input instanceof Int32Array ? input : Float32Array.from(input),
  ]);
  const [computed] = await executable.run({ ...feeds, ...Object.fromEntries(data) });
  return Float64Array.from(computed);
}
