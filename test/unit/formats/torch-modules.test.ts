import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizeOf } from '../../../src/core/size-of';
import { openModel } from '../../../src/formats/model';
import { outputOf } from '../../support/forward';
import { uniform } from '../../support/weights-by-name';
import { corpus, corpusJson } from './corpus';

// Whole modules, as torch.save(model) leaves them: chains of PyTorch's own layers are a network, against PyTorch in float64
// (test/corpus/make/modules.py).

interface Reference {
  readonly row: readonly number[];
  readonly output: readonly number[];
}

const ROWS = 2;
const file = (name: string) => corpus('torch/weights', name);

for (const [name, { row, output }] of Object.entries(
  corpusJson<Record<string, Reference>>('torch/weights/sequential.json'),
))
  test(`the chain of layers for ${name} computes what PyTorch does`, async () => {
    const { model } = await openModel(file(`sequential-${name}.pt`), undefined, [row]);
    assert.match(
      model.notes[0],
      /^Read as the torch\.nn\.Sequential of \d+ layers that the file holds: (\d+) of \1 tensors/,
    );
    const computed = await outputOf(model, uniform('x', ROWS * sizeOf(row)), ROWS);
    assert.equal(computed.length, output.length);
    output.forEach((value, i) =>
      assert.ok(
        Math.abs(computed[i] - value) < 2e-5 * Math.max(1, Math.abs(value)),
        `${computed[i]}, not ${value}`,
      ),
    );
  });

test('a chain opens without data, whose rows it may flatten', async () => {
  assert.deepEqual((await openModel(file('sequential-rows.pt'))).model.inputs[0].shape, [12]);
  await assert.rejects(
    openModel(file('sequential-rows.pt'), undefined, [[3, 5]]),
    /does not take rows of \[3, 5\].*give the data it was trained on/,
  );
});

test('a module with code of its own is named by its class', async () => {
  await assert.rejects(
    openModel(file('module.pt'), undefined, [[3, 8, 8]]),
    /it holds weights alone \(\d+ tensors of a mynets\.SmallCNN\) and not the network/,
  );
});
