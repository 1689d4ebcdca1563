import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { doubtfulInputs } from '../../../src/jobs/analyze/doubtful-inputs';
import { corpus, quickRequest, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';
import { bytes, integers, npz } from '../../support/npz';

const failed = { id: 'gradient', label: 'gradient', found: 1.39, allowed: 1e-3, passed: false };
const unscaled = [{ id: 'scale-inputs' as const, text: 'Bytes.' }];

test('a check that fails on unscaled bytes says that this is the likely cause, and the cure', async () => {
  const { train } = await readDataset(corpus('data/digits.npz'));
  const [{ data, shape }] = train.inputs;
  // Rows that the network is sure of: as bytes no difference of losses sees their gradient.
  const rows = 8;
  const width = data.length / shape[0];
  const x = Uint8Array.from(Array.from(data).slice(0, rows * width), (value) => Math.round(255 * value));
  const labels = Array.from(train.labels.data).slice(0, rows);
  const file = join(temporaryFolder(), 'bytes.npz');
  writeFileSync(
    file,
    npz({ x_train: bytes([rows, ...shape.slice(1)], x), y_train: integers([rows], labels) }),
  );
  const request = quickRequest(corpus('keras/mlp-digits.keras'), file);
  const report = await analyze(request, recordingContext());
  const broken = report.checks.filter(({ passed }) => !passed);
  assert.ok(broken.length > 0);
  const said = report.notes.find((note) => note.startsWith('A check of the derivatives failed'));
  assert.match(said ?? '', /allowed 0\.001\), most likely because the inputs go in as bytes up to 255/);
  assert.match(said ?? '', /"input": \{"scale": "1\/255"\} in landscape\.json; --normalize imagenet/);
  const scaled = await analyze({ ...request, input: { scale: 1 / 255 } }, recordingContext());
  assert.ok(scaled.checks.every(({ passed }) => passed));
  assert.ok(!scaled.notes.some((note) => note.startsWith('A check')));
});

test('what is no fault of the inputs is not laid on them', () => {
  const gradientNorm = { value: 0.1, standardError: 0.01 };
  assert.equal(doubtfulInputs([{ ...failed, passed: true }], { suggestions: unscaled }), undefined);
  assert.equal(doubtfulInputs([failed], { gradientNorm }), undefined);
  assert.match(
    doubtfulInputs([failed], { gradientNorm: { ...gradientNorm, value: 1e-30 } }) ?? '',
    /gradient: 1\.39, allowed 0\.001\), most likely because the network is so sure of these rows/,
  );
});
