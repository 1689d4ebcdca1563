import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { Graph } from '../../../src/autodiff/graph';
import type { ModelChoices } from '../../../src/formats/checkpoints/choices';
import { openModel } from '../../../src/formats/model';
import type { Model } from '../../../src/network/model';
import { UserError } from '../../../src/core/errors';
import { type TestModel, onnxFile } from '../../support/onnx-file';
import { evaluate } from '../network/evaluate';

/** Where this test file's models lie. */
export const folder = mkdtempSync(join(tmpdir(), 'landscape-onnx-'));
after(() => rmSync(folder, { recursive: true }));

/** Writes the bytes and gives the path. */
export function saved(bytes: Uint8Array): string {
  const path = join(folder, 'model.onnx');
  writeFileSync(path, bytes);
  return path;
}

/** A model written and opened. */
export const opened = async (model: TestModel, choices: ModelChoices = {}): Promise<Model> =>
  (await openModel(saved(onnxFile(model)), undefined, undefined, choices)).model;

/** The sentence for a file that is not opened, with FILE for its path. */
export async function refusal(bytes: Uint8Array): Promise<string> {
  const path = saved(bytes);
  const error: unknown = await openModel(path).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof UserError, String(error));
  return error.message.replaceAll(path, 'FILE');
}

/** What a model of one input gives for these rows, in float64. */
export async function run(
  model: Model,
  data: Float32Array,
  rows: number,
): Promise<{ shape: readonly number[]; values: ArrayLike<number> }> {
  const graph = new Graph();
  const feeds: Record<string, Float64Array | Int32Array> = {};
  const tensors = new Map(
    model.tensors.map(({ name, shape, data: values }) => {
      feeds[name] = Float64Array.from(values);
      return [name, graph.input(name, shape)];
    }),
  );
  const [{ shape, dtype }] = model.inputs;
  feeds['the data'] = dtype === 'int32' ? Int32Array.from(data) : Float64Array.from(data);
  const [output] = model.apply(graph, tensors, [graph.input('the data', [rows, ...shape], dtype)]);
  assert.equal(output.shape[0], rows);
  const [values] = await evaluate([output], feeds);
  return { shape: output.shape, values };
}
