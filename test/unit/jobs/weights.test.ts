import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { howMeasured } from '../../../src/wording/how-measured';
import { corpus, quickRequest, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';
import { floats, integers, npz } from '../../support/npz';

const ROWS = 40;

/** Some rows of the moons, with more arrays beside them. */
async function moonsWith(more: Record<string, Uint8Array>): Promise<string> {
  const { train } = await readDataset(corpus('data/moons.npz'));
  const [{ data }] = train.inputs;
  const path = join(temporaryFolder(), 'moons.npz');
  const x = floats([ROWS, 2], Array.from(data.subarray(0, 2 * ROWS)));
  const y = integers([ROWS], Array.from(train.labels.data.subarray(0, ROWS)));
  writeFileSync(path, npz({ x_train: x, y_train: y, x_test: x, y_test: y, ...more }));
  return path;
}

const measured = (data: string, more = {}) =>
  analyze(
    quickRequest(corpus('keras/mlp-tanh-moons.keras'), data, { backend: 'reference', ...more }),
    recordingContext(),
  );

test('an analysis by w_train and w_test says so; accuracy is unweighted', async () => {
  const twice = floats([ROWS], new Array<number>(ROWS).fill(2));
  const data = await moonsWith({
    w_train: twice,
    w_test: floats([ROWS, 1], new Array<number>(ROWS).fill(3)),
  });
  const [plain, weighted] = [await measured(data), await measured(data, { sampleWeights: true })];
  const [a, b] = [plain.loss!, weighted.loss!];
  assert.ok(Math.abs(b.train.loss.value / a.train.loss.value - 2) < 1e-9);
  assert.ok(Math.abs(b.test!.loss.value / a.test!.loss.value - 3) < 1e-9);
  assert.ok(Math.abs(b.train.loss.standardError! / a.train.loss.standardError! - 2) < 1e-9);
  assert.deepEqual(b.train.accuracy, a.train.accuracy);
  const [own, other] = [weighted, plain].map(({ spectrum }) => spectrum.largest[0]);
  assert.ok(Math.abs(own.value / other.value - 2) < 1e-3);
  assert.ok(Math.abs(own.heldFixed! / other.heldFixed! - 2) < 1e-2);
  assert.equal(weighted.settings.lossScaling, 'mean over rows, weighted by w_train');
  assert.match(howMeasured(weighted).join(), /mean categorical cross-entropy, weighted by w_train/);
  assert.match(weighted.notes.join(), /divided by the number of rows, as Keras does; accuracy is unweighted/);
  assert.ok(weighted.checks.every(({ passed }) => passed));
});

test('class weights, an array by its name and label smoothing stand in the report', async () => {
  const data = await moonsWith({ importance: floats([ROWS], new Array<number>(ROWS).fill(0.5)) });
  const report = await measured(data, {
    classWeights: { 1: 4 },
    sampleWeights: 'importance',
    labelSmoothing: 0.1,
  });
  assert.equal(report.settings.lossScaling, 'mean over rows, weighted by class and importance');
  assert.equal(report.settings.labelSmoothing, 0.1);
  assert.match(
    howMeasured(report).join(),
    /cross-entropy, label smoothing 0\.1, weighted by class and importance/,
  );
  assert.match(
    report.notes.join(),
    /moons\.npz has no weights of its test rows, so they all weigh the same but for their classes/,
  );
});

test('weights that the data do not have or that cannot weigh are refused in one sentence', async () => {
  const plain = await moonsWith({});
  await assert.rejects(
    measured(plain, { sampleWeights: true }),
    /moons\.npz has no array w_train, which "sampleWeights" asks for: it holds x_train, y_train, x_test, y_test\.$/,
  );
  const given = (w: Uint8Array) => moonsWith({ w_train: w });
  const refused = async (w: Uint8Array, pattern: RegExp) =>
    assert.rejects(measured(await given(w), { sampleWeights: true }), pattern);
  await refused(floats([3], [1, 1, 1]), /w_train has 3 rows and y_train has 40; they must agree/);
  await refused(
    floats(
      [ROWS],
      Array.from({ length: ROWS }, (_, i) => (i === 7 ? -1 : 1)),
    ),
    /^UserError: Row 7 of w_train in .*moons\.npz is -1: weights of rows must not be negative\.$/,
  );
  await refused(
    floats(
      [ROWS],
      Array.from({ length: ROWS }, (_, i) => (i === 9 ? NaN : 1)),
    ),
    /w_train holds NaN in row 9/,
  );
  await refused(
    floats([ROWS, 2], new Array<number>(2 * ROWS).fill(1)),
    /has 2 numbers a row, but a weight is one number a row/,
  );
  await assert.rejects(
    measured(plain, { loss: 'mean-squared-error', labelSmoothing: 0.1 }),
    /"labelSmoothing" needs a cross-entropy, but the loss is mean-squared-error/,
  );
});
