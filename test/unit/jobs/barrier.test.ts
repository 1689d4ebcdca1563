import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openCheckpoint } from '../../../src/formats/checkpoints/open';
import { kerasBytes } from '../../../src/formats/checkpoints/write/keras';
import { type OpenedModel, openModel } from '../../../src/formats/model';
import { BarrierMeter, type BarrierOptions } from '../../../src/jobs/compare/barrier';
import { findNeurons } from '../../../src/jobs/compare/align';
import { between, pointOf } from '../../../src/jobs/interpolate/interpolated-point';
import type { Problem } from '../../../src/jobs/preparation/problem';
import { openProblem } from '../../../src/jobs/preparation/open-problem';
import { measurePoint } from '../../../src/jobs/preparation/measure-point';
import { BatchStatistics } from '../../../src/objective/evaluation/batch-statistics';
import type { Point } from '../../../src/objective/evaluation/objective';
import { parametersOf, stateOf } from '../../../src/objective/programs/parameter-space';
import { permute } from '../../../src/symmetries/permutations';
import type { Barrier } from '../../../src/contract/comparison';
import { CancelledError, UserError } from '../../../src/core/errors';
import { random, shuffle } from '../../../src/core/random';
import type { AnalyzeRequest } from '../../../src/contract/settings';
import { corpus, example, quickRequest, temporaryFolder } from '../../support/corpus';

const { signal } = new AbortController();
const SAME_ORDER = 'Aligning moves no neuron: those of the second match those of the first as saved.';
const digits = corpus('data/digits.npz');

/** Opens a checkpoint and a meter of its barriers, and closes both. */
async function measuring(
  request: AnalyzeRequest,
  options: BarrierOptions,
  use: (meter: BarrierMeter, problem: Problem) => Promise<void>,
): Promise<void> {
  const problem = await openProblem(request, signal);
  const meter = await BarrierMeter.open(problem, options, signal);
  try {
    await use(meter, problem);
  } finally {
    meter.dispose();
    problem.objective.dispose();
  }
}

/** A model with other values in its tensors. */
function at(opened: OpenedModel, { theta, state }: Required<Point>): OpenedModel {
  const { model } = opened;
  const values = new Map([
    ...parametersOf(model).blocks.map(
      ({ name, offset, length }) => [name, theta.slice(offset, offset + length)] as const,
    ),
    ...stateOf(model).blocks.map(
      ({ name, offset, length }) => [name, state.slice(offset, offset + length)] as const,
    ),
  ]);
  return {
    ...opened,
    model: {
      ...model,
      tensors: model.tensors.map((tensor) => ({ ...tensor, data: values.get(tensor.name)! })),
    },
  };
}

/** The same network with the neurons of all its layers shuffled. */
async function shuffledCopy(problem: Problem): Promise<OpenedModel> {
  const { opened, objective } = problem;
  const { groups } = await findNeurons(problem, signal);
  const stream = random(3);
  const orders = groups.map(({ channels }) =>
    shuffle(
      Int32Array.from({ length: channels }, (_, i) => i),
      stream,
    ),
  );
  return at(opened, permute(objective, pointOf(opened), groups, orders));
}

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
  await measuring(request, { points: 21, seed: 1 }, async (meter) => {
    const barrier = await meter.to(await openModel(example('large-batch/epoch-100.keras')), signal);
    const start = interpolation.t.findIndex((t) => Math.abs(t) < 1e-9);
    const losses = interpolation.train.slice(start, start + 21);
    const heights = losses.map((loss, i) => loss - ((20 - i) * losses[0] + i * losses[20]) / 20);
    const highest = Math.max(...heights);
    assert.ok(Math.abs(barrier.raw.value / highest - 1) < 1e-4, `${barrier.raw.value}, not ${highest}`);
    assert.ok(Math.abs(barrier.raw.at - heights.indexOf(highest) / 20) < 1e-12);
    losses.forEach((loss, i) => assert.ok(Math.abs(barrier.loss.raw[i] / loss - 1) < 1e-4));
    // No batch norm, and both ends stay the functions they are.
    assert.equal(barrier.reestimated, undefined);
    // Two runs from one start: their neurons have kept their order.
    assert.deepEqual(barrier.aligned, barrier.raw);
    assert.equal(barrier.note, SAME_ORDER);
  });
});

test('there is none between a network and itself, and other architectures are refused', async () => {
  const path = corpus('keras/mlp-digits.keras');
  await measuring(quickRequest(path, digits), { points: 3, seed: 1 }, async (meter) => {
    const barrier = await meter.to(await openModel(path), signal);
    assert.ok(barrier.raw.value < 1e-6 && barrier.aligned!.value < 1e-6);
    assert.equal(barrier.note, SAME_ORDER);
    const other = await openModel(corpus('keras/cnn-digits.keras'));
    await assert.rejects(
      meter.to(other, signal),
      (error) => error instanceof UserError && /different architectures/.test(error.message),
    );
  });
});

