import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openModel } from '../../../src/formats/model';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { checkpointsOf } from '../../../src/jobs/experiment/run-folder';
import { epochOf } from '../../../src/jobs/compare/members';
import { train } from '../../../src/jobs/train/train';
import { writeRunSettings } from '../../../src/jobs/train/run-settings';
import { findSettings } from '../../../src/settings/find';
import { analyzeRequest } from '../../../src/settings/merge';
import { CancelledError, UserError } from '../../../src/core/errors';
import { type History, historySchema } from '../../../src/contract/history';
import type { Progress } from '../../../src/contract/progress';
import { type RunFile, runFileSchema } from '../../../src/contract/run-file';
import { corpus, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

type Given = Partial<Record<keyof RunFile, unknown>>;

/** A run on 256 rows of the digits, in a second. */
const runOf = (more: Given = {}): RunFile =>
  runFileSchema.parse({
    data: corpus('data/digits.npz'),
    model: { kind: 'mlp', hidden: [16], activation: 'tanh' },
    samples: 256,
    optimizer: { name: 'adam', learningRate: 0.01 },
    batchSize: 32,
    epochs: 4,
    backend: 'onnxruntime',
    ...more,
  });

interface Heard {
  readonly progress?: (progress: Progress) => void;
  readonly partial?: (history: History) => void;
  readonly signal?: AbortSignal;
}

const trained = (run: RunFile, out: string, heard: Heard = {}, resume = true) =>
  train(
    { run, name: 'the run', out, resume },
    {
      signal: heard.signal ?? new AbortController().signal,
      progress: heard.progress ?? (() => undefined),
      partial: heard.partial ?? (() => undefined),
      log: () => undefined,
    },
    { local: true },
  );

const namesIn = (folder: string) => readdirSync(folder).sort();

test('a run descends, writes its checkpoints, and its history is as its schema says', async () => {
  const out = join(temporaryFolder(), 'new/folder');
  const history = await trained(runOf(), out);
  historySchema.parse(history);
  assert.equal(history.status, 'complete');
  assert.deepEqual(
    history.epochs.map(({ epoch, step, checkpoint }) => [epoch, step, checkpoint]),
    [0, 1, 2, 3, 4].map((epoch) => [epoch, 8 * epoch, `epoch-00${epoch}.keras`]),
  );
  const [first] = history.epochs;
  const last = history.epochs[4];
  assert.ok(last.train.loss < 0.5 * first.train.loss);
  assert.ok(last.test!.accuracy! > 0.7);
  assert.equal(first.distance, 0);
  assert.ok(last.distance > 0.1);
  assert.equal(history.batchLoss.length, 32);
  assert.deepEqual(namesIn(out), [
    ...[0, 1, 2, 3, 4].map((epoch) => `epoch-00${epoch}.keras`),
    'history.json',
    'landscape.json',
    'state.bin',
  ]);
  assert.deepEqual(historySchema.parse(JSON.parse(readFileSync(join(out, 'history.json'), 'utf8'))), history);
  // What was written is what was evaluated.
  const { model } = await openModel(join(out, 'epoch-004.keras'));
  const distance = Math.hypot(
    ...(await differences(join(out, 'epoch-000.keras'), join(out, 'epoch-004.keras'))),
  );
  assert.ok(model.tensors.length > 0);
  assert.ok(Math.abs(distance - last.distance) < 1e-6 * distance);
});

test('the checkpoints of a run are measured as they were trained, without an option', async () => {
  const folder = temporaryFolder();
  const out = join(folder, 'run');
  const input = { scale: 1 / 16, mean: 0.5 };
  const history = await trained(runOf({ input, epochs: 1, top: 2, slices: false }), out);
  const end = join(out, 'epoch-001.keras');
  const found = await findSettings(end);
  const { trace, top, data } = analyzeRequest(end, found!.settings);
  assert.deepEqual([trace, top, data], [true, 2, corpus('data/digits.npz')]);
  const request = { ...analyzeRequest(end, found!.settings), trace: false, density: false };
  const { loss } = await analyze(request, recordingContext());
  assert.equal(loss!.train.rows, 256);
  const { train: seen, test } = history.epochs[1];
  assert.ok(Math.abs(loss!.train.loss.value / seen.loss - 1) < 1e-6);
  assert.ok(Math.abs(loss!.test!.loss.value / test!.loss - 1) < 1e-6);
  // What a person has written there stays, and none is written where the nearest says the same.
  const own = join(out, 'landscape.json');
  const written = readFileSync(own, 'utf8');
  writeFileSync(own, '{ "mine": true }');
  await writeRunSettings(out, runOf({ input }));
  assert.equal(readFileSync(own, 'utf8'), '{ "mine": true }');
  const settings = { ...JSON.parse(written), data: corpus('data/digits.npz') } as object;
  writeFileSync(join(folder, 'landscape.json'), JSON.stringify(settings));
  const beside = join(folder, 'beside');
  await writeRunSettings(beside, runOf({ input, top: 2, slices: false }));
  assert.ok(!existsSync(beside));
  mkdirSync(beside);
  await writeRunSettings(beside, runOf({ top: 2, slices: false }));
  assert.equal((await findSettings(join(beside, 'x.keras')))?.settings.input, undefined);
});

test('a run that set rows aside is measured on those that it trained on', async () => {
  for (const samples of [undefined, 200, 'first:120'] as const) {
    const out = temporaryFolder();
    const history = await trained(
      runOf({ samples, validation: 0.25, epochs: 1, seed: 5, slices: false }),
      out,
    );
    const end = join(out, 'epoch-001.keras');
    const request = analyzeRequest(end, (await findSettings(end))!.settings);
    assert.equal(request.seed, 1);
    const { loss } = await analyze({ ...request, trace: false, density: false }, recordingContext());
    assert.equal(loss!.train.rows, history.data.trainRows);
    const { train: seen, test: tested } = history.epochs[1];
    assert.ok(Math.abs(loss!.train.loss.value / seen.loss - 1) < 1e-6);
    assert.ok(Math.abs(loss!.test!.loss.value / tested!.loss - 1) < 1e-6);
  }
});

async function differences(a: string, b: string): Promise<number[]> {
  const [one, two] = [(await openModel(a)).model, (await openModel(b)).model];
  return one.tensors.flatMap(({ data }, i) => Array.from(data, (value, k) => two.tensors[i].data[k] - value));
}

/** Every kind of thing that a state must remember. */
const everything: Given = {
  model: { kind: 'mlp', hidden: [12, 8], batchNorm: true, dropout: 0.2 },
  samples: 250,
  optimizer: { name: 'sgd', learningRate: 0.02, momentum: 0.9, averaging: { kind: 'swa', fromEpoch: 1 } },
  schedule: { name: 'reduce-on-plateau', patience: 0, minDelta: 0.1 },
  augmentation: { noise: 0.1 },
  validation: 0.2,
  earlyStopping: { patience: 50 },
  regularization: { l2: 1e-3, labelNoise: 0.1, labelSmoothing: 0.05 },
  epochs: 5,
};

const finals = (folder: string) =>
  new Map(
    namesIn(folder)
      .filter((name) => /\.(keras|safetensors)$/.test(name))
      .map((name) => [name, readFileSync(join(folder, name)).toString('base64')]),
  );

test('a run that is stopped anywhere goes on to the very bytes of one that is not', async () => {
  const runs: Given[] = [
    everything,
    { batchSize: 48, accumulate: 2, optimizer: { name: 'adam', averaging: { kind: 'ema', decay: 0.9 } } },
  ];
  for (const more of runs) {
    const run = runOf(more);
    const [whole, broken] = [temporaryFolder(), temporaryFolder()];
    const straight = await trained(run, whole);
    // Stopped in the middle, and again before the end.
    for (const share of [0.3, 0.75]) {
      const cancel = new AbortController();
      const stopAt = ({ fraction }: Progress) => {
        if (fraction >= share) cancel.abort();
      };
      let told: History | undefined;
      const heard = { progress: stopAt, signal: cancel.signal, partial: (sofar: History) => (told = sofar) };
      await assert.rejects(trained(run, broken, heard), CancelledError);
      const kept = JSON.parse(readFileSync(join(broken, 'history.json'), 'utf8')) as History;
      assert.equal(kept.status, 'cancelled');
      assert.equal(told?.status, 'cancelled');
    }
    const resumed = await trained(run, broken);
    assert.deepEqual([...finals(broken)], [...finals(whole)]);
    assert.deepEqual(resumed.batchLoss, straight.batchLoss);
    const figures = ({ epochs }: History) => epochs.map(({ seconds: _, ...each }) => each);
    assert.deepEqual(figures(resumed), figures(straight));
    assert.ok(namesIn(whole).includes('averaged.keras'));
  }
});

test('a run that has ended is not trained again', async () => {
  const out = temporaryFolder();
  const first = await trained(runOf(), out);
  let steps = 0;
  const again = await trained(runOf(), out, { progress: () => steps++ });
  assert.equal(steps, 0);
  assert.deepEqual(again, first);
});

test('a folder with another run is refused, and so is one that shall be new', async () => {
  const out = temporaryFolder();
  await trained(runOf({ epochs: 1 }), out);
  await assert.rejects(trained(runOf({ epochs: 2 }), out), (error) => {
    assert.ok(error instanceof UserError);
    assert.match(
      error.message,
      /holds another run than the run describes now \(its settings, data or start differ\): train into another folder \(--out in the terminal\), or remove this one first\.$/,
    );
    return true;
  });
  await assert.rejects(
    trained(runOf({ epochs: 1 }), out, {}, false),
    /holds a run already: train into another folder/,
  );
  writeFileSync(join(out, 'state.bin'), 'something else');
  await assert.rejects(trained(runOf({ epochs: 1 }), out), /\(its state\.bin is damaged\)/);
});

test('early stopping goes back to the epoch of the lowest validation loss', async () => {
  const out = temporaryFolder();
  // A rate at which the network soon leaves the best it has been.
  const history = await trained(
    runOf({
      samples: 64,
      validation: 0.5,
      epochs: 200,
      optimizer: { name: 'adam', learningRate: 0.05 },
      earlyStopping: { patience: 5 },
      checkpoints: { every: 1 },
    }),
    out,
  );
  const losses = history.epochs.map(({ validation }) => validation!.loss);
  const best = losses.indexOf(Math.min(...losses.slice(1)));
  assert.equal(history.bestEpoch, history.epochs[best].epoch);
  const last = history.epochs[history.epochs.length - 1];
  assert.equal(last.epoch, history.bestEpoch + 5);
  // Each record names its own epoch's network.
  assert.equal(last.checkpoint, `epoch-${String(last.epoch).padStart(3, '0')}.keras`);
  assert.equal(history.best, 'best.keras');
  assert.equal(epochOf(join(out, 'best.keras'), history), history.bestEpoch);
  const ends = checkpointsOf(out, history);
  assert.deepEqual(ends.at(-1), { epoch: history.bestEpoch, path: join(out, 'best.keras') });
  assert.equal(new Set(ends.map(({ epoch }) => epoch)).size, ends.length);
  const name = `epoch-${String(history.bestEpoch).padStart(3, '0')}.keras`;
  assert.ok(readFileSync(join(out, 'best.keras')).equals(readFileSync(join(out, name))));
  assert.equal(history.data.trainRows, 32);
  assert.equal(history.data.validationRows, 32);
  assert.equal(history.data.testRows, 360);
});

test('a run that diverges keeps the best that early stopping has seen', async () => {
  const out = temporaryFolder();
  const { status, bestEpoch, epochs, notes } = await trained(
    runOf({
      loss: 'mean-squared-error',
      model: { kind: 'perceptron' },
      optimizer: { learningRate: 1e-4 },
      schedule: { name: 'exponential', factor: 100 },
      validation: 0.25,
      earlyStopping: { patience: 50 },
      epochs: 30,
    }),
    out,
  );
  assert.equal(status, 'diverged');
  const losses = epochs.slice(1).map(({ validation }) => validation!.loss);
  assert.equal(bestEpoch, 1 + losses.indexOf(Math.min(...losses)));
  const name = `epoch-${String(bestEpoch).padStart(3, '0')}.keras`;
  assert.ok(readFileSync(join(out, 'best.keras')).equals(readFileSync(join(out, name))));
  assert.match(notes.at(-2)!, /^The validation loss was lowest after epoch \d+: best\.keras holds/);
});

test('a run stops at its target, and says so when its loss is lost', async () => {
  const reached = await trained(runOf({ targetLoss: 1, epochs: 100 }), temporaryFolder());
  const losses = reached.epochs.map(({ train: { loss } }) => loss);
  assert.ok(losses[losses.length - 1] <= 1 && losses[losses.length - 2] > 1);
  const lost = await trained(
    runOf({ loss: 'mean-squared-error', optimizer: { learningRate: 1e6 }, model: { kind: 'perceptron' } }),
    temporaryFolder(),
  );
  assert.equal(lost.status, 'diverged');
  assert.match(lost.notes[lost.notes.length - 1], /^The loss is (infinite|no number any more) at step \d+/);
  historySchema.parse(JSON.parse(JSON.stringify(lost)));
});

test('full-batch steps with tracking: a record at each place, and no checkpoint for each of many steps', async () => {
  const out = temporaryFolder();
  const history = await trained(
    runOf({
      batchSize: 'full',
      samples: 40,
      epochs: undefined,
      steps: 200,
      optimizer: { learningRate: 0.1 },
      track: { every: 100, from: 50 },
      checkpoints: { every: 100, formats: ['keras', 'safetensors'] },
    }),
    out,
  );
  assert.deepEqual(
    history.curvature.map(({ step, kind, threshold }) => [step, kind, threshold]),
    [50, 150].map((step) => [step, 'hessian', 20]),
  );
  assert.equal(history.stepsPerEpoch, 1);
  assert.equal(history.epochs.length, 201);
  const kept = ['000', '100', '200'].flatMap((epoch) => [
    `epoch-${epoch}.keras`,
    `epoch-${epoch}.safetensors`,
  ]);
  assert.deepEqual(namesIn(out), [...kept, 'history.json', 'landscape.json', 'state.bin']);
});

test('settings that do not suit the loss or the start are refused before anything is written', async () => {
  const out = join(temporaryFolder(), 'out');
  const refused = async (more: Given, sentence: RegExp) =>
    assert.rejects(trained(runOf(more), out), (error) => {
      assert.ok(error instanceof UserError, String(error));
      assert.match(error.message, sentence);
      return true;
    });
  const mse = { loss: 'mean-squared-error' };
  await refused(
    { ...mse, regularization: { labelSmoothing: 0.1 } },
    /^the run: "regularization\.labelSmoothing" needs a cross-entropy, but the loss is mean-squared-error: leave it out\.$/,
  );
  await refused(
    { ...mse, regularization: { labelNoise: 0.1 } },
    /^the run: "regularization\.labelNoise" replaces one class/,
  );
  await refused(
    {
      ...mse,
      data: corpus('data/moons.npz'),
      samples: 100,
      regularization: { labelSmoothing: 0.1 },
      augmentation: { flip: 'both', noise: 0.1, cutout: 2 },
    },
    /^the run: "regularization\.labelSmoothing" needs .*; "augmentation\.flip" is for images, but the rows of the data have the shape \[2\]: leave it out; "augmentation\.cutout" is for images, .*: leave it out\.$/,
  );
  await refused(
    { model: corpus('onnx/mlp-mnist.onnx'), data: corpus('data/mnist.npz') },
    /is an ONNX file, which cannot be trained here/,
  );
  assert.throws(() => readdirSync(out));
});
