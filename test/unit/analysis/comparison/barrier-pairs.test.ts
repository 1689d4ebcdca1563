import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barrierPairs } from '../../../../src/analysis/comparison/barrier-pairs';

const run = (name: string, epochs: readonly number[]) => epochs.map((epoch) => ({ run: name, epoch }));
const count = (length: number) => Array.from({ length }, (_, i) => i);

test('up to ten checkpoints every pair', () => {
  const { pairs, note } = barrierPairs(run('a', count(10)));
  assert.equal(pairs.length, 45);
  assert.equal(note, undefined);
  assert.deepEqual(barrierPairs(run('a', [0, 1])).pairs, [[0, 1]]);
});

test('beyond that the ends of runs, and neighbours by epoch', () => {
  const { pairs, note } = barrierPairs([...run('a', [5, 3, 4, 2, 1, 0]), ...run('b', [0, 1, 2, 3, 4, 5])]);
  assert.deepEqual(pairs.slice(0, 4), [
    [0, 11],
    [4, 5],
    [3, 4],
    [1, 3],
  ]);
  assert.equal(pairs.length, 1 + 5 + 5);
  assert.match(note!, /last checkpoints of runs and between neighbours of each run only/);
});

test('of very many none', () => {
  const { pairs, note } = barrierPairs(run('a', count(200)));
  assert.deepEqual(pairs, []);
  assert.match(note!, /between none/);
});
