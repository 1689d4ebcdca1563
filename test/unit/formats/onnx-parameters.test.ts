import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openModel } from '../../../src/formats/model';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { type AnalyzeRequest, analyzeRequestSchema } from '../../../src/contract/settings';
import { floats, integers, node, valueInfo } from '../../support/onnx-file';
import { recordingContext } from '../../support/job-context';
import { onnx } from '../../../src/onnx/generated/onnx';
import { corpus } from './corpus';
import { opened } from './onnx-opened';

// Networks as exporters write them, which change what the parameters are. The right figures are those of the network
// itself: float64 by PyTorch and JAX, made apart from this code.

interface Right {
  readonly file: string;
  readonly data: string;
  readonly more?: Partial<AnalyzeRequest>;
  readonly loss: number;
  /** Left out where the file does not hold the network's own. */
  readonly figures?: { readonly parameters: number; readonly largest: readonly number[] };
  /** What is said. */
  readonly note?: RegExp;
}

const WHOLE = /torch\.onnx\.export\(\.\.\., dynamo=True, optimize=False\) exports it whole/;
const mse = { more: { loss: 'mean-squared-error' } } as const;
const lm = { parameters: 88, largest: [4.260957, 1.237998] };
const weightnorm = { data: 'weightnorm.npz', loss: 1.5995058616601443 };
const conv3d = { data: 'conv3d.npz', loss: 1.0409104430063463 };

const cases: readonly Right[] = [
  { file: 'lm-default', data: 'lm.npz', loss: 6.97734104402548, figures: lm, note: /wte\.weight/ },
  { file: 'lm-optimize-false', data: 'lm.npz', loss: 6.97734104402548, figures: lm, note: /tied to another/ },
  {
    file: 'sum',
    data: 'd.npz',
    loss: 3.7597908850543718,
    figures: { parameters: 47, largest: [63.098545, 37.027783] },
    note: /Taken for such: A \[6, 5\], a \[5\], B \[5, 2\], b \[2\]/,
  },
  {
    file: 'fourier-torchscript',
    data: 'd.npz',
    more: { loss: 'mean-squared-error', fixed: ['B'] },
    loss: 1.5878912921595814,
    figures: { parameters: 34, largest: [6.321982, 6.321982] },
    note: /held fixed: B \[6, 8\]/,
  },
  {
    file: 'fourier-torchscript',
    data: 'd.npz',
    ...mse,
    loss: 1.5878912921595814,
    note: /Taken for such: B \[6, 8\]/,
  },
  {
    file: 'gate-default',
    data: 'd.npz',
    ...mse,
    loss: 1.0815695350486914,
    note: /computed .*"sigmoid" from g: /,
  },
  { file: 'bn-torchscript', data: 'bn.npz', loss: 2.4758763864880953, note: /folded batch normalization/ },
  {
    file: 'lstm',
    data: 'lstm.npz',
    loss: 0.7157228187137596,
    figures: { parameters: 92, largest: [1.670773, 1.165314] },
    note: /second biases .* held fixed \(B0__29\)/,
  },
  { file: 'conv-batchnorm', data: 'conv-batchnorm.npz', loss: 27.346877889549518, note: /folded batch norm/ },
  {
    file: 'opset6',
    data: 'opset6.npz',
    loss: 2.607666689512214,
    figures: { parameters: 138, largest: [20.742987, 19.171434] },
  },
  {
    file: 'by-7-3',
    data: 'resize.npz',
    loss: 0.991510228806892,
    figures: { parameters: 26, largest: [1.144309, 1.056988] },
  },
  {
    file: 'by-5-3',
    data: 'resize.npz',
    loss: 0.9916307034068726,
    figures: { parameters: 26, largest: [1.148641, 1.059207] },
  },
  {
    file: 'weightnorm-plain',
    ...weightnorm,
    figures: { parameters: 365, largest: [1.9944853817213521, 1.6548158062611027] },
  },
  { file: 'weightnorm-opt', ...weightnorm, note: /"mul" from conv1\.parametrizations/ },
  {
    file: 'conv3d-plain',
    ...conv3d,
    figures: { parameters: 863, largest: [2.1542588534032032, 1.656893019679904] },
  },
  { file: 'conv3d-opt', ...conv3d, note: /folded batch normalization .*\(b1\.weight, b1\.bias\)/ },
];

