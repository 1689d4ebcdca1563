import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openModel } from '../../../src/formats/model';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { corpus, quickRequest } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const digits = corpus('data/digits.npz');

const expected = JSON.parse(readFileSync(corpus('penalties/expected.json'), 'utf8')) as Readonly<
  Record<string, { readonly loss: number; readonly penalty: number }>
>;

for (const [name, { loss, penalty }] of Object.entries(expected))
  test(`${name}: with its penalties the loss is the one that Keras reports`, async () => {
    const request = quickRequest(corpus(`penalties/${name}.keras`), corpus(`penalties/${name}.npz`), {
      top: 1,
      penalties: 'included',
    });
    const included = await analyze(request, recordingContext());
    const { loss: left } = await analyze({ ...request, penalties: undefined }, recordingContext());
    const { value } = included.loss!.train.loss;
    assert.ok(Math.abs(value - loss) < 2e-6, `${value}, not ${loss}`);
    assert.ok(Math.abs(value - left!.train.loss.value - penalty) < 2e-6);
    assert.ok(included.checks.every(({ passed }) => passed));
  });

test('penalties of regularizers are part of the loss where they are asked for, and the report says which loss it is', async () => {
  const file = corpus('keras/keras2-cnn-digits.keras');
  const measured = (penalties: 'included' | 'left-out') =>
    analyze(quickRequest(file, digits, { samples: 'first:50', penalties, bottom: 1 }), recordingContext());
  const [out, within] = [await measured('left-out'), await measured('included')];
  const { tensors, penalties = [] } = (await openModel(file, new AbortController().signal)).model;
  const [{ tensor, l2 }] = penalties.flatMap(({ weights }) => weights);
  const { data } = tensors.find(({ name }) => name === tensor)!;
  const added = l2 * Float64Array.from(data).reduce((sum, w) => sum + w * w, 0);
  assert.ok(added > 1e-4);
  for (const part of ['train', 'test'] as const)
    assert.ok(Math.abs(within.loss![part]!.loss.value - out.loss![part]!.loss.value - added) < 1e-3 * added);
  assert.match(out.settings.weightDecay, /^left out \(the regularizers of dense/);
  assert.match(within.settings.weightDecay, /^included \(the regularizers of dense/);
  assert.deepEqual(
    [out, within].map(({ suggestions = [] }) => suggestions.map(({ id }) => id)),
    [['include-penalties'], []],
  );
  assert.match(out.notes.join(' '), /The layers' regularizers are not part of the loss/);
  assert.match(within.notes.join(' '), /The loss includes the penalties/);
});
