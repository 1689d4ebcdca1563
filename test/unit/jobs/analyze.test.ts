import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { estimate } from '../../../src/jobs/estimate/estimate';
import type { JobContext } from '../../../src/jobs/context/context';
import { openProblem } from '../../../src/jobs/preparation/open-problem';
import { CancelledError } from '../../../src/core/errors';
import { type Report, reportSchema } from '../../../src/contract/report';
import { corpus, quickRequest, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';
import { bytes, floats, integers, npz } from '../../support/npz';

const moonsNetwork = corpus('keras/mlp-tanh-moons.keras');
const moons = corpus('data/moons.npz');
const digitsNetwork = corpus('keras/mlp-digits.keras');
const digits = corpus('data/digits.npz');

const everything = (more = {}) =>
  quickRequest(moonsNetwork, moons, {
    samples: 'first:128',
    top: 3,
    bottom: 1,
    layers: 'full',
    trace: true,
    density: true,
    slices: true,
    ...more,
  });

/** What must repeat to the last digit: all but the clock's and the memory's figures. */
const digitsOf = ({ createdAt, cost, ...rest }: Report) =>
  JSON.stringify({ ...rest, hvps: cost.hvps, made: createdAt.length });

test('the same request gives the same report, digit by digit', async () => {
  const [first, second] = [
    await analyze(everything(), recordingContext()),
    await analyze(everything(), recordingContext()),
  ];
  assert.equal(digitsOf(first), digitsOf(second));
  const other = await analyze(everything({ seed: 2 }), recordingContext());
  assert.notEqual(digitsOf(first), digitsOf(other));
  assert.ok(Math.abs(first.spectrum.largest[0].value - other.spectrum.largest[0].value) < 1e-4);
});

test('values stream in their order and nothing of them goes back', async () => {
  const context = recordingContext();
  const report = await analyze(everything(), context);
  const firstWith = (has: (partial: Report) => unknown) => context.partials.findIndex((each) => has(each));
  const order = [
    firstWith(() => true),
    firstWith(({ loss }) => loss),
    firstWith(({ gradientNorm }) => gradientNorm),
    firstWith(({ spectrum }) => spectrum.largest.length > 0),
    firstWith(({ spectrum }) => spectrum.smallest.length > 0),
    firstWith(({ spectrum }) => spectrum.trace),
    firstWith(({ slices }) => slices.length > 0),
    firstWith(({ layers }) => layers.some(({ largest }) => largest)),
    firstWith(({ spectrum }) => spectrum.density),
  ];
  assert.ok(
    order.every((place, i) => place >= 0 && (i === 0 || place > order[i - 1])),
    order.join(' '),
  );
  const last = context.partials.length - 1;
  context.partials.forEach((partial, i) => {
    assert.equal(partial.status, i === last ? 'complete' : 'running');
    assert.deepEqual(reportSchema.parse(partial), partial);
  });
  assert.deepEqual(context.partials[last], report);
  const fractions = context.progresses.map(({ fraction }) => fraction);
  fractions.forEach((fraction, i) =>
    assert.ok(fraction >= (fractions[i - 1] ?? 0) && fraction <= 1, `${fractions[i - 1]}, then ${fraction}`),
  );
  assert.ok(fractions[fractions.length - 1] > 0.9);
});

test('slices run along the top eigenvectors and two random directions of their own', async () => {
  const { slices } = await analyze(everything(), recordingContext());
  assert.deepEqual(
    slices.map(({ label }) => label),
    ['v1', 'v2', 'v3', 'random 1', 'random 2'],
  );
  const [first, second] = slices.slice(3);
  assert.notDeepEqual(first.loss.train, second.loss.train);
  // Both pass through the checkpoint itself, where t = 0.
  const middle = first.coordinates.indexOf(0);
  assert.ok(middle > 0 && first.loss.train[middle] === second.loss.train[middle]);
});

test('a cancelled analysis ends at once, wherever it stands', async () => {
  for (const stage of ['reading', 'largest eigenvalues', 'slices', 'density']) {
    const controller = new AbortController();
    const recorded = recordingContext(controller.signal);
    let after = 0;
    const context: JobContext = {
      ...recorded,
      progress: (progress) => {
        if (controller.signal.aborted) after++;
        if (progress.stage === stage) controller.abort();
      },
    };
    await assert.rejects(analyze(everything(), context), CancelledError);
    assert.ok(after <= 1, `${after} steps after the cancelling in ${stage}`);
    assert.ok(recorded.partials.every(({ status }) => status === 'running'));
  }
});

test('N rows are drawn by the seed, first:N are those in front', async () => {
  const rowsOf = async (samples: number | string, seed = 1) => {
    const request = quickRequest(moonsNetwork, moons, { samples, seed });
    const { objective, selection } = await openProblem(request, new AbortController().signal);
    objective.dispose();
    return [...selection.rows];
  };
  const front = Array.from({ length: 50 }, (_, i) => i);
  assert.deepEqual(await rowsOf('first:50'), front);
  const drawn = await rowsOf(50);
  assert.deepEqual(await rowsOf(50), drawn);
  assert.notDeepEqual(await rowsOf(50, 2), drawn);
  assert.notDeepEqual(drawn, front);
  assert.equal(new Set(drawn).size, 50);
  assert.deepEqual(
    drawn,
    [...drawn].sort((a, b) => a - b),
  );
});

test('labels as whole numbers and one-hot are the same labels', async () => {
  const { train } = await readDataset(digits);
  const rows = 96;
  const x = floats([rows, 8, 8], Array.from(train.inputs[0].data).slice(0, rows * 64));
  const labels = Array.from(train.labels.data).slice(0, rows);
  const oneHot = labels.flatMap((label) => Array.from({ length: 10 }, (_, k) => (k === label ? 1 : 0)));
  const folder = temporaryFolder();
  const reportFor = async (name: string, y: Uint8Array) => {
    writeFileSync(join(folder, name), npz({ x_train: x, y_train: y, x_test: x, y_test: y }));
    return analyze(quickRequest(digitsNetwork, join(folder, name)), recordingContext());
  };
  const whole = await reportFor('whole.npz', integers([rows], labels));
  const hot = await reportFor('hot.npz', floats([rows, 10], oneHot));
  const column = await reportFor('column.npz', integers([rows, 1], labels));
  for (const other of [hot, column]) {
    const [ours, theirs] = [whole.loss!.train, other.loss!.train];
    assert.ok(Math.abs(ours.loss.value - theirs.loss.value) < 1e-7);
    assert.equal(ours.accuracy!.value, theirs.accuracy!.value);
    assert.ok(Math.abs(whole.spectrum.largest[0].value - other.spectrum.largest[0].value) < 2e-5);
  }
});

interface FileReference {
  readonly samples: number;
  readonly train: { readonly loss: number; readonly accuracy: number };
  readonly predictFirst2: readonly (readonly number[])[];
}

for (const [file, name] of [
  ['keras/keras2-cnn-digits.h5', 'keras2-cnn-digits'],
  ['keras/keras2-cnn-digits.keras', 'keras2-cnn-digits'],
  ['tfjs/cnn-digits/model.json', 'tfjs-cnn-digits'],
] as const)
  test(`${file}: loss without regularizers, accuracy and predictions`, async () => {
    const { samples, train, predictFirst2 } = JSON.parse(
      readFileSync(corpus('reference', `${name}.json`), 'utf8'),
    ) as FileReference;
    const request = quickRequest(corpus(file), digits, { samples: `first:${samples}` });
    const { loss } = await analyze(request, recordingContext());
    const off = Math.abs(loss!.train.loss.value - train.loss) / train.loss;
    assert.ok(off < 1e-5, `the loss is ${loss!.train.loss.value}, not ${train.loss}`);
    assert.equal(loss!.train.accuracy!.value, train.accuracy);
    const { objective } = await openProblem(request, new AbortController().signal);
    const { outputs } = await objective.values('train', objective.origin);
    objective.dispose();
    // The objective computes on logits; the files' own outputs are their softmax.
    predictFirst2.forEach((expected, row) => {
      const logits = Array.from(outputs.subarray(row * 10, row * 10 + 10));
      const sum = logits.reduce((total, value) => total + value, 0);
      const predicted = Math.abs(sum - 1) < 1e-4 ? logits : softmax(logits);
      predicted.forEach((value, k) =>
        assert.ok(Math.abs(value - expected[k]) < 2e-6, `${value}, not ${expected[k]}`),
      );
    });
  });

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits);
  const raised = logits.map((value) => Math.exp(value - largest));
  const sum = raised.reduce((total, value) => total + value, 0);
  return raised.map((value) => value / sum);
}

