import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { openCheckpoint } from '../../../src/formats/checkpoints/open';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { hash } from '../../../src/jobs/describe/hash';
import { UserError } from '../../../src/core/errors';
import { corpus, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';
import { floats, integers } from '../../support/npz';
import { safetensorsOf } from '../../support/safetensors';
import { storedWeights } from '../../support/stored-weights';
import { corpusJson } from '../formats/corpus';

const hashed = (file: string) => hash({ path: file }, recordingContext());

function sha256(...files: readonly string[]): string {
  const sum = createHash('sha256');
  for (const file of files) sum.update(readFileSync(file));
  return sum.digest('hex');
}

test('a checkpoint of one file is hashed by itself', async () => {
  const file = corpus('keras/cnn-digits.keras');
  const { sha256: found, files } = await hashed(file);
  assert.equal(found, sha256(file));
  assert.deepEqual(
    files.map((stamp) => stamp.path),
    [file],
  );
});

test('weights beside a model.json belong to it, as in the hash that reports name', async () => {
  const folder = temporaryFolder();
  cpSync(corpus('tfjs/cnn-digits'), folder, { recursive: true });
  const [model, weights] = ['model.json', 'weights.bin'].map((name) => path.join(folder, name));
  const before = await hashed(model);
  assert.equal(before.sha256, sha256(model, weights));
  assert.equal(before.sha256, (await openCheckpoint(model)).sha256);
  assert.deepEqual(
    before.files.map((stamp) => [stamp.path, stamp.size]),
    [model, weights].map((file) => [file, readFileSync(file).length]),
  );
  const bytes = readFileSync(weights);
  bytes[0] ^= 1;
  writeFileSync(weights, bytes);
  assert.notEqual((await hashed(model)).sha256, before.sha256);
});

test('weights alone are hashed with their architecture, as in the hash that reports name', async () => {
  const folder = temporaryFolder();
  const [weights, model] = ['plain.pt', 'cnn.pt2'].map((name) => {
    cpSync(corpus(`torch/weights/${name}`), path.join(folder, name));
    return path.join(folder, name);
  });
  const found = await hash({ path: weights, model }, recordingContext());
  assert.equal(found.sha256, (await openCheckpoint(weights, undefined, { model })).sha256);
  assert.deepEqual(
    found.files.map((stamp) => stamp.path),
    [weights, model],
  );
  // A network that needs none is what it is.
  assert.equal(
    (await hash({ path: model, model: weights }, recordingContext())).sha256,
    (await hashed(model)).sha256,
  );
});

test('weights that a configuration beside them explains are hashed with it', async () => {
  const folder = temporaryFolder();
  const { config, tensors } = corpusJson<Record<string, { config: object; tensors: string }>>(
    'torch/huggingface/references.json',
  )['bert-classification'];
  const [weights, described] = ['model.safetensors', 'config.json'].map((name) => path.join(folder, name));
  writeFileSync(weights, safetensorsOf(storedWeights(tensors)));
  writeFileSync(described, JSON.stringify(config));
  const found = await hashed(weights);
  assert.equal(found.sha256, (await openCheckpoint(weights)).sha256);
  assert.deepEqual(
    found.files.map((stamp) => stamp.path),
    [weights, described],
  );
});

test('arrays beside an x_train.npy belong to it', async () => {
  const folder = temporaryFolder();
  const [x, y] = ['x_train.npy', 'y_train.npy'].map((name) => path.join(folder, name));
  writeFileSync(x, floats([3, 2], [1, 2, 3, 4, 5, 6]));
  writeFileSync(y, integers([3], [0, 1, 0]));
  const { sha256: found, files } = await hashed(x);
  assert.equal(found, sha256(x, y));
  assert.equal(found, (await readDataset(x)).sha256);
  assert.deepEqual(
    files.map((stamp) => stamp.path),
    [x, y],
  );
});

test("the rows' weights beside an x_train.npy belong to it when they are asked for", async () => {
  const folder = temporaryFolder();
  const [x, y, w] = ['x_train.npy', 'y_train.npy', 'w_train.npy'].map((name) => path.join(folder, name));
  writeFileSync(x, floats([2, 1], [1, 2]));
  writeFileSync(y, integers([2], [0, 1]));
  writeFileSync(w, floats([2], [1, 3]));
  assert.equal((await hashed(x)).sha256, sha256(x, y));
  const weighed = await hash({ path: x, sampleWeights: true }, recordingContext());
  assert.equal(weighed.sha256, sha256(x, y, w));
  assert.equal(weighed.sha256, (await readDataset(x, { sampleWeights: true })).sha256);
});

test('data in one file are hashed by themselves, and a missing file is refused', async () => {
  const data = corpus('data/digits.npz');
  assert.equal((await hashed(data)).sha256, sha256(data));
  await assert.rejects(hashed('/nowhere/a.keras'), UserError);
});
