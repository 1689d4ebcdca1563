import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SweepProgress } from '../../../src/jobs/experiment/sweep-progress';
import type { Progress } from '../../../src/contract/progress';

/** Two runs of 10 s each that are measured in 2 s, by a clock of our own. */
function sweep() {
  let time = 0;
  const told: Progress[] = [];
  const tasks = ['train', 'measure', 'train', 'measure'].map((kind) => ({ kind, work: 1 }));
  const progress = new SweepProgress(
    tasks,
    (each) => told.push(each),
    () => time,
  );
  return { progress, told, wait: (seconds: number) => (time += seconds), last: () => told[told.length - 1] };
}

test('the remaining time is learned from tasks of each kind', () => {
  const { progress, told, wait, last } = sweep();
  progress.begin(0, 'a');
  assert.equal(last().remainingSeconds, undefined);
  wait(10);
  progress.end(true);
  progress.begin(1, 'b');
  wait(2);
  progress.end(true);
  progress.begin(2, 'c');
  assert.equal(last().remainingSeconds, 12);
  wait(5);
  progress.advance(0.5, 'c');
  assert.equal(last().remainingSeconds, 7);
  assert.equal(last().fraction, 17 / 24);
  wait(5);
  progress.end(true);
  progress.begin(3, 'd');
  wait(2);
  progress.advance(1, 'd');
  assert.equal(last().fraction, 1);
  told.forEach(({ fraction }, i) => assert.ok(fraction >= (told[i - 1]?.fraction ?? 0)));
});

test('tasks that were done already teach nothing', () => {
  const { progress, wait, last } = sweep();
  for (const i of [0, 1]) {
    progress.begin(i, 'old');
    wait(0.01);
    progress.end(false);
  }
  progress.begin(2, 'new');
  assert.equal(last().remainingSeconds, undefined);
  assert.equal(last().fraction, 0.5);
});
