import type { History } from '../../src/contract/history';
import type { RunProgress } from '../../src/training/run-state';

/** The history of a run of 4 epochs of 8 steps that has just begun. */
export const beginningHistory = (): History => ({
  schemaVersion: 1,
  kind: 'training',
  status: 'running',
  createdAt: '2026-01-01T00:00:00.000Z',
  name: 'run',
  out: '/nowhere',
  run: {},
  model: { name: 'mlp', parameters: 3 },
  data: { path: '/nowhere/data.npz', sha256: 'd', trainRows: 8, validationRows: 0, testRows: 0 },
  loss: 'mean-squared-error',
  backend: 'reference',
  precision: 'float64',
  versions: {},
  stepsPerEpoch: 8,
  totalSteps: 32,
  batchLoss: [],
  epochs: [],
  curvature: [],
  notes: [],
  seconds: 0,
});

/** Where it stands before its first step. */
export const beginningProgress = (): RunProgress => ({
  step: 0,
  epochs: 0,
  stop: false,
  schedule: null,
  stopping: null,
  stretch: { sum: 0, count: 0 },
  averaged: 0,
  seconds: 0,
  epochSeconds: 0,
  history: beginningHistory(),
});
