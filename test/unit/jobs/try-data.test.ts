import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { analyze } from '../../../src/jobs/analyze/analyze';
import { describe } from '../../../src/jobs/describe/describe';
import { estimate } from '../../../src/jobs/estimate/estimate';
import { headers } from '../../../src/jobs/describe/headers';
import { tryData } from '../../../src/jobs/describe/try-data';
import { guessingText } from '../../../src/jobs/preparation/guessing';
import type { LossName } from '../../../src/contract/vocabulary';
import { UserError } from '../../../src/core/errors';
import { corpus, example, quickRequest, temporaryFolder } from '../../support/corpus';
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

test('where there are test rows they tell, for those that a network was trained on may have no loss either way', async () => {
  const trial = await tryData(
    quickRequest(example('small-batch/epoch-020.keras'), example('data/mnist.npz')),
    recordingContext(),
  );
  const divided = trial.ways?.find(({ name }) => name === 'Divide by 255');
  assert.equal(trial.rows, 256);
  assert.ok(divided && divided.loss > 0.05 && trial.loss > 10 * divided.loss, JSON.stringify(trial));
});

test('what is scaled, or said to be right as it is, is tried once; what does not fit is refused', async () => {
  const context = recordingContext();
  assert.equal((await tryData(quickRequest(network, digits), context)).ways, undefined);
  const data = await digitsAsBytes();
  const stated = quickRequest(network, data, { input: { scale: 1 } });
  assert.equal((await tryData(stated, context)).ways, undefined);
  await assert.rejects(tryData(quickRequest(network, corpus('data/moons.npz')), context), UserError);
});

test('pictures in colours are tried with the means and both deviations of CIFAR-10 and the others', async () => {
  const gratings = corpus('onnx/resnet8-gratings.onnx');
  const { ways } = await tryData(quickRequest(gratings, corpus('data/gratings.npz')), recordingContext());
  assert.equal(ways?.length, 6);
  const stds = ways.map(({ input: { std } }) => std);
  for (const std of [
    [0.247, 0.2435, 0.2616],
    [0.2023, 0.1994, 0.201],
    [0.229, 0.224, 0.225],
  ])
    assert.ok(stds.some((each) => isDeepStrictEqual(each, std)));
  for (const { loss, accuracy } of ways) assert.ok(loss > 0 && accuracy! >= 0);
});

test('a network that knows no more than guessing is said to, of two classes in one output too', () => {
  const of = (name: LossName, kind: 'argmax' | 'binary', classes: number) =>
    ({
      loss: { spec: { name }, model: { outputShape: [classes] }, accuracy: { kind, threshold: 0.5 } },
    }) as never;
  const point = (loss: number, right: number, rows = 256) => ({
    rows,
    loss: { value: loss, standardError: 0.01 },
    accuracy: { value: right, standardError: 0.01 },
  });
  const ten = of('categorical-crossentropy', 'argmax', 10);
  assert.match(
    guessingText(ten, point(2.29, 0.102)) ?? '',
    /no better on these data than guessing among 10 classes would \(it is right in 10\.2 %, and its loss is 2\.29; guessing gives 10 % and 2\.303\): unless it is untrained/,
  );
  // It knows something: more right than by luck (three standard deviations), or a loss below guessing.
  assert.equal(guessingText(ten, point(2.29, 0.2)), undefined);
  assert.equal(guessingText(ten, point(1.9, 0.102)), undefined);
  assert.equal(guessingText(ten, point(2.29, 0.25, 8)), undefined);
  const two = of('binary-crossentropy', 'binary', 1);
  assert.match(
    guessingText(two, point(0.692, 0.51)) ?? '',
    /no better .* among 2 classes .* 50 % and 0\.6931/,
  );
  assert.match(guessingText(two, point(1.2, 0.6)) ?? '', /worse .* among 2 classes/);
  assert.equal(guessingText(two, point(0.3, 0.9)), undefined);
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
