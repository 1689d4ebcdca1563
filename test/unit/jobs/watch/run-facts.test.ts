import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runFacts } from '../../../../src/jobs/watch/run-facts';
import { beginningHistory } from '../../../support/small-history';
import { temporaryFolder } from '../../../support/corpus';

test('where a checkpoint is in its run by the names that trainers give', async () => {
  const folder = temporaryFolder();
  const names: Readonly<Record<string, readonly [string, number] | undefined>> = {
    'epoch-016.keras': ['epoch', 16],
    'weights.05-0.31.h5': ['epoch', 5],
    'checkpoint-500/model.safetensors': ['step', 500],
    'version_0/checkpoints/epoch=3-step=400.ckpt': ['step', 400],
    'iter_2000.pt': ['step', 2000],
    'resnet18.pth': undefined,
    'best.keras': undefined,
  };
  for (const [name, expected] of Object.entries(names)) {
    const { place } = await runFacts(folder, name, {});
    assert.deepEqual(place && [place.unit, place.value], expected, name);
  }
});

test('the line is 2 / rate, by what was said or by the history beside the file', async () => {
  const folder = temporaryFolder();
  assert.equal((await runFacts(folder, 'a.keras', { learningRate: 0.05 })).threshold, 40);
  assert.equal((await runFacts(folder, 'a.keras', {})).threshold, undefined);
  const withRun = async (name: string, optimizer: Record<string, unknown>) => {
    const history = beginningHistory();
    mkdirSync(join(folder, name));
    writeFileSync(
      join(folder, name, 'history.json'),
      JSON.stringify({
        ...history,
        run: { ...history.run, optimizer },
        epochs: [
          {
            ...{ epoch: 1, step: 8, learningRate: 0.1, train: { loss: 1 }, distance: 1, seconds: 1 },
            checkpoint: 'epoch-1.keras',
          },
        ],
      }),
    );
    return runFacts(folder, `${name}/epoch-1.keras`, {});
  };
  assert.deepEqual(await withRun('plain', { name: 'sgd', convention: 'keras' }), {
    place: { unit: 'epoch', value: 1 },
    learningRate: 0.1,
    rateFrom: 'history.json',
    threshold: 20,
  });
  // (2 + 2 beta) / rate: Cohen et al. 2021, equation 1.
  const { threshold } = await withRun('heavy', { name: 'sgd', momentum: 0.9, convention: 'keras' });
  assert.ok(Math.abs(threshold! - 38) < 1e-9);
  // Adam's line is for another matrix than the Hessian.
  assert.equal((await withRun('adam', { name: 'adam', convention: 'keras' })).threshold, undefined);
});
