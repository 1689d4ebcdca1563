import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openWeights } from '../../../src/formats/checkpoints/open';
import { handOver } from '../../../src/jobs/hand-over/hand-over';
import { corpus, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';
import { floats, integers, npz } from '../../support/npz';

const weights = (name: string) => corpus('torch/weights', name);

describe('what a person’s own Python is given', () => {
  for (const [name, set] of [
    ['plain.pt', undefined],
    ['fp16.pt', undefined],
    ['strided.pt', undefined],
    ['deep.pt', 'state.models.student'],
    ['ema-timm.pth.tar', 'state_dict_ema'],
  ] as const)
    it(`holds every tensor of ${name}${set ? ` under ${set}` : ''} as it is there`, async () => {
      const folder = temporaryFolder();
      const given = { checkpoint: weights(name), weights: set, choices: {}, folder };
      const { weights: written } = await handOver(given, recordingContext());
      const [before, after] = [
        await openWeights(weights(name), undefined, set),
        await openWeights(written ?? ''),
      ];
      const numbers = ({ tensors }: typeof before) =>
        new Map(
          [...tensors].sort().map(([key, { shape, data }]) => [key, { shape, data: Array.from(data) }]),
        );
      assert.deepEqual(numbers(after), numbers(before));
    });

  it('holds two rows of each input: bytes as bytes, whole numbers as such, a single row twice', async () => {
    const folder = temporaryFolder();
    const data = join(folder, 'data.npz');
    writeFileSync(
      data,
      npz({
        x_train_0: floats([1, 3], Float32Array.of(1, 2, 3)),
        x_train_1: integers([1, 2], [7, 8]),
        y_train: integers([1], [0]),
      }),
    );
    const { example = '' } = await handOver(
      { checkpoint: weights('plain.pt'), data, choices: {}, folder },
      recordingContext(),
    );
    const { tensors } = await openWeights(example);
    assert.deepEqual(
      [...tensors]
        .map(([name, { type, shape, data: values }]) => [name, type.name, shape, [...values]])
        .sort(),
      [
        ['0', 'float32', [2, 3], [1, 2, 3, 1, 2, 3]],
        ['1', 'int64', [2, 2], [7, 8, 7, 8]],
      ],
    );
  });

  it('is told without a folder, and nothing is written', async () => {
    const told = await handOver({ checkpoint: weights('plain.pt'), choices: {} }, recordingContext());
    assert.equal(told.weights, undefined);
    assert.deepEqual(
      told.tensors.find(({ name }) => name === 'classifier.weight'),
      { name: 'classifier.weight', shape: [5, 12] },
    );
  });

  it('has the hyper-parameters that stand beside the weights, as far as JSON can say them', async () => {
    const of = async (name: string) =>
      (await handOver({ checkpoint: weights(name), choices: {} }, recordingContext())).hyperParameters;
    // An argparse.Namespace with a path in it, which JSON cannot say, and nanoGPT's arguments.
    const { lr, ...rest } = await of('nested-model.pt');
    assert.equal(typeof lr, 'number');
    assert.ok(Object.values(rest).every((value) => typeof value !== 'function'));
    assert.ok(Object.keys(await of('nanogpt.pt')).length > 0);
    assert.deepEqual(await of('plain.pt'), {});
  });

  it('is refused of a file that holds its network', async () => {
    const folder = temporaryFolder();
    await assert.rejects(
      handOver({ checkpoint: weights('cnn.pt2'), choices: {}, folder }, recordingContext()),
      { name: 'UserError', message: /cnn\.pt2 holds its network itself/ },
    );
    assert.deepEqual(readdirSync(folder), []);
  });
});
