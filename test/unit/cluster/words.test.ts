import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOn } from '../../../src/cluster/on';
import { rangesOf } from '../../../src/cluster/ranges';
import { mebibytesOf, resourcesOf, secondsOfTime, slurmTime } from '../../../src/cluster/resources';
import { shellLine } from '../../../src/cluster/shell-word';
import { failureText, standingLine } from '../../../src/cluster/standing-line';
import { UserError } from '../../../src/core/errors';

test('--on names a place, and a profile where it has one', () => {
  assert.deepEqual(parseOn('slurm'), { kind: 'slurm', profile: undefined });
  assert.deepEqual(parseOn('slurm:long'), { kind: 'slurm', profile: 'long' });
  assert.deepEqual(parseOn('local:3'), { kind: 'local', count: 3 });
  assert.deepEqual(parseOn('print:sbatch'), { kind: 'print', what: 'sbatch', profile: undefined });
  assert.deepEqual(parseOn('print:kubernetes:a'), { kind: 'print', what: 'kubernetes', profile: 'a' });
  for (const text of [
    '',
    'slurm:',
    'slurm:a:b',
    'local',
    'local:0',
    'local:1.5',
    'local:1e9',
    'print',
    'print:pbs',
  ])
    assert.throws(() => parseOn(text), UserError, text);
});

test('times and memory are read and written as Slurm does', () => {
  const times = {
    '90': 5400,
    '1:30': 90,
    '2:00:00': 7200,
    '1-0': 86400,
    '1-2:30': 95400,
    '1-2:30:15': 95415,
  };
  for (const [text, seconds] of Object.entries(times)) assert.equal(secondsOfTime(text), seconds, text);
  assert.equal(slurmTime(95415), '26:30:15');
  assert.equal(secondsOfTime(slurmTime(95415)), 95415);
  const sizes = { '512': 512, '8G': 8192, '1T': 2 ** 20, '500K': 1, '3M': 3 };
  for (const [text, size] of Object.entries(sizes)) assert.equal(mebibytesOf(text), size, text);
});

test('a task gets what the profile says, else its estimate with a margin', () => {
  const cost = { seconds: 1000, peakMemoryBytes: 4 * 2 ** 30, cpus: 8 };
  // Eight processors' work on two takes four times as long; three times that and two minutes, in whole minutes.
  assert.deepEqual(resourcesOf({}, cost), { seconds: 12_120, memory: 7168, cpus: 2, atOnce: 20 });
  assert.deepEqual(resourcesOf({ cpus: 8 }, cost).seconds, 3120);
  assert.deepEqual(resourcesOf({ time: '0:30:00', memory: '3G', cpus: 4, atOnce: 5 }, cost), {
    seconds: 1800,
    memory: 3072,
    cpus: 4,
    atOnce: 5,
  });
  assert.deepEqual(resourcesOf({}, { seconds: 1, peakMemoryBytes: 1, cpus: 1 }), {
    seconds: 600,
    memory: 2048,
    cpus: 2,
    atOnce: 20,
  });
});

test('places are written as ranges, words as a shell reads them', () => {
  assert.equal(rangesOf([0]), '0');
  assert.equal(rangesOf([0, 1, 2, 5, 7, 8]), '0-2,5,7-8');
  assert.equal(shellLine(['a', 'b c', "d'e", '$f']), `a 'b c' 'd'\\''e' '$f'`);
});

test('where tasks stand, and how one failed, is said in a line', () => {
  const queued = new Map([
    [1, { state: 'running', node: 'n1' }],
    [2, { state: 'waiting', reason: 'Priority' }],
  ] as const);
  assert.equal(
    standingLine({ done: [0], failed: [{ index: 3 }], queued }, 4),
    '1 of 4 done, 1 failed, 1 running on n1, 1 waiting (Priority)',
  );
  assert.equal(
    standingLine({ done: [], failed: [], queued: undefined }, 1),
    '0 of 1 done, the scheduler does not answer',
  );
  assert.equal(
    failureText({ index: 3, code: 2, node: 'n1' }, 'a.keras', { file: '/logs/3.err', lines: ['one', 'two'] }),
    'Task 3 (a.keras) on n1 ended with exit code 2 (/logs/3.err): one / two',
  );
  assert.match(failureText({ index: 0, code: 137 }, 'a', undefined), /137, killed: .*memory.*has no log$/);
  assert.match(failureText({ index: 0 }, 'a', undefined), /ended without a word/);
});
