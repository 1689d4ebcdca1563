import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openModel } from '../../../src/formats/model';
import { measureBarrier } from '../../../src/jobs/barrier';
import { openProblem } from '../../../src/jobs/problem';
import { UserError } from '../../../src/shared/errors';
import { corpus, example, quickRequest } from '../../support/corpus';

const { signal } = new AbortController();

test('the barrier between two runs is that of the reference line', async () => {
  const { interpolation, samples, inputScale } = JSON.parse(
    readFileSync(corpus('reference/small-batch.json'), 'utf8'),
  ) as {
    readonly interpolation: Readonly<Record<'t' | 'train', readonly number[]>>;
    readonly samples: number;
    readonly inputScale: number;
  };
  const request = quickRequest(example('small-batch/epoch-020.keras'), example('data/mnist.npz'), {
    samples: `first:${samples}`,
    input: { scale: inputScale },
  });
  const problem = await openProblem(request, signal);
  const other = await openModel(example('large-batch/epoch-100.keras'));
  const barrier = await measureBarrier(problem, other, { points: 21 }, signal);
  problem.objective.dispose();
  const start = interpolation.t.findIndex((t) => Math.abs(t) < 1e-9);
  const losses = interpolation.train.slice(start, start + 21);
  const heights = losses.map((loss, i) => loss - ((20 - i) * losses[0] + i * losses[20]) / 20);
  const highest = Math.max(...heights);
  assert.ok(Math.abs(barrier.raw.value / highest - 1) < 1e-4, `${barrier.raw.value}, not ${highest}`);
  assert.ok(Math.abs(barrier.raw.at - heights.indexOf(highest) / 20) < 1e-12);
  losses.forEach((loss, i) => assert.ok(Math.abs(barrier.loss.raw[i] / loss - 1) < 1e-4));
});

test('there is none between a network and itself, and other architectures are refused', async () => {
  const path = corpus('keras/mlp-digits.keras');
  const problem = await openProblem(quickRequest(path, corpus('data/digits.npz')), signal);
  const { raw } = await measureBarrier(problem, await openModel(path), { points: 3 }, signal);
  assert.ok(raw.value < 1e-6);
  const other = await openModel(corpus('keras/cnn-digits.keras'));
  await assert.rejects(
    measureBarrier(problem, other, { points: 3 }, signal),
    (error) => error instanceof UserError && /different architectures/.test(error.message),
  );
  problem.objective.dispose();
});
