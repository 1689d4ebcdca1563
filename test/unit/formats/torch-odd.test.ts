import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openModel } from '../../../src/formats/model';
import { corpus } from './corpus';

// Weights of one network as people keep them (test/corpus/make/odd.py), in its program.

const file = (name: string) => corpus('torch/odd', name);
const filled = async (name: string, weights?: string) =>
  (await openModel(file(name), undefined, [[6]], { model: file('net.pt2'), weights })).model;

for (const [name, sentence] of [
  [
    'eight-bits.pt',
    /eight-bits\.pt cannot be measured: tensor "body\.0\.weight" holds float8_e4m3fn, which is not a type/,
  ],
  [
    'complex.pt',
    /complex\.pt cannot be measured: tensor "body\.0\.weight" holds Complex\w+, which is not a type/,
  ],
  [
    'quantized.pt',
    /quantized\.pt holds a quantized model, which has no exact gradient: give the weights from before/,
  ],
] as const)
  test(`${name} is refused for what it is`, async () => {
    await assert.rejects(filled(name), { name: 'UserError', message: sentence });
  });

test('weights of another width than float32 are said to be computed with in float32', async () => {
  const { notes } = await filled('half.pt');
  assert.ok(notes.includes('Weights stored as float16 are computed with in float32.'));
});

test('parameters that were saved as frozen are; where all are, nothing is told by it', async () => {
  const moving = async (name: string) =>
    (await filled(name)).tensors.filter(({ trainable }) => trainable).map((tensor) => tensor.name);
  assert.deepEqual(await moving('frozen.pt'), ['head.weight', 'head.bias']);
  assert.equal((await moving('all-frozen.pt')).length, 4);
});

test('an average beside the weights is offered, and taken where it is asked for', async () => {
  const { notes, tensors } = await filled('averaged.pt');
  assert.match(
    notes.join('\n'),
    /those under "state_dict"; the file also holds "ema\.shadow", to be chosen by "weights"/,
  );
  const other = await filled('averaged.pt', 'ema.shadow');
  assert.notDeepEqual(other.tensors[0].data, tensors[0].data);
});
