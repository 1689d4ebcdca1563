import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type Candidate, onFasterDevice } from '../../../src/jobs/preparation/faster-device';
import { KeptStore } from '../../../src/settings/kept-store';
import type { Objective } from '../../../src/objective/evaluation/objective';
import { denseModel, objectiveOf, rowsOf } from '../../support/dense-model';

// The plain float64 loops are slow enough for the native runtime to be another, faster device.

let folder: string;
before(async () => (folder = await mkdtemp(path.join(tmpdir(), 'devices-'))));
after(() => rm(folder, { recursive: true }));

const opened = (backend: 'reference' | 'onnxruntime'): Promise<Objective> => {
  const inputs = Float64Array.from({ length: 256 * 60 }, (_, i) => Math.sin(i));
  const labels = Float64Array.from({ length: 256 }, (_, i) => i % 3);
  return objectiveOf(denseModel([60, 100, 3]), rowsOf(inputs, 60, labels, []), 'categorical-crossentropy', {
    backend,
  });
};

const candidate = (name: string, more: Partial<Candidate> = {}): Candidate => ({
  name: 'a faster one',
  backend: 'onnxruntime',
  kept: new KeptStore(path.join(folder, name)),
  signal: new AbortController().signal,
  least: { operations: 0, milliseconds: 0 },
  ...more,
});

test('a device that is faster and right is chosen, with a note, and tried once', async () => {
  const { objective, notes } = await onFasterDevice(await opened('reference'), candidate('chosen'));
  assert.equal(objective.backend.backend, 'onnxruntime');
  assert.match(notes[0], /^Computed on a faster one: on this machine it multiplies [\d.]+ times as fast/);
  objective.dispose();
  const [entry] = await readdir(path.join(folder, 'chosen'));
  assert.ok(entry);
  const again = await onFasterDevice(await opened('reference'), candidate('chosen'));
  assert.deepEqual(again.notes, notes, 'the figures of the first trial');
  again.objective.dispose();
});

test('a slower device is not chosen, nor asked for again', async () => {
  const slow = candidate('slower', { backend: 'reference' });
  const first = await opened('onnxruntime');
  const { objective, notes } = await onFasterDevice(first, slow);
  assert.equal(objective, first);
  assert.deepEqual(notes, []);
  assert.equal(objective.cost.hvps, 0, 'the trial is nobody’s cost');
  assert.equal((await readdir(path.join(folder, 'slower'))).length, 1);
  objective.dispose();
});

test('small work, a fast product and a machine without a device try nothing', async () => {
  const first = await opened('onnxruntime');
  for (const given of [
    candidate('nothing', { name: undefined }),
    candidate('nothing', { least: { operations: 1e12, milliseconds: 0 } }),
    candidate('nothing', { least: { operations: 0, milliseconds: 1e6 } }),
  ]) {
    const { objective } = await onFasterDevice(first, given);
    assert.equal(objective, first);
  }
  await assert.rejects(readdir(path.join(folder, 'nothing')));
  first.dispose();
});

test('a device that fails leaves the processor in its place', async () => {
  const first = await opened('onnxruntime');
  const failing = candidate('failing', { backend: 'tensorflow' });
  const { objective, notes } = await onFasterDevice(first, failing);
  assert.equal(objective, first);
  assert.deepEqual(notes, []);
  assert.ok(objective.isAlive);
  objective.dispose();
});