describe('figures of an ONNX file are of the network, or a note says of what', () => {
  for (const { file, data, more = {}, loss, figures, note } of cases)
    it(`${file} ${JSON.stringify(more)}`, async () => {
      const folder = (name: string) => corpus('onnx/parameters', name);
      const request = analyzeRequestSchema.parse({
        checkpoint: folder(`${file}.onnx`),
        data: folder(data),
        top: 2,
        density: false,
        trace: false,
        slices: false,
        layers: 'off',
        backend: 'onnxruntime',
        ...more,
      });
      const report = await analyze(request, recordingContext());
      const near = (actual: number, wanted: number) =>
        assert.ok(Math.abs(actual - wanted) <= 1e-4 * Math.abs(wanted), `${actual} instead of ${wanted}`);
      near(report.loss!.train.loss.value, loss);
      if (figures) {
        assert.equal(report.checkpoint.parameters, figures.parameters);
        figures.largest.forEach((value, i) => near(report.spectrum.largest[i].value, value));
      }
      const notes = report.notes.join('\n');
      if (note) assert.match(notes, note);
      if (!figures && !/fourier|conv-batchnorm/.test(file)) assert.match(notes, WHOLE);
    });
});

const SIGNATURE = 'pkg.torch.export.ExportedProgram.graph_signature';
const property = (key: string, value: string) => ({ key, value });
const trainable = (model: Awaited<ReturnType<typeof opened>>) =>
  model.tensors.filter((tensor) => tensor.trainable).map(({ name }) => name);

