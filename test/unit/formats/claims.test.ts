import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Graph, type Node } from '../../../src/autodiff/graph';
import { claimed } from '../../../src/autodiff/shape';
import { resampleAxis } from '../../../src/network/resampling';
import type { onnx } from '../../../src/onnx/generated/onnx';
import { floats, integers, node, onnxFile, valueInfo } from '../../support/onnx-file';
import { refusal } from './onnx-opened';

type Nodes = readonly onnx.NodeProto.$Properties[];
type Tensors = readonly onnx.TensorProto.$Properties[];

/** What files of a few hundred bytes ask for: tables that a builder would make of their sizes. */
const HOSTILE: readonly (readonly [what: string, nodes: Nodes, tensors: Tensors])[] = [
  [
    'a resize',
    [node('Unsqueeze', ['a', 'one'], 'b'), node('Resize', ['b', '', 'scales'], 'c'), node('Identity', ['c'])],
    [integers('one', [1]), floats('scales', [3], [1, 1, 1e8])],
  ],
  [
    'running sums',
    [
      node('Expand', ['k', 'many'], 'c'),
      node('CumSum', ['c', 'zero'], 'd'),
      node('ReduceSum', ['d'], 'e', { keepdims: 0 }),
      node('Add', ['a', 'e']),
    ],
    [floats('k', [1], [1]), integers('many', [1e9]), integers('zero', [0], [])],
  ],
  [
    'a triangle',
    [
      node('Expand', ['k', 'many'], 'c'),
      node('Trilu', ['c'], 'd'),
      node('ReduceSum', ['d'], 'e', { keepdims: 0 }),
      node('Add', ['a', 'e']),
    ],
    [floats('k', [1], [1]), integers('many', [50_000, 50_000])],
  ],
];

describe('tables that the sizes in a file ask for', () => {
  for (const [what, nodes, tensors] of HOSTILE)
    it(`are refused before they are made: ${what}`, async () => {
      const bytes = onnxFile({
        nodes: [node('Gemm', ['x', 'w'], 'a'), ...nodes],
        inputs: [valueInfo('x', ['rows', 8])],
        initializers: [floats('w', [8, 3]), ...tensors],
      });
      assert.match(
        await refusal(bytes),
        /asks for a table of \d+ numbers, which needs about .* GB of memory/,
      );
    });

  it('have room up to half a gigabyte', () => {
    assert.deepEqual(claimed(2 ** 26), { length: 2 ** 26 });
    assert.throws(() => claimed(2 ** 26 + 1), /^ShapeError/);
    assert.throws(() => claimed(NaN), /^ShapeError/);
  });

  it('hold the weights of each new position of a resampled axis', () => {
    const x = new Graph().input('x', [2, 3]);
    const weights = [
      [1, 0, 0],
      [0, 0.5, 0.5],
    ];
    const resampled = resampleAxis(x, 1, 2, (position) => weights[position]);
    const matrix = [...topological(resampled)].find(({ op }) => op === 'constant');
    assert.deepEqual(matrix?.shape, [3, 2]);
    assert.deepEqual([...(matrix.attributes as { data: Float64Array }).data], [1, 0, 0, 0.5, 0, 0.5]);
  });
});

function topological(node: Node): Set<Node> {
  const all = new Set([node]);
  for (const each of all) each.inputs.forEach((input) => all.add(input));
  return all;
}
