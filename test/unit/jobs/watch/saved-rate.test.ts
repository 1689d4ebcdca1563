import assert from 'node:assert/strict';
import { copyFileSync, cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runFacts } from '../../../../src/jobs/watch/run-facts';
import { savedRate } from '../../../../src/jobs/watch/saved-rate';
import { optimizerNotes } from '../../../../src/wording/saved-optimizer-text';
import { corpus, temporaryFolder } from '../../../support/corpus';

// What PyTorch 2.15 wrote: test/corpus/make/training.py.
const saved = (name: string) => savedRate(corpus('torch/training', name));

async function lineOf(name: string, learningRate?: number) {
  const optimizer = await saved(name);
  return (await runFacts('/', name, { optimizer, learningRate })).threshold;
}

test('the rate and the rule stand in a checkpoint of training, with where they stand', async () => {
  const from = 'optimizer_state_dict.param_groups';
  assert.deepEqual(await saved('sgd.pt'), { from, rate: 0.05, rates: 1, rule: 'descent' });
  assert.deepEqual(await saved('nesterov.pt'), {
    ...{ from, rate: 0.05, rates: 1, rule: 'descent' },
    ...{ momentum: 0.9, nesterov: true, weightDecay: 0.1 },
  });
  assert.deepEqual(await saved('rmsprop.pt'), { from, rate: 0.01, rates: 1, rule: 'adaptive' });
  assert.deepEqual(await saved('tensor-rate.pt'), { from, rate: 0.25, rates: 1, rule: 'descent' });
  assert.deepEqual(await saved('lightning.ckpt'), {
    ...{ from: 'optimizer_states.param_groups', rate: 3e-4, rates: 1, rule: 'adaptive' },
    beta1: 0.9,
  });
  assert.equal(await savedRate(corpus('torch/weights/plain.pt')), undefined);
});

test('of several groups the largest rate counts, and it is said', async () => {
  const optimizer = await saved('groups.pt');
  assert.deepEqual([optimizer?.rate, optimizer?.rates], [0.2, 2]);
  const facts = await runFacts('/', 'groups.pt', { optimizer });
  assert.match(
    optimizerNotes({ ...facts, optimizer }).join(' '),
    /that of the checkpoint itself \(optimizer_state_dict\.param_groups\), of the 2 rates of its groups the largest/,
  );
});

test('lines are those of gradient descent with its momentum, and adaptive optimizers have none', async () => {
  assert.equal(await lineOf('sgd.pt'), 40);
  // Cohen et al. 2021: (2 + 2 beta) / rate, and Nesterov's (2 / rate) (1 + beta) / (1 + 2 beta), less the decay.
  assert.ok(Math.abs((await lineOf('groups.pt'))! - 19) < 1e-9);
  assert.ok(Math.abs((await lineOf('nesterov.pt'))! - (((2 / 0.05) * 1.9) / 2.8 - 0.1)) < 1e-9);
  for (const name of ['rmsprop.pt', 'lightning.ckpt']) {
    assert.equal(await lineOf(name), undefined, name);
    // Nor where somebody says a rate.
    assert.equal(await lineOf(name, 0.1), undefined, name);
  }
  assert.equal(await lineOf('sgd.pt', 0.5), 4);
  const optimizer = await saved('lightning.ckpt');
  assert.match(
    optimizerNotes({ optimizer, rateFrom: optimizer?.from }).join(' '),
    /is adaptive: .* Its own line, 38 \/ learning rate by β₁ = 0\.9, is for the preconditioned Hessian/,
  );
});

test('in a folder of transformers the rate lies beside the weights, in what says most', async () => {
  const folder = join(temporaryFolder(), 'checkpoint-500');
  cpSync(corpus('torch/training/checkpoint-500'), folder, { recursive: true });
  const weights = join(folder, 'pytorch_model.bin');
  const found = () => savedRate(weights);
  assert.deepEqual(await found(), {
    ...{ from: 'optimizer.pt (param_groups)', rate: 2.5e-5, rates: 1, rule: 'adaptive' },
    beta1: 0.9,
  });
  rmSync(join(folder, 'optimizer.pt'));
  const unknown = { rate: 2.5e-5, rates: 1, rule: 'unknown' };
  assert.deepEqual(await found(), { ...unknown, from: 'scheduler.pt (_last_lr)' });
  rmSync(join(folder, 'scheduler.pt'));
  assert.deepEqual(await found(), { ...unknown, from: 'trainer_state.json (log_history)' });
  const facts = await runFacts(folder, 'pytorch_model.bin', { optimizer: await found() });
  assert.deepEqual([facts.learningRate, facts.threshold], [2.5e-5, undefined]);
  rmSync(join(folder, 'trainer_state.json'));
  assert.equal(await found(), undefined);
});

test('beside the checkpoints of several epochs an optimizer is of none of them', async () => {
  const folder = temporaryFolder();
  copyFileSync(corpus('torch/training/checkpoint-500/optimizer.pt'), join(folder, 'optimizer.pt'));
  copyFileSync(corpus('torch/weights/plain.pt'), join(folder, 'epoch-1.pt'));
  assert.equal(await savedRate(join(folder, 'epoch-1.pt')), undefined);
});
