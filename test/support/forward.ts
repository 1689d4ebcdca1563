import { Graph } from '../../src/autodiff/graph';
import { buildProgram } from '../../src/autodiff/program';
import { createBackend } from '../../src/backends/create';
import type { Model } from '../../src/network/model';

/** A model's output for rows of its one input, in float32. */
export async function outputOf(
  model: Model,
  input: Float64Array | Int32Array,
  rows: number,
): Promise<Float64Array> {
  const graph = new Graph();
  const [{ shape, dtype }] = model.inputs;
  const fed = graph.input('input', [rows, ...shape], dtype);
  const nodes = new Map(
    model.tensors.map((tensor) => [tensor.name, graph.input(`tensor ${tensor.name}`, tensor.shape)]),
  );
  const [output] = model.apply(graph, nodes, [fed]);
  const backend = await createBackend({ names: ['onnxruntime'], threads: 1 });
  const executable = await backend.compile(buildProgram({ output }));
  const feeds = Object.fromEntries(
    model.tensors.map(({ name, data }) => [`tensor ${name}`, Float32Array.from(data)]),
  );
  const fedInput = input instanceof Int32Array ? input : Float32Array.from(input);
  const [computed] = await executable.run({ ...feeds, input: fedInput });
  return Float64Array.from(computed);
}
