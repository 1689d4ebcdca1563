import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourcesIn } from '../../../src/formats/checkpoints/onnx/parameters/code';
import { type TracedCall, sourcesOf } from '../../../src/formats/checkpoints/torch/code/sources';

const LIBRARY =
  '  File "/home/me/venv/lib/python3.11/site-packages/torch/nn/modules/linear.py", line 134, in forward\n    return F.linear(x)';

/** A call of a linear layer `fc` in a class of this name, from a line of this file. */
const call = (className: string, file: string): TracedCall => ({
  modules: [
    { path: '', className },
    { path: 'fc@1', className: 'torch.nn.modules.linear.Linear' },
  ],
  trace: `File "${file}", line 7, in forward\n    return  self.fc(x)\n${LIBRARY}`,
  inputs: ['p_fc_weight'],
});

const weight = { name: 'fc.weight', names: ['fc.weight'], placeholders: ['p_fc_weight'] };
const sourceOf = (className: string, file: string) =>
  sourcesOf([call(className, file)], [weight]).get('fc.weight');

test('a file is named by the parts of its path that its module has', () => {
  const found = sourceOf('pkg.models.net.Net', '/home/me/project/pkg/models/net.py');
  const owner = { file: 'pkg/models/net.py', className: 'Net', attribute: 'fc.weight', path: '' };
  assert.deepEqual(found, {
    file: 'pkg/models/net.py',
    line: 7,
    kind: 'call',
    text: 'return self.fc(x)',
    module: 'Linear',
    owners: [owner],
  });
  assert.equal(sourceOf('net.Net', 'C:\\Users\\me\\project\\net.py')?.file, 'net.py');
  assert.equal(sourceOf('pkg.Net', '/home/me/pkg/__init__.py')?.file, 'pkg/__init__.py');
  assert.deepEqual(sourceOf('net.make.<locals>.Net', '/home/me/net.py')?.owners, [
    { ...owner, file: 'net.py' },
  ]);
});

test('scripts and notebooks are named by themselves', () => {
  assert.equal(sourceOf('__main__.Net', '/home/me/project/train.py')?.owners[0].file, 'train.py');
  assert.equal(sourceOf('__main__.Net', '/tmp/ipykernel_4711/123.py')?.owners[0].file, '.ipynb');
  assert.equal(sourceOf('train.Net', '/home/me/train.ipynb cell 3')?.owners[0].file, 'train.ipynb');
});

test('a tied parameter is at home at all of its names', () => {
  const both = { ...weight, names: ['fc.weight', 'head.weight'] };
  const found = sourcesOf([call('net.Net', '/a/net.py')], [both]).get('fc.weight');
  assert.deepEqual(
    found?.ties?.map(([{ attribute }]) => attribute),
    ['head.weight'],
  );
});

test('nothing is said of what no call is known of', () => {
  const other = { name: 'a.weight', names: ['a.weight'], placeholders: ['p_a_weight'] };
  assert.equal(sourcesOf([call('net.Net', '/a/net.py')], [other]).size, 0);
  assert.equal(sourcesOf([{ ...call('net.Net', '/a/net.py'), trace: 'no trace' }], [weight]).size, 0);
  assert.equal(sourcesOf([{ ...call('torch.nn.Sequential', '/a/net.py') }], [weight]).size, 0);
});

test('a tensor that an ONNX exporter joined comes from the layer of its parts', () => {
  const found = sourcesIn(
    {
      metadataProps: [
        {
          key: 'pkg.torch.export.ExportedProgram.graph_signature',
          value: [
            "p_a: PARAMETER target='lstm.weight_ih_l0'",
            "p_b: PARAMETER target='lstm.bias_ih_l0'",
          ].join('\n'),
        },
      ],
      initializer: [
        {
          name: 'val_1',
          metadataProps: [
            {
              key: 'pkg.onnxscript.optimizer.folded_from',
              value: "['lstm.weight_ih_l0', 'lstm.bias_ih_l0']",
            },
          ],
        },
      ],
      node: [
        {
          input: ['x', 'val_1'],
          metadataProps: [
            {
              key: 'pkg.torch.onnx.class_hierarchy',
              value: "['net.Net', 'torch.nn.modules.rnn.LSTM', 'aten.lstm']",
            },
            { key: 'pkg.torch.onnx.name_scopes', value: "['', 'lstm', 'lstm']" },
            { key: 'pkg.torch.onnx.stack_trace', value: call('net.Net', '/a/net.py').trace },
          ],
        },
      ],
    },
    { origins: new Map([['val_1', 'parameter' as const]]) },
  );
  assert.deepEqual(
    found.get('val_1')?.owners.map(({ attribute }) => attribute),
    ['lstm.weight_ih_l0'],
  );
});
