import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Report, reportSchema } from '../../../src/contract/report';
import { runFileSchema } from '../../../src/contract/run-file';
import { type InterpolateRequest, interpolateRequestSchema } from '../../../src/contract/settings';
import { CancelledError } from '../../../src/core/errors';
import { openModel } from '../../../src/formats/model';
import { estimate } from '../../../src/jobs/estimate/estimate';
import { between, pointOf } from '../../../src/jobs/interpolate/interpolated-point';
import { openProblem } from '../../../src/jobs/preparation/open-problem';
import { plainSentences } from '../../../src/wording/interpretation/interpretation';
import { interpolate } from '../../../src/jobs/interpolate/interpolate';
import { train } from '../../../src/jobs/train/train';
import { changedNetwork, corpus, quickRequest, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

const digits = corpus('data/digits.npz');

/** Trains a small network on 256 rows of the digits; another seed is another start and another order of rows. */
async function minimum(folder: string, seed: number): Promise<string> {
  const run = runFileSchema.parse({
    data: digits,
    model: { kind: 'mlp', hidden: [32], activation: 'relu' },
    samples: 'first:256',
    optimizer: { name: 'adam', learningRate: 0.01 },
    batchSize: 64,
    epochs: 30,
    seed,
    checkpoints: { every: 30 },
    backend: 'onnxruntime',
  });
  const out = join(folder, `${seed}`);
  const signal = new AbortController().signal;
  const silent = () => undefined;
  await train(
    { run, name: 'a run', out, resume: false },
    { signal, progress: silent, partial: silent, log: silent },
    { local: true },
  );
  return join(out, 'epoch-030.keras');
}

const CURVE = { steps: 400, rate: 0.01, batch: 128 };

const asked = (checkpoint: string, other: string, more: Partial<InterpolateRequest> = {}) =>
  interpolateRequestSchema.parse({
    ...quickRequest(checkpoint, digits, { samples: 'first:256' }),
    other,
    points: 21,
    from: 0,
    to: 1,
    ...more,
  });

/** Both ends are trained once for all tests. */
const ends = (async () => {
  const folder = temporaryFolder();
  return [await minimum(folder, 1), await minimum(folder, 2)] as const;
})();

test('between two minima trained apart the curve rises by less than a tenth of what the line does', async () => {
  const [a, b] = await ends;
  const context = recordingContext();
  const report = reportSchema.parse(await interpolate(asked(a, b, { curve: CURVE }), context));
  const { line, curve, length, made, batchNorm } = report.curve!;
  assert.deepEqual([made, batchNorm], [CURVE.steps, 'none']);
  for (const split of ['train', 'test'] as const) {
    const [straight, bent] = [line!.barrier[split]!, curve!.barrier[split]!];
    assert.ok(straight.value > 10 * straight.standardError!, JSON.stringify(straight));
    assert.ok(bent.value < straight.value / 10, JSON.stringify({ straight, bent }));
  }
  assert.ok(length.curve > length.line);
  // Both ways begin and end at the files themselves, and the line is the line.
  const [slice] = report.slices;
  assert.deepEqual(line!.slice.loss, slice.loss);
  assert.deepEqual(line!.slice.standardError, slice.standardError);
  for (const end of [0, 20]) assert.equal(curve!.slice.loss.train[end], slice.loss.train[end]);
  assert.match(plainSentences(report), /A curve of low loss joins the two/);
  assert.ok(context.partials.some(({ curve }) => curve !== undefined && curve.made < CURVE.steps));
});

test('the error of a barrier is that of the differences of rows', async () => {
  const [a, b] = await ends;
  const report = await interpolate(
    asked(a, b, { points: 3, curve: { ...CURVE, steps: 1 } }),
    recordingContext(),
  );
  const problem = await openProblem(asked(a, b), new AbortController().signal);
  try {
    const at = async (t: number) => {
      const other = await openModel(b, new AbortController().signal);
      return problem.objective.losses('train', between(problem.objective.origin, pointOf(other), t));
    };
    const [first, middle, second] = [await at(0), await at(0.5), await at(1)];
    const rises = [...middle].map((loss, i) => loss - (first[i] + second[i]) / 2);
    const mean = rises.reduce((sum, x) => sum + x, 0) / rises.length;
    const variance = rises.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (rises.length - 1);
    const { value, standardError, at: t } = report.curve!.line!.barrier.train;
    assert.ok(Math.abs(value - mean) < 1e-9 && t === 0.5);
    assert.ok(Math.abs(standardError! - Math.sqrt(variance / rises.length)) < 1e-9);
  } finally {
    problem.objective.dispose();
  }
});

test('the same seed gives the same curve, another seed another', async () => {
  const [a, b] = await ends;
  const short = { points: 3, curve: { ...CURVE, steps: 5 } };
  const found = async (seed: number) =>
    (await interpolate(asked(a, b, { ...short, seed }), recordingContext())).curve!.curve!.slice.loss.train;
  const first = await found(1);
  assert.deepEqual(await found(1), first);
  assert.notDeepEqual(await found(2), first);
});

test('of a network with batch norm both ways have the statistics that the rows have there', async () => {
  const own = corpus('tfjs/cnn-digits/model.json');
  const moved = changedNetwork((name, values) => {
    if (name.endsWith('kernel')) values.forEach((value, i) => (values[i] = value * (1 + 0.3 * Math.sin(i))));
  });
  const report = await interpolate(
    asked(own, moved, { samples: 'first:128', points: 3, curve: { steps: 3, rate: 0.001, batch: 64 } }),
    recordingContext(),
  );
  const { batchNorm, line, curve } = report.curve!;
  assert.equal(batchNorm, 're-estimated');
  // Not those of the file, at the ends neither, and the same for both.
  assert.notEqual(line!.slice.loss.train[0], report.loss!.train.loss.value);
  assert.equal(line!.slice.loss.train[0], curve!.slice.loss.train[0]);
});

test('a search for a curve can be cancelled', async () => {
  const [a, b] = await ends;
  const stopped = new AbortController();
  const context = {
    ...recordingContext(),
    signal: stopped.signal,
    partial: ({ curve }: Report) => {
      if (curve) stopped.abort();
    },
  };
  await assert.rejects(interpolate(asked(a, b, { curve: CURVE }), context), CancelledError);
});

test('the estimate of a line with a curve counts the search and both ways', async () => {
  const [a, b] = await ends;
  const plain = await estimate(asked(a, b), recordingContext());
  const more = await estimate(asked(a, b, { curve: CURVE }), recordingContext());
  assert.equal(more.points, plain.points! + 2 * 21);
});
