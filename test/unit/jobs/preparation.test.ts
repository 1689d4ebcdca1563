import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFileSchema } from '../../../src/contract/run-file';
import { openProblem } from '../../../src/jobs/preparation/open-problem';
import { openRun } from '../../../src/jobs/train/open-run';
import { corpus, quickRequest } from '../../support/corpus';

const { signal } = new AbortController();
const model = corpus('keras/mlp-digits.keras');
const data = corpus('data/digits.npz');

const opened = (more: object) =>
  openRun(
    {
      run: runFileSchema.parse({
        data,
        model,
        optimizer: { name: 'sgd', learningRate: 0.1 },
        epochs: 1,
        ...more,
      }),
      name: 'the run',
      out: '',
      resume: false,
    },
    signal,
  );

test('a checkpoint is measured on the very rows and labels that a run of it trains on', async () => {
  const drawn = { samples: 200, validation: 0.25, seed: 5 };
  const run = await opened({ ...drawn, regularization: { labelNoise: 0.2 } });
  const problem = await openProblem(
    quickRequest(model, data, { trained: { ...drawn, labelNoise: 0.2 } }),
    signal,
  );
  problem.objective.dispose();
  assert.deepEqual(problem.selection.rows, run.rows);
  assert.deepEqual(problem.data.train.labels.data, run.data.train.labels.data);
  assert.notDeepEqual(
    run.data.train.labels.data,
    (await opened(drawn)).data.train.labels.data,
    'some labels are noise',
  );
  assert.equal(run.rows.length, 150);
  assert.equal(run.validation.length, 50);
});

test('bytes that go in as they are are said with the file that a scale belongs into, unless one is stated', async () => {
  const bytes = { data: corpus('data/mnist.npz'), model: { kind: 'mlp', hidden: [4] } };
  const said = async (more: object) =>
    (await opened({ ...bytes, ...more })).notes.filter((note) => note.includes('up to 255'));
  const [note, ...others] = await said({});
  assert.match(note, /whole numbers up to 255 .* set "input": \{"scale": "1\/255"\} in the run file\./);
  assert.deepEqual(others, []);
  assert.deepEqual(await said({ input: { scale: 1 } }), []);
  assert.deepEqual(await said({ input: { scale: '1/255' } }), [], 'as the note spells it');
});
