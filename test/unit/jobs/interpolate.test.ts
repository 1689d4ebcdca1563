import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { estimate } from '../../../src/jobs/estimate/estimate';
import { interpolate } from '../../../src/jobs/interpolate/interpolate';
import { UserError } from '../../../src/core/errors';
import { type Report, reportSchema } from '../../../src/contract/report';
import { type InterpolateRequest, interpolateRequestSchema } from '../../../src/contract/settings';
import { changedNetwork, corpus, example, quickRequest } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

interface Reference {
  readonly inputScale: number;
  readonly samples: number;
  readonly eigenvalues: { readonly largest: readonly number[] };
  readonly interpolation: Readonly<Record<'t' | 'train' | 'test', readonly number[]>> & {
    readonly distance: number;
  };
}

const reference = (name: string) =>
  JSON.parse(readFileSync(corpus('reference', `${name}.json`), 'utf8')) as Reference;

const runs = {
  'small-batch': example('small-batch/epoch-020.keras'),
  'large-batch': example('large-batch/epoch-100.keras'),
};
const mnist = example('data/mnist.npz');
const digits = corpus('data/digits.npz');

const line = (
  checkpoint: string,
  other: string,
  data: string,
  more: Partial<InterpolateRequest> = {},
): Promise<Report> =>
  interpolate(
    interpolateRequestSchema.parse({ ...quickRequest(checkpoint, data, more), other, ...more }),
    recordingContext(),
  );

function near(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.abs(expected),
    `${what} is ${actual}, not ${expected}`,
  );
}

test('the line from the small-batch to the large-batch network agrees at all 41 points', async () => {
  const { interpolation, samples, inputScale } = reference('small-batch');
  const report = await line(runs['small-batch'], runs['large-batch'], mnist, {
    samples: `first:${samples}`,
    input: { scale: inputScale },
  });
  const [slice] = report.slices;
  assert.equal(slice.coordinates.length, 41);
  slice.coordinates.forEach((t, i) => {
    assert.ok(Math.abs(t - interpolation.t[i]) < 1e-12);
    near(slice.loss.train[i], interpolation.train[i], 1e-4, `the training loss at ${t}`);
    near(slice.loss.test[i], interpolation.test[i], 1e-4, `the test loss at ${t}`);
  });
  near(slice.unit!, interpolation.distance, 1e-6, 'the distance');
  // The ends of the line are the files themselves, to the last digit.
  const [first, last] = [slice.coordinates.indexOf(0), slice.coordinates.indexOf(1)];
  for (const split of ['train', 'test'] as const) {
    assert.equal(slice.loss[split][first], report.loss![split]!.loss.value);
    assert.equal(slice.loss[split][last], report.otherLoss![split]!.loss.value);
    assert.equal(slice.accuracy![split][last], report.otherLoss![split]!.accuracy!.value);
  }
  assert.deepEqual(reportSchema.parse(report), report);
});

for (const name of ['small-batch', 'large-batch'] as const)
  test(`${name}: the largest eigenvalue`, async () => {
    const { eigenvalues, samples, inputScale } = reference(name);
    const settings = { samples: `first:${samples}`, input: { scale: inputScale } };
    const { spectrum } = await analyze(quickRequest(runs[name], mnist, settings), recordingContext());
    near(spectrum.largest[0].value, eigenvalues.largest[0], 2e-5, 'the largest eigenvalue');
  });

test('running statistics move along with the parameters', async () => {
  const own = corpus('tfjs/cnn-digits/model.json');
  const moved = changedNetwork((name, values) => {
    if (name.includes('moving_')) values.forEach((value, i) => (values[i] = 1.5 * value + 0.1));
  });
  const short = { samples: 'first:128', points: 3, from: 0, to: 1 };
  const report = await line(own, moved, digits, short);
  const alone = await analyze(quickRequest(moved, digits, { samples: 'first:128' }), recordingContext());
  assert.equal(report.otherLoss!.train.loss.value, alone.loss!.train.loss.value);
  const [slice] = report.slices;
  assert.equal(slice.loss.train[2], alone.loss!.train.loss.value);
  assert.equal(slice.unit, 0);
  assert.equal(new Set(slice.loss.train).size, 3);
});

test('where the loss is not finite the line has a gap, and says so', async () => {
  const own = corpus('tfjs/cnn-digits/model.json');
  const wider = changedNetwork((name, values) => {
    if (name.includes('moving_variance')) values.forEach((value, i) => (values[i] = 5 * value));
  });
  const report = await line(own, wider, digits, { samples: 'first:64', points: 5, from: -1, to: 1 });
  const [slice] = report.slices;
  assert.deepEqual(slice.coordinates, [0, 0.5, 1]);
  assert.equal(slice.accuracy!.test.length, 3);
  assert.match(report.notes.at(-1)!, /not finite at 2 of 5 points, .*t = −1, −0\.5/);
  assert.deepEqual(reportSchema.parse(report), report);
});

test('a checkpoint whose loss is not finite is refused by name', async () => {
  const own = corpus('tfjs/cnn-digits/model.json');
  const broken = changedNetwork((name, values) => name.endsWith('Dense2/bias') && values.fill(NaN));
  const sentence = /training loss of .*model\.json is not finite/;
  await assert.rejects(line(own, broken, digits, { samples: 8 }), sentence);
  await assert.rejects(analyze(quickRequest(broken, digits), recordingContext()), sentence);
});

test('different architectures are refused by the first tensor that differs', async () => {
  await assert.rejects(
    line(corpus('keras/mlp-digits.keras'), corpus('keras/cnn-digits.keras'), digits, { samples: 8 }),
    (error) =>
      error instanceof UserError &&
      /mlp-digits\.keras and .*cnn-digits\.keras have different architectures: where the first has hidden\/kernel \[64, 24\], the second has /.test(
        error.message,
      ),
  );
});

test('the estimate of a line counts its points, the two ends once more, and the rows of both sides', async () => {
  const network = corpus('keras/mlp-digits.keras');
  const asked = interpolateRequestSchema.parse({
    ...quickRequest(network, digits),
    other: network,
    points: 7,
  });
  const { points, rows, hvps, seconds } = await estimate(asked, recordingContext());
  const { settings } = await line(network, network, digits, { points: 2 });
  assert.deepEqual([points, rows, hvps], [9, settings.rows + settings.data.testRows, 0]);
  assert.ok(seconds > 0);
});
