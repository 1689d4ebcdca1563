import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { experimentFileSchema } from '../../../src/contract/experiment';
import { CancelledError, UserError } from '../../../src/core/errors';
import { estimateRun } from '../../../src/jobs/estimate/estimate-run';
import { plannedRuns } from '../../../src/jobs/experiment/planned-runs';
import { corpus, temporaryFolder } from '../../support/corpus';

/** An experiment of one run of so many epochs, as if its file lay in the corpus. */
const requestOf = (epochs: number) => ({
  file: experimentFileSchema.parse({
    title: 'Rates',
    question: 'Does the rate matter?',
    run: { data: 'data/moons.npz', model: { kind: 'mlp', hidden: [6] }, batchSize: 10, epochs },
    vary: [{ key: 'optimizer.learningRate', label: 'rate', values: [{ label: 'low', value: 0.05 }] }],
    measure: { settings: { trace: false } },
    claims: [],
  }),
  path: corpus('e.json'),
  out: `${temporaryFolder()}/out`,
});

const context = (signal = new AbortController().signal) => ({ signal, log: () => undefined });
const trials = () => readdirSync(tmpdir()).filter((name) => name.startsWith('landscape-trial-'));

test('a run is tried for some seconds, and the whole of it follows in proportion', async () => {
  const before = trials();
  const [short, long] = [requestOf(2), requestOf(1_000_000)];
  const [{ folder: run }] = plannedRuns(short);
  const few = await estimateRun({ experiment: short, run }, context());
  assert.ok(few.seconds > 0 && few.seconds < 60, String(few.seconds));
  assert.ok(few.peakMemoryBytes > 1e6);
  const many = await estimateRun({ experiment: long, run }, context());
  // Its steps take microseconds at least, and those of the short one no more than it took altogether.
  assert.ok(many.seconds > 60 && many.seconds < 500_000 * few.seconds, String(many.seconds));
  assert.ok(!existsSync(long.out), 'nothing of the trial is in the folder of the experiment');
  assert.deepEqual(trials(), before);
});

test('what cannot be tried is said, and cancelling leaves nothing', async () => {
  const before = trials();
  const experiment = requestOf(1_000_000);
  await assert.rejects(estimateRun({ experiment, run: 'another' }, context()), UserError);
  const [{ folder: run }] = plannedRuns(experiment);
  const cancel = new AbortController();
  const asked = estimateRun({ experiment, run }, context(cancel.signal));
  setTimeout(() => cancel.abort(), 1500);
  await assert.rejects(asked, CancelledError);
  assert.deepEqual(trials(), before);
});
