import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { reduceSum, square, sub } from '../../../src/autodiff/operations';
import { Emission } from '../../../src/backends/onnxruntime/emission';
import { standardOps } from '../../../src/backends/onnxruntime/emit/table';
import { openModel } from '../../../src/formats/model';
import { partOf } from '../../../src/lanes/ports';
import { parametersOf, stateOf } from '../../../src/objective/programs/parameter-space';
import { type LossHead, ObjectivePrograms } from '../../../src/objective/programs/programs';
import { temporaryFolder } from '../../support/corpus';
import { floats, node, onnxFile, valueInfo } from '../../support/onnx-file';

const folder = temporaryFolder();

/** A product with a matrix, then so many of an operator one after the other. */
function chain(operator: string, count: number): string {
  const nodes = [
    node('MatMul', ['x', 'w'], 'h0'),
    ...Array.from({ length: count }, (_, i) =>
      node(operator, [`h${i}`], i === count - 1 ? 'y' : `h${i + 1}`),
    ),
  ];
  const path = join(folder, `${operator}-${count}.onnx`);
  const inputs = [valueInfo('x', ['rows', 4])];
  writeFileSync(path, onnxFile({ nodes, inputs, initializers: [floats('w', [4, 4])] }));
  return path;
}

const head: LossHead = {
  labelShape: [4],
  labelDtype: 'float',
  perRow: (output, labels) => reduceSum(square(sub(output, labels)), [1]),
  convexInput: (output) => output,
};

/** From a file to the programs that a backend is given: the nodes of a product, and the bytes of its parts. */
async function written(operator: string, count: number) {
  const { model } = await openModel(chain(operator, count), undefined, [[4]]);
  const programs = new ObjectivePrograms(
    { model, head },
    parametersOf(model).blocks,
    stateOf(model).blocks,
    2,
  );
  const { program } = programs.products('hessian', 1);
  const { parts } = new Emission(program).run(standardOps, partOf);
  return { nodes: program.nodes.length, bytes: parts.reduce((sum, part) => sum + part.bytes.length, 0) };
}

describe('deep networks are read, differentiated, cut and written without recursion', () => {
  for (const [operator, count] of [
    ['Tanh', 4000],
    ['Relu', 10_000],
  ] as const)
    it(`${count} nodes of ${operator}`, async () => {
      const { nodes } = await written(operator, count);
      assert.ok(nodes > count && nodes < 12 * count, `${nodes} nodes`);
    });

  it('twice the nodes are twice the program', async () => {
    const [small, large] = [await written('Tanh', 200), await written('Tanh', 400)];
    assert.ok(large.nodes < 2.1 * small.nodes && large.bytes < 2.2 * small.bytes);
  });
});