test('the error from a subset of rows covers how far subsets move the figures', async () => {
  const figures = async (samples: number | undefined, seed: number) => {
    const { loss, spectrum } = await analyze(
      quickRequest(digitsNetwork, digits, { samples, seed }),
      recordingContext(),
    );
    for (const each of spectrum.largest)
      assert.match(each.samplingReason ?? '', /^no bar: few rows shift it/);
    return { loss: loss!.train.loss, accuracy: loss!.train.accuracy! };
  };
  const all = await figures(undefined, 1);
  const subsets = [];
  for (let seed = 1; seed <= 8; seed++) subsets.push(await figures(200, seed));
  for (const name of ['loss', 'accuracy'] as const) {
    const deviations = subsets.map(
      (each) => (each[name].value - all[name].value) / each[name].standardError!,
    );
    const spread = Math.sqrt(deviations.reduce((sum, z) => sum + z * z, 0) / deviations.length);
    // Eight draws of about one standard error each: a wrong formula is off by a factor.
    assert.ok(spread > 0.3 && spread < 2.5, `${name}: ${spread} standard errors`);
  }
});

test('an estimate needs no analysis and counts the products of what was asked', async () => {
  const little = await estimate(quickRequest(moonsNetwork, moons), recordingContext());
  const much = await estimate(everything({ samples: undefined }), recordingContext());
  assert.ok(little.seconds > 0 && little.hvpMilliseconds > 0);
  assert.ok(much.hvps > little.hvps);
  assert.equal(little.rows, much.rows);
});