describe('which tensors are parameters', () => {
  it('by use: those of nodes that hold constants only where nothing else is stored', async () => {
    const constant = (name: string, shape: readonly number[]) =>
      node('Constant', [], name, { value: { tensor: floats('', shape) } });
    const nodes = [
      constant('k', [4, 3]),
      constant('b', [3]),
      node('MatMul', ['x', 'k'], 'm'),
      node('Add', ['m', 'b']),
    ];
    assert.deepEqual(trainable(await opened({ nodes })), ['k', 'b']);
    const model = await opened({
      nodes: [...nodes.slice(0, 3), node('Add', ['m', 'b'], 'a'), node('MatMul', ['a', 'w'])],
      initializers: [floats('w', [3, 2])],
    });
    assert.deepEqual(trainable(model), ['w']);
    assert.match(model.notes.join(), /Taken for such: w \[3, 2\]; held fixed: k \[4, 3\], b \[3\]/);
  });

  it("PyTorch's older exporter: scalars too, and what it called one because its numbers are the same", async () => {
    const model = await opened({
      producer: 'pytorch',
      nodes: [
        node('Identity', ['a.weight'], 'b.weight'),
        node('Transpose', ['table.weight'], 'unused'),
        node('Mul', ['x', 'a.weight'], 'p'),
        node('Mul', ['p', 'b.weight'], 'q'),
        node('Div', ['q', 'temperature'], 'r'),
        node('MatMul', ['r', 'onnx::MatMul_9'], 's'),
        node('MatMul', ['s', 'table.weight']),
      ],
      initializers: [
        floats('a.weight', [4], () => 1),
        floats('temperature', [], [0.7]),
        floats('table.weight', [3, 4]),
        floats('onnx::MatMul_9', [4, 3], (i) =>
          Math.fround(Math.sin(1.7 * ((i % 3) * 4 + Math.floor(i / 3)) + 0.3)),
        ),
      ],
    });
    assert.deepEqual(trainable(model), ['a.weight', 'temperature', 'table.weight', 'b.weight']);
    assert.match(model.notes.join(), /parameters of their own again: b\.weight/);
    assert.match(model.notes.join(), /one parameter here: onnx::MatMul_9 is table\.weight/);
  });

  it('what an exporter computed of constants alone is none, and a table looked up more than once is another', async () => {
    const metadata = [
      property(
        SIGNATURE,
        "p: PARAMETER target='t'\nq: PARAMETER target='w'\nc: CONSTANT_TENSOR target='c'\nx: USER_INPUT",
      ),
    ];
    const from = (name: string, ...sources: string[]) => ({
      ...valueInfo(name, []),
      metadataProps: [
        property(
          'pkg.onnxscript.optimizer.folded_from',
          `[${sources.map((each) => `'${each}'`).join(', ')}]`,
        ),
      ],
    });
    const model = await opened({
      metadata,
      nodes: [
        node('MatMul', ['x', 'val_1'], 'a'),
        node('MatMul', ['a', 'val_2'], 'b'),
        node('Add', ['b', 'index']),
      ],
      initializers: [
        floats('val_1', [4, 3]),
        floats('val_2', [3, 4]),
        floats('index', [4], [0.1, 0.2, 0.1, 0.3]),
      ],
      values: [from('val_1', 'w'), from('val_2', 'c', 'val_0'), from('index', 't', 'arange')],
    });
    assert.deepEqual(trainable(model), ['w', 'index']);
    assert.match(model.notes.join(), /computed .*"index" from t: /);
  });

  it('the row of a table that PyTorch keeps for padding has no gradient', async () => {
    const call =
      '%e : [num_users=1] = call_function[target=torch.ops.aten.embedding.default](args = (%p_w, %x, 1), kwargs = {})';
    const gather = {
      ...node('Gather', ['w', 'x'], 'e'),
      metadataProps: [property('pkg.torch.onnx.fx_node', call)],
    };
    const bytes = {
      inputs: [valueInfo('x', ['rows', 3], onnx.TensorProto.DataType.INT64)],
      nodes: [gather, node('ReduceSum', ['e', 'axes'], 'y', { keepdims: 0 })],
      initializers: [floats('w', [4, 2]), integers('axes', [1])],
    };
    const model = await opened(bytes);
    const { gradient } = await import('../../../src/autodiff/differentiate');
    const { Graph } = await import('../../../src/autodiff/graph');
    const { mul, reduceSum } = await import('../../../src/autodiff/operations');
    const { evaluate, tensor } = await import('../network/evaluate');
    const graph = new Graph();
    const w = tensor(graph, [4, 2], Array.from(model.tensors[0].data));
    const [y] = model.apply(graph, new Map([['w', w]]), [graph.input('x', [2, 3], 'int32')]);
    const [slope] = await evaluate(gradient(reduceSum(mul(y, y)), [w]), {
      x: Int32Array.of(0, 1, 2, 1, 1, 3),
    });
    const rows = [0, 1, 2, 3].map((row) =>
      Array.from(slope.slice(2 * row, 2 * row + 2)).some((value) => value !== 0),
    );
    assert.deepEqual(rows, [true, false, true, true]);
  });
});

describe('a graph with several outputs', () => {
  const model = {
    nodes: [node('Relu', ['x'], 'a'), node('MatMul', ['x', 'w'], 'b')],
    initializers: [floats('w', [4, 2])],
    outputs: [valueInfo('a', ['rows', 4]), valueInfo('b', ['rows', 2])],
  };

  it('gives the one that is chosen, by name or place, and says so', async () => {
    for (const output of ['b', 1, '1']) {
      const chosen = await opened(model, { output });
      assert.deepEqual(chosen.outputShape, [2]);
      assert.match(chosen.notes.join(), /Of the outputs a, b this one is measured: b\./);
    }
  });

  it('takes logits without being told', async () => {
    const nodes = [model.nodes[0], node('MatMul', ['x', 'w'], 'logits')];
    const outputs = [model.outputs[0], valueInfo('logits', ['rows', 2])];
    assert.deepEqual((await opened({ ...model, nodes, outputs })).outputShape, [2]);
  });

  it('else is refused with their names', async () => {
    await assert.rejects(
      opened(model),
      /has 2 outputs \(0: a, 1: b\): say which one is measured with --output/,
    );
    await assert.rejects(opened(model, { output: 'c' }), /has no output "c"; it has 0: a, 1: b/);
    await assert.rejects(
      opened(model, { output: 'b', fixed: ['v'] }),
      /no tensor "v", which "fixed" names; it holds w/,
    );
    await assert.rejects(
      openModel(corpus('keras/mlp.keras'), undefined, undefined, { output: 0 }),
      /"output" is for ONNX files|no file/,
    );
  });
});
