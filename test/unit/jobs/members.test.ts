import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { epochOf, findMembers, hyperparametersOf, labelsOf } from '../../../src/jobs/compare/members';
import type { History } from '../../../src/contract/history';
import { temporaryFolder } from '../../support/corpus';

test('labels are the last parts of paths that differ', () => {
  const cases: readonly (readonly [paths: string[], labels: string[]])[] = [
    [
      ['/r/small/epoch-1.keras', '/r/large/epoch-2.keras'],
      ['small/epoch-1', 'large/epoch-2'],
    ],
    [
      ['/r/a/model.keras', '/r/b/model.keras'],
      ['a', 'b'],
    ],
    [
      ['/r/a.keras', '/r/a.h5'],
      ['a.keras', 'a.h5'],
    ],
    [
      ['/r/a/x.keras', '/r/a/b/x.keras'],
      ['x', 'b/x'],
    ],
    [
      ['/r/v1.2', '/r/v1.3'],
      ['v1.2', 'v1.3'],
    ],
  ];
  for (const [paths, labels] of cases) assert.deepEqual(labelsOf(paths), labels);
});

test('the epoch stands in the name of the file', () => {
  assert.equal(epochOf('/r/epoch-016.keras'), 16);
  assert.equal(epochOf('/r/mlp_epoch_7.keras'), 7);
  assert.equal(epochOf('/r/weights.05-0.31.h5'), 5);
  assert.equal(epochOf('/r/resnet20.keras'), undefined);
  assert.equal(epochOf('/r/cifar-10.keras'), undefined);
});

test('hyperparameters are the settings of the run by dotted keys, without what names and measures it', () => {
  const run = {
    title: 'one',
    data: '/d.npz',
    seed: 3,
    batchSize: 32,
    optimizer: { name: 'sgd', momentum: 0.9, averaging: { kind: 'ema', decay: 0.99 } },
    model: { kind: 'mlp', hidden: [64, 64] },
    track: { every: 10 },
    backend: 'auto',
  };
  assert.deepEqual(hyperparametersOf(run), {
    batchSize: 32,
    'optimizer.name': 'sgd',
    'optimizer.momentum': 0.9,
    'optimizer.averaging.kind': 'ema',
    'optimizer.averaging.decay': 0.99,
    'model.kind': 'mlp',
    'model.hidden': '[64,64]',
  });
});

const history = (seed: number, batchSize: number): History => ({
  schemaVersion: 1,
  kind: 'training',
  status: 'complete',
  createdAt: '',
  name: 'run.json',
  out: '',
  run: { seed, batchSize },
  model: { name: 'mlp', parameters: 1 },
  data: { path: '', sha256: '', trainRows: 1, validationRows: 0, testRows: 0 },
  loss: 'mean-squared-error',
  backend: 'reference',
  precision: 'float64',
  versions: {},
  stepsPerEpoch: 1,
  totalSteps: 1,
  batchLoss: [],
  epochs: [
    {
      epoch: 4,
      step: 4,
      learningRate: 1,
      train: { loss: 1 },
      distance: 0,
      checkpoint: 'last.keras',
      seconds: 0,
    },
  ],
  curvature: [],
  notes: [],
  seconds: 0,
});

test('a history beside the checkpoints gives seed, epoch and hyperparameters; a damaged one a note', async () => {
  const folder = temporaryFolder();
  for (const name of ['a', 'b', 'c']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'a/history.json'), JSON.stringify(history(1, 32)));
  writeFileSync(join(folder, 'b/history.json'), '{"kind":');
  const { members, notes } = await findMembers(
    ['a/last.keras', 'a/epoch-002.keras', 'b/last.keras', 'c/last.keras'].map((name) => join(folder, name)),
  );
  assert.deepEqual(
    members.map(({ label, run, seed, epoch, hyperparameters }) => [label, run, seed, epoch, hyperparameters]),
    [
      ['a/last', 'a', 1, 4, { batchSize: 32 }],
      ['a/epoch-002', 'a', 1, 2, { batchSize: 32 }],
      ['b/last', 'b', undefined, undefined, {}],
      ['c/last', 'c', undefined, undefined, {}],
    ],
  );
  assert.equal(notes.length, 1);
  assert.match(notes[0], /b\/history\.json is no history/);
});
