import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Graph } from '../../../src/autodiff/graph';
import { buildProgram } from '../../../src/autodiff/program';
import { ReferenceBackend } from '../../../src/backends/reference/reference';
import type { ParameterBlock } from '../../../src/objective/programs/parameter-space';
import { parameterRuns, tensorsOf } from '../../../src/training/parameter-runs';

function blocksOf(shapes: readonly (readonly number[])[]): ParameterBlock[] {
  let offset = 0;
  return shapes.map((shape, i) => {
    const length = shape.reduce((product, extent) => product * extent, 1);
    const name = `tensor ${i}`;
    const block = {
      name,
      layer: name,
      shape,
      role: 'kernel' as const,
      trainable: true,
      data: new Float32Array(length),
      offset,
      length,
    };
    offset += length;
    return block;
  });
}

test('small neighbours are one run, large tensors stay alone with their shape', () => {
  const runs = parameterRuns(blocksOf([[3, 4], [5], [200, 100], [7], [2, 2], [100, 100], [100, 100], []]));
  assert.deepEqual(
    runs.map(({ name, offset, length, shape }) => [name, offset, length, shape]),
    [
      ['tensor 0', 0, 17, [17]],
      ['tensor 2', 17, 20000, [200, 100]],
      ['tensor 3', 20017, 11, [11]],
      ['tensor 5', 20028, 10000, [100, 100]],
      ['tensor 6', 30028, 10000, [100, 100]],
      ['tensor 7', 40028, 1, []],
    ],
  );
  const many = parameterRuns(blocksOf(Array.from({ length: 20 }, () => [8000])));
  assert.deepEqual(
    many.map(({ length }) => length),
    [32000, 32000, 32000, 32000, 32000],
  );
});

test('the tensors of a run have the values of their stretches', async () => {
  const blocks = blocksOf([[2, 3], [4], [3, 1]]);
  const runs = parameterRuns(blocks);
  const graph = new Graph();
  const flat = graph.input('flat', runs[0].shape);
  const tensors = tensorsOf(runs, [flat]);
  const outputs = Object.fromEntries(tensors.map((node, i) => [blocks[i].name, node]));
  const program = buildProgram(outputs);
  const values = Float64Array.from({ length: 13 }, (_, i) => i);
  const given = await (await new ReferenceBackend().compile(program)).run({ flat: values });
  assert.deepEqual(
    tensors.map(({ shape }) => shape),
    [[2, 3], [4], [3, 1]],
  );
  program.outputs.forEach(({ name }, i) => {
    const { offset, length } = blocks.find((block) => block.name === name)!;
    assert.deepEqual([...given[i]], [...values.subarray(offset, offset + length)]);
  });
});
