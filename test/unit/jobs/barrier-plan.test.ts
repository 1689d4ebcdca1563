import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandExperiment } from '../../../src/analysis/experiments/expand';
import { experimentFileSchema } from '../../../src/contract/experiment';
import { barrierNotes } from '../../../src/jobs/experiment/barrier-plan';

const values = (...given: readonly unknown[]) => given.map((value, i) => ({ label: `v${i}`, value }));

/** What an experiment that varies this says of its barriers before it trains. */
function notesOf(key: string, given: readonly unknown[], measure: object): string[] {
  const file = experimentFileSchema.parse({
    title: 'T',
    question: 'Q?',
    run: { data: 'data.npz', model: { kind: 'mlp', hidden: [8] }, epochs: 1 },
    vary: [{ key, label: 'varied', values: values(...given) }],
    seeds: [1, 2],
    measure,
    claims: [],
  });
  const { runs, mistakes } = expandExperiment(file);
  assert.ok(runs, JSON.stringify(mistakes));
  return barrierNotes(file, runs);
}

const widths = [[8], [16]];

test('barriers that an experiment will not have are said before it trains', () => {
  assert.deepEqual(notesOf('model.hidden', widths, { barriers: true }), [
    '4 of 6 pairs of runs will have no barrier between them: their architectures are different.',
  ]);
  assert.deepEqual(notesOf('data', ['a.npz', 'b.npz'], { barriers: true }), [
    'There will be no barriers: the runs differ in their data, loss or scaling of inputs.',
  ]);
  const [note] = notesOf('batchSize', [8, 16, 32, 64, 128, 256], { barriers: true });
  assert.match(note, /^Of 12 checkpoints barriers are measured between none: all pairs are for up to 10\.$/);
});

test('nothing is said where all are measured, or none was asked for', () => {
  assert.deepEqual(notesOf('batchSize', [8, 16], { barriers: true }), []);
  assert.deepEqual(notesOf('model.dropout', [0.1, 0.2], { barriers: true }), []);
  assert.deepEqual(notesOf('model.hidden', widths, {}), []);
});
