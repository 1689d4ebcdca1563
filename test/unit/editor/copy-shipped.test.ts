import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { expandExperiment } from '../../../src/analysis/experiments/expand';
import { copyShipped } from '../../../src/editor/experiments/copy-shipped';
import { readExperimentFile } from '../../../src/settings/read-experiment';
import { temporaryFolder } from '../settings/temporary-folder';

const shipped = path.join(__dirname, '../../../media/experiments');
const names = readdirSync(shipped).filter((name) => name.endsWith('.experiment.json'));

test('each experiment is copied with its data and is the same but for where they are', async () => {
  const folder = path.join(temporaryFolder(), 'experiments');
  for (const name of names) {
    const original = await readExperimentFile(path.join(shipped, name));
    const copy = await copyShipped(path.join(shipped, name), folder);
    assert.equal(copy, path.join(folder, name));
    const read = await readExperimentFile(copy);
    const { $schema: _, ...same } = original;
    // Names of files alone are compared: where they lie is what moves.
    const named = (text: string) => text.replace(/"data":"[^"]*\//g, '"data":"');
    assert.equal(named(JSON.stringify(read)), named(JSON.stringify(same)));
    for (const { run } of expandExperiment(read).runs ?? []) {
      // No path leads back into the extension's folder, which goes with the next update.
      assert.ok(existsSync(path.join(folder, run.data)), `${name}: ${run.data}`);
      assert.equal(typeof run.model, 'object');
    }
  }
  assert.deepEqual(readdirSync(path.join(folder, 'data')), [
    'diabetes.npz',
    'digits.npz',
    'gratings.npz',
    'mnist.npz',
    'moons.npz',
    'points.npz',
    'text.npz',
  ]);
});

test('a copy that is there already stays, and other data in the way are not run on', async () => {
  const folder = temporaryFolder();
  const [architecture, batch] = ['architecture', 'batch-size'].map((name) =>
    path.join(shipped, `${name}.experiment.json`),
  );
  const own = path.join(folder, 'architecture.experiment.json');
  writeFileSync(own, 'changed');
  assert.equal(await copyShipped(architecture, folder), own);
  assert.equal(readFileSync(own, 'utf8'), 'changed');
  mkdirSync(path.join(folder, 'data'));
  writeFileSync(path.join(folder, 'data', 'mnist.npz'), 'my own');
  await assert.rejects(copyShipped(batch, folder), /mnist\.npz holds other data.*move or rename/);
  assert.ok(!existsSync(path.join(folder, 'batch-size.experiment.json')));
});