test('how long it takes leaves nothing out: what a report holds is what was asked for', async () => {
  const report = await analyze(everything({ budgetSeconds: 1e-6 }), recordingContext());
  assert.equal(report.settings.layers, 'full');
  assert.ok(report.layers.every(({ largest }) => largest !== undefined));
  assert.ok(report.spectrum.smallest.length > 0);
  assert.deepEqual(
    report.notes.filter((note) => note.includes('left out')),
    [],
  );
});

test('bytes that nothing scales are said from the first partial report on, with what can be done', async () => {
  const rows = 32;
  const images = bytes(
    [rows, 8, 8, 1],
    Uint8Array.from({ length: rows * 64 }, (_, i) => (i * 97) % 256),
  );
  const labels = integers(
    [rows],
    Array.from({ length: rows }, (_, i) => i % 10),
  );
  const data = join(temporaryFolder(), 'bytes.npz');
  writeFileSync(data, npz({ x_train: images, y_train: labels, x_test: images, y_test: labels }));
  const context = recordingContext();
  const request = quickRequest(digitsNetwork, data);
  const report = await analyze(request, context);
  const [suggestion, ...others] = report.suggestions ?? [];
  assert.equal(suggestion.id, 'scale-inputs');
  assert.ok(report.notes.includes(suggestion.text));
  // No network knows labels that go round.
  assert.deepEqual(
    others.map(({ id }) => id),
    ['check-data'],
  );
  assert.deepEqual(context.partials[0].suggestions, [suggestion]);
  const scaled = { ...request, input: { scale: 1 / 255 } };
  const shrunk = { ...quickRequest(digitsNetwork, digits), samples: 8, input: { scale: 1 / 255 } };
  const { notes } = await analyze(shrunk, recordingContext());
  assert.ok(notes.some((note) => note.startsWith('The inputs lie within 0 to 1 and are scaled by 0.00392')));
  const { suggestions = [] } = await analyze(scaled, recordingContext());
  assert.ok(suggestions.every(({ id }) => id === 'check-data'));
});
