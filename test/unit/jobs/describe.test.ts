import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe } from '../../../src/jobs/describe/describe';

const corpus = path.resolve(import.meta.dirname, '../../corpus');

test('a model is told with its shapes, tensors and loss', async () => {
  const summary = await describe({ checkpoint: path.join(corpus, 'keras/cnn-digits.keras') });
  assert.equal(summary.refusal, undefined);
  assert.equal(summary.loss, 'categorical-crossentropy');
  assert.deepEqual(summary.layers.at(-1)?.outputShape, [10]);
  assert.ok(
    summary.parameters.some(({ trainable }) => !trainable),
    'running statistics are among the tensors',
  );
  const total = summary.parameters.reduce((sum, { count }) => sum + count, 0);
  assert.equal(
    summary.layers.reduce((sum, { parameters }) => sum + parameters, 0),
    total,
  );
});

test('a model that is refused is told all the same, with the reason', async () => {
  const parts = unzipSync(await readFile(path.join(corpus, 'keras/cnn-digits.keras')));
  const config = strFromU8(parts['config.json']).replaceAll('"ReLU"', '"MyActivation"');
  const folder = await mkdtemp(path.join(tmpdir(), 'landscape-describe-'));
  const checkpoint = path.join(folder, 'own.keras');
  await writeFile(checkpoint, zipSync({ ...parts, 'config.json': strToU8(config) }, { level: 0 }));
  const summary = await describe({ checkpoint }).finally(() => rm(folder, { recursive: true }));
  assert.match(summary.refusal ?? '', /cannot be analyzed: .*MyActivation/);
  assert.equal(summary.layers.length, 12);
  assert.ok(summary.layers.some(({ className, parameters }) => className === 'Dense' && parameters > 0));
  assert.ok(
    summary.parameters.every(({ norm, count, shape }) => Number.isFinite(norm) && count > 0 && shape),
  );
});

test('a file that cannot be read is refused whole', async () => {
  await assert.rejects(describe({ checkpoint: path.join(corpus, 'broken/truncated.keras') }), /truncated/);
});