for (const [name, data] of [
  ['mlp-digits', 'digits'],
  ['mlp-tanh-moons', 'moons'],
  ['cnn-digits', 'digits'],
  ['residual-digits', 'digits'],
  ['gru-digits', 'digits'],
  ['transformer-digits', 'digits'],
])
  test(`${name}: aligning takes away all of the barrier to a copy with its neurons shuffled`, async () => {
    const request = quickRequest(corpus(`keras/${name}.keras`), corpus(`data/${data}.npz`), {
      samples: 'first:256',
    });
    await measuring(request, { points: 5, seed: 1 }, async (meter, problem) => {
      const { loss, raw, reestimated, aligned, alignedReestimated } = await meter.to(
        await shuffledCopy(problem),
        signal,
      );
      assert.ok(raw.value > 0.01, `raw ${raw.value}`);
      assert.ok(aligned!.value < 1e-6, `aligned ${aligned!.value}`);
      loss.aligned!.forEach((value) => assert.ok(Math.abs(value / loss.raw[0] - 1) < 1e-5));
      if (!reestimated) return;
      assert.ok(reestimated.value > 0.01 && alignedReestimated!.value < 1e-6);
    });
  });

test('a network without hidden neurons has nothing to align', async () => {
  const flat = corpus('keras/logistic-moons.keras');
  await measuring(quickRequest(flat, corpus('data/moons.npz')), { points: 3, seed: 1 }, async (meter) => {
    const { aligned, note } = await meter.to(await openModel(flat), signal);
    assert.deepEqual([aligned, note], [undefined, undefined]);
  });
});

test('re-estimated: the loss with the statistics of batches at each point, the ends too, as put together by hand', async () => {
  const request = quickRequest(corpus('keras/cnn-digits.keras'), digits, { samples: 'first:300' });
  await measuring(request, { points: 5, seed: 4 }, async (meter, problem) => {
    const other = await shuffledCopy(problem);
    const { loss, reestimated, note, coordinates } = await meter.to(other, signal);
    assert.match(note!, /^Re-estimated: .* as the mean over 2 batches of 128 training rows \(seed 4\)\.$/);
    const { objective } = problem;
    const statistics = (await BatchStatistics.open({ ...objective.options, seed: 4 }))!;
    const losses: number[] = [];
    for (const t of coordinates) {
      const point = await statistics.at(between(pointOf(problem.opened), pointOf(other), t));
      losses.push((await measurePoint(problem, 'train', point)).loss.value);
    }
    statistics.dispose();
    assert.deepEqual(loss.reestimated, losses);
    const heights = losses.map((value, i) => value - ((4 - i) * losses[0] + i * losses[4]) / 4);
    assert.ok(Math.abs(reestimated!.value - Math.max(...heights)) < 1e-12);
    // Statistics of the training rows are near the running ones of training itself.
    assert.ok(Math.abs(loss.reestimated[0] - loss.raw[0]) < 0.5 * loss.raw[0] + 0.05);
    // Between the ends variances collapse, and running statistics do not know.
    assert.ok(reestimated!.value < (await meter.to(other, signal)).raw.value);
  });
});

test('a network whose batch norm is frozen keeps its statistics, and says so', async () => {
  const { checkpoint } = await openCheckpoint(corpus('keras/cnn-digits.keras'));
  if (!('config' in checkpoint)) throw new Error('not a Keras file');
  const configText = checkpoint.configText!.replace(
    /("class_name": "BatchNormalization", "config": \{"name": "\w+", "trainable": )true/g,
    '$1false',
  );
  const path = join(temporaryFolder(), 'frozen.keras');
  writeFileSync(path, await kerasBytes({ ...checkpoint, configText }, new Map()));
  await measuring(
    quickRequest(path, digits, { samples: 'first:16' }),
    { points: 2, seed: 1 },
    async (meter) => {
      const barrier: Omit<Barrier, 'a' | 'b'> = await meter.to(await openModel(path), signal);
      assert.equal(barrier.reestimated, undefined);
      assert.equal(
        barrier.note,
        "Batch norm's statistics are interpolated as saved, not measured anew: the network does not say how batches change them. " +
          SAME_ORDER,
      );
    },
  );
});

test('an ONNX network has its batch norm re-estimated too', async () => {
  const path = corpus('onnx/resnet8-gratings.onnx');
  const request = quickRequest(path, corpus('data/gratings.npz'), { samples: 'first:128' });
  await measuring(request, { points: 3, seed: 1 }, async (meter, problem) => {
    const { reestimated, alignedReestimated, note } = await meter.to(await shuffledCopy(problem), signal);
    assert.ok(reestimated!.value > 0.01, `re-estimated ${reestimated!.value}`);
    assert.ok(alignedReestimated!.value < 1e-6, `aligned ${alignedReestimated!.value}`);
    assert.match(note!, /^Re-estimated: /);
  });
});

test('it stops when cancelled, before and between points', async () => {
  const path = corpus('keras/cnn-digits.keras');
  const problem = await openProblem(quickRequest(path, digits, { samples: 'first:128' }), signal);
  const controller = new AbortController();
  const meter = await BarrierMeter.open(problem, { points: 25, seed: 1 }, controller.signal);
  const measured = meter.to(await openModel(path), controller.signal);
  setTimeout(() => controller.abort(), 50);
  await assert.rejects(measured, CancelledError);
  await assert.rejects(
    BarrierMeter.open(problem, { points: 25, seed: 1 }, controller.signal),
    CancelledError,
  );
  meter.dispose();
  problem.objective.dispose();
});
