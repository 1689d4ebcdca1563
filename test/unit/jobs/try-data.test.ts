import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { describe } from '../../../src/jobs/describe/describe';
import { estimate } from '../../../src/jobs/estimate/estimate';
import { headers } from '../../../src/jobs/describe/headers';
import { tryData } from '../../../src/jobs/describe/try-data';
import { UserError } from '../../../src/core/errors';
import { corpus, quickRequest, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';
import { bytes, integers, npz } from '../../support/npz';

const network = corpus('keras/mlp-digits.keras');
const digits = corpus('data/digits.npz');

/** The digits as bytes up to 255, in a file of their own. */
async function digitsAsBytes(): Promise<string> {
  const { train } = await readDataset(digits);
  const [{ data, shape }] = train.inputs;
  const largest = Math.max(...Array.from(data));
  const file = join(temporaryFolder(), 'bytes.npz');
  const x = bytes(
    shape,
    Uint8Array.from(Array.from(data), (value) => Math.round((value / largest) * 255)),
  );
  writeFileSync(file, npz({ x_train: x, y_train: integers(train.labels.shape, train.labels.data) }));
  return file;
}

test('bytes are tried both ways, and the loss tells which is right', async () => {
  const data = await digitsAsBytes();
  const trial = await tryData(quickRequest(network, data), recordingContext());
  assert.equal(trial.rows, 256);
  const divided = trial.ways?.find(({ name }) => name === 'Divide by 255');
  assert.ok(divided && divided.loss < 1 && trial.loss > 3 * divided.loss, JSON.stringify(trial));
  assert.ok(divided.accuracy! > 0.9 && divided.accuracy! >= trial.accuracy!);
  // Of one channel: no means of three.
  const names = trial.ways?.map(({ name }) => name);
  assert.deepEqual(names, ['Divide by 255', 'From −1 to 1', "MNIST's mean and deviation"]);
});

test('what is scaled, or said to be right as it is, is tried once; what does not fit is refused', async () => {
  const context = recordingContext();
  assert.equal((await tryData(quickRequest(network, digits), context)).ways, undefined);
  const data = await digitsAsBytes();
  const stated = quickRequest(network, data, { input: { scale: 1 } });
  assert.equal((await tryData(stated, context)).ways, undefined);
  await assert.rejects(tryData(quickRequest(network, corpus('data/moons.npz')), context), UserError);
});

test('a network that does worse than guessing on its data is said to', async () => {
  const context = recordingContext();
  assert.equal((await tryData(quickRequest(network, digits), context)).guessing, undefined);
  const inverted = quickRequest(network, digits, { input: { scale: -30 } });
  assert.match(
    (await tryData(inverted, context)).guessing ?? '',
    /worse on these data than guessing among 10 classes .*guessing gives 2\.303/,
  );
  const few = { ...inverted, samples: 64, top: 1, density: false, trace: false, slices: false };
  const report = await analyze({ ...few, layers: 'off' }, context);
  assert.deepEqual(
    report.suggestions?.map(({ id, text }) => [id, report.notes.includes(text)]),
    [['check-data', true]],
  );
});

test('headers tell shapes and types, packed or not, and nothing of what is no data', async () => {
  const folder = temporaryFolder();
  const file = (name: string, content: Uint8Array | string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const made = npz({ x_train: bytes([3, 2, 2], new Uint8Array(12)), y_train: integers([3], [0, 1, 2]) });
  const [found, none] = await headers({
    files: [file('a.npz', made), file('b.npz', 'no archive'), join(folder, 'missing.npz')],
  });
  assert.deepEqual(found?.arrays, [
    { name: 'x_train', shape: [3, 2, 2], type: '|u1' },
    { name: 'y_train', shape: [3], type: '<i4' },
  ]);
  assert.deepEqual(none?.arrays, []);
  const whole = await readDataset(digits);
  const [header] = await headers({ files: [digits] });
  assert.deepEqual(
    header?.arrays.find(({ name }) => name === 'x_train')?.shape,
    whole.train.inputs[0]?.shape,
  );
  assert.ok(readFileSync(digits).length > 8192, 'more than is read of it');
});

test('a checkpoint says what its inputs are', async () => {
  assert.deepEqual((await describe({ checkpoint: network })).inputs, [[8, 8, 1]]);
});

test('an estimate from few rows counts all that were asked for', async () => {
  const found = await estimate(quickRequest(network, digits), recordingContext());
  const { train } = await readDataset(digits);
  assert.equal(found.rows, train.rows);
  assert.ok(found.parameters > 0 && found.seconds > 0);
});
