import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { openModel } from '../../../src/formats/model';
import { describe as describeFile } from '../../../src/jobs/describe/describe';
import { onnx } from '../../../src/onnx/generated/onnx';
import { UserError } from '../../../src/core/errors';
import { attribute, floats, node, onnxFile, valueInfo } from '../../support/onnx-file';
import { corpus } from './corpus';
import { refusal, saved } from './onnx-opened';

const { DataType } = onnx.TensorProto;

describe('ONNX files that are refused, each with its sentence', () => {
  const plain = onnxFile({ nodes: [node('Gemm', ['x', 'w'])], initializers: [floats('w', [4, 2])] });
  const weight = (tensor: Partial<onnx.TensorProto.$Properties>) =>
    onnxFile({ nodes: [node('Gemm', ['x', 'w'])], initializers: [{ ...floats('w', [4, 2]), ...tensor }] });
  const cut = 'FILE is cut off or damaged: it refers to bytes it does not have. Copy or save the file again.';

  const broken: readonly (readonly [what: string, bytes: () => Uint8Array, sentence: string | RegExp])[] = [
    ['cut off', () => plain.subarray(0, plain.length - 9), cut],
    ['only its first bytes', () => plain.subarray(0, 2), /^FILE holds no graph/],
    ['a length beyond the file', () => Uint8Array.of(8, 9, 0x3a, 0xff, 0xff, 0xff, 0x7f), cut],
    [
      'millions of empty nodes',
      () => {
        const size = 6_000_000;
        const length = [0, 7, 14, 21].map((shift) => ((size >> shift) & 0x7f) | (shift < 21 ? 0x80 : 0));
        return Uint8Array.from([
          8,
          9,
          0x3a,
          ...length,
          ...new Uint8Array(size).map((_, i) => (i % 2 ? 0 : 0x0a)),
        ]);
      },
      'FILE holds more nodes and names than any network has; it is not opened.',
    ],
    [
      'a shape that lies',
      () => weight({ dims: [4, 2 ** 40] }),
      'FILE: tensor "w" has 8 numbers where its shape [4, 1099511627776] asks for 4398046511104.',
    ],
    [
      'a negative extent',
      () => weight({ dims: [-4, -2] }),
      'FILE: tensor "w" has the impossible shape [-4, -2].',
    ],
    [
      'words',
      () => weight({ dataType: DataType.STRING }),
      'FILE: tensor "w" holds STRING, which is not a type of numbers that is read.',
    ],
    [
      'unknown operators',
      () =>
        onnxFile({
          nodes: [node('Leak', ['x'], 'a', {}, 'house'), node('Det', ['a'], 'b'), node('Relu', ['b'])],
        }),
      /^FILE: the operators Det, house\.Leak are not supported; those that are: Abs, Acos, .*, Xor\.$/,
    ],
    [
      'shapes that do not fit',
      () => onnxFile({ nodes: [node('Gemm', ['x', 'w'])], initializers: [floats('w', [5, 2])] }),
      /^FILE: node "Gemm of x and w" \(Gemm\): no product of \[1009, 4\] and \[5, 2\]\.$/,
    ],
    [
      'two tensors of one name',
      () =>
        onnxFile({
          nodes: [node('Gemm', ['x', 'w'])],
          initializers: [floats('w', [4, 2]), floats('w', [4, 2], () => 0)],
        }),
      'FILE has two tensors of the name "w": export the model again.',
    ],
    [
      'a value computed twice',
      () => onnxFile({ nodes: [node('Relu', ['x']), node('Tanh', ['x'])] }),
      'FILE has a node "Tanh of x" (Tanh) that computes "y", as another does: export the model again.',
    ],
    [
      'a value used before it is computed',
      () => onnxFile({ nodes: [node('Relu', ['a']), node('Tanh', ['x'], 'a')] }),
      'FILE has a node "Relu of a" (Relu) that uses "a", which nothing before it computes: export the model again.',
    ],
    [
      'an attribute given twice',
      () => {
        const alpha = attribute('alpha', { float: 0.1 });
        return onnxFile({ nodes: [{ ...node('LeakyRelu', ['x']), attribute: [alpha, alpha] }] });
      },
      'FILE has a node "LeakyRelu of x" (LeakyRelu) whose attribute "alpha" is given twice: export the model again.',
    ],
    ...[0, -1, 9999].map(
      (opset) =>
        [
          `version ${opset} of the operators`,
          () => onnxFile({ nodes: [node('Relu', ['x'])], opset }),
          `FILE is written in version ${opset} of the operators, of which there are 1 to 28: export the model again.`,
        ] as const,
    ),
    [
      'a version of the format that is not there',
      () => onnxFile({ nodes: [node('Relu', ['x'])], format: 40 }),
      "FILE says it is version 40 of ONNX's format, of which there are 1 to 14: export the model again.",
    ],
    [
      'operators of a set without a version',
      () => onnxFile({ nodes: [node('Gelu', ['x'], 'y', {}, 'com.microsoft')] }),
      'FILE uses com.microsoft.Gelu, but names no version of that set: export the model again.',
    ],
    [
      'words for an input',
      () =>
        onnxFile({ nodes: [node('Relu', ['x'])], inputs: [valueInfo('x', ['rows', 4], DataType.STRING)] }),
      'FILE has an input "x" that takes no numbers: export the model again.',
    ],
    [
      'an output of another shape than it says',
      () => onnxFile({ nodes: [node('Relu', ['x'])], outputs: [valueInfo('y', ['rows', 5])] }),
      'FILE: its output "y" is said to be [5] a row and is [4]: export the model again.',
    ],
    [
      'an attribute that nothing reads',
      () => onnxFile({ nodes: [node('Relu', ['x'], 'y', { slope: { float: 0.1 } })] }),
      'FILE: node "Relu of x" (Relu): its attribute "slope" is not supported.',
    ],
    [
      'an attribute of another kind than the operator has',
      () => onnxFile({ nodes: [node('LeakyRelu', ['x'], 'y', { alpha: 'steep' })] }),
      'FILE: node "LeakyRelu of x" (LeakyRelu): its attribute "alpha" is not a number.',
    ],
    [
      'an attribute of a kind that no operator has',
      () => {
        const inner = { name: 'inside', type: onnx.AttributeProto.AttributeType.GRAPH, g: { name: 'g' } };
        return onnxFile({ nodes: [{ ...node('Relu', ['x']), attribute: [inner] }] });
      },
      'FILE: node "Relu of x" (Relu): its attribute "inside" is not supported.',
    ],
    [
      'an input that nothing reads',
      () => onnxFile({ nodes: [node('Relu', ['x', 'x'])] }),
      'FILE: node "Relu of x and x" (Relu): its input 2 is not supported.',
    ],
    [
      'operands that differ, up to version 6 of the set, without being asked to broadcast',
      () => onnxFile({ nodes: [node('Add', ['x', 'b'])], initializers: [floats('b', [4])], opset: 6 }),
      'FILE: node "Add of x and b" (Add): [1009, 4] and [4] differ, and it is not asked to broadcast.',
    ],
    [
      'corners aligned at an extent that is not whole',
      () =>
        onnxFile({
          nodes: [node('Resize', ['x', '', 'by'], 'y', { coordinate_transformation_mode: 'align_corners' })],
          initializers: [floats('by', [2], [1, 0.6])],
        }),
      /it aligns the corners of an axis of 4 scaled by 0\.6.*, which is no whole extent\.$/,
    ],
    [
      'an item that a list does not have',
      () =>
        onnxFile({
          nodes: [
            node('SequenceConstruct', ['x', 'x'], 'list'),
            node('Constant', [], 'three', { value_int: 3 }),
            node('SequenceAt', ['list', 'three']),
          ],
        }),
      'FILE: node "SequenceAt of list and three" (SequenceAt): there is no item 3 of 2.',
    ],
    [
      'a value that nothing computes',
      () => onnxFile({ nodes: [node('Relu', ['z'])] }),
      'FILE has a node "Relu of z" (Relu) that uses "z", which nothing before it computes: export the model again.',
    ],
    [
      'two outputs',
      () => onnxFile({ nodes: [node('Relu', ['x'])], outputs: [valueInfo('y', []), valueInfo('x', [])] }),
      'FILE: the graph has 2 outputs (0: y, 1: x): say which one is measured with --output, or by "output" in landscape.json.',
    ],
    [
      'rows that end up elsewhere',
      () => onnxFile({ nodes: [node('Transpose', ['x'])] }),
      'FILE: the output of the graph is [4, 1009] for 1009 rows, which do not come first.',
    ],
    [
      'an output without data',
      () => onnxFile({ nodes: [node('Constant', [], 'y', { value_float: { float: 1 } })] }),
      'FILE: the output of the graph does not depend on its inputs.',
    ],
    [
      'functions in a circle',
      () =>
        onnxFile({
          nodes: [node('F', ['x'], 'y', {}, 'house')],
          functions: [
            {
              name: 'F',
              domain: 'house',
              input: ['a'],
              output: ['b'],
              node: [node('F', ['a'], 'b', {}, 'house')],
            },
          ],
        }),
      'FILE: the functions of the graph call each other without end.',
    ],
  ];

  for (const [what, bytes, sentence] of broken) {
    it(what, async () => {
      const said = await refusal(bytes());
      if (typeof sentence === 'string') assert.equal(said, sentence);
      else assert.match(said, sentence);
    });
  }

  it('are told all the same where only an operator is not known', async () => {
    const path = saved(onnxFile({ nodes: [node('Det', ['w'])], initializers: [floats('w', [4, 2])] }));
    const summary = await describeFile({ checkpoint: path });
    assert.match(summary.refusal ?? '', /cannot be analyzed: the operator Det is not supported/);
    assert.deepEqual(
      summary.parameters.map(({ name, shape }) => [name, shape]),
      [['w', [4, 2]]],
    );
  });

  it('damaged bytes never do more than that', async () => {
    const sound = new Uint8Array(readFileSync(corpus('onnx/resnet8-gratings.onnx')));
    // Where the names, nodes and attributes are; the rest is weights.
    const [from, to] = [0, 60_000];
    const change = fc.tuple(fc.integer({ min: from, max: to }), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const bytes = sound.slice();
        for (const [at, bits] of changes) bytes[at] ^= bits;
        await openModel(saved(bytes)).catch((error: unknown) =>
          assert.ok(error instanceof UserError, String(error)),
        );
      }),
      { seed: 3, numRuns: 60 },
    );
    await openModel(saved(sound));
  });
});
