import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRunFile, runFolder, runName } from '../../../src/settings/read-run-file';
import { UserError } from '../../../src/core/errors';
import { measuringOf, runFileSchema } from '../../../src/contract/run-file';
import { settingsSchema } from '../../../src/contract/settings';
import { temporaryFolder } from './temporary-folder';

async function refused(text: string, sentence: string): Promise<void> {
  const file = join(temporaryFolder(), 'a.run.json');
  writeFileSync(file, text);
  await assert.rejects(readRunFile(file), (error) => {
    assert.ok(error instanceof UserError);
    assert.equal(error.message, `${file} ${sentence}`);
    return true;
  });
}

const wrong = (document: object, mistakes: string) =>
  refused(JSON.stringify(document), `is not right: ${mistakes}.`);

test('a run file may have comments; its paths are relative to it', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'a.run.json');
  writeFileSync(file, '// why\n{ "data": "d.npz", "model": "../m.keras", "epochs": 2, }');
  const run = await readRunFile(file);
  assert.equal(run.data, join(folder, 'd.npz'));
  assert.equal(run.model, join(folder, '../m.keras'));
  assert.equal(run.batchSize, 32);
  assert.equal(run.optimizer.name, 'sgd');
});

test('a run is called by its file, and goes beside it', () => {
  assert.equal(runName('/a/small.run.json'), 'small');
  assert.equal(runName('/a/small.json'), 'small');
  assert.equal(runFolder('/a/small.json'), '/a/small');
  assert.equal(runFolder('/a/small'), '/a/small-run');
});

test('a deviation of 0 is refused before anything is read', async () => {
  const run = { data: 'a', model: { kind: 'mlp' }, epochs: 1 };
  for (const std of [0, [1, 0]])
    await wrong(
      { ...run, input: { std } },
      '"input.std" is not right: the inputs are divided by it, so none may be 0',
    );
});

test('each mistake is named with its path and what is allowed there, several at once', async () => {
  await wrong(
    { data: 1, model: { kind: 'mlpp' }, epochs: 1 },
    '"data" must be text; "model.kind" must be one of "perceptron", "mlp", "cnn", "residual", "recurrent", "transformer"',
  );
  await wrong(
    { data: 'a', model: { kind: 'mlp', hiden: [1] }, epochs: 0.5, batchSize: 'ful' },
    '"model.hiden" is no key here (known: kind, hidden, activation, batchNorm, dropout); "batchSize" must be a number or "full"; "epochs" must be a whole number',
  );
  await wrong(
    {
      data: 'a',
      model: 3,
      optimizer: { name: 'sdg', averaging: { kind: 'x' } },
      schedule: { name: 'step', factor: -1 },
      epochs: 1,
    },
    '"model" must be text or an object; "optimizer.name" must be one of "sgd", "adagrad", "rmsprop", "adam", "adamw", "lion"; "optimizer.averaging.kind" must be one of "swa", "ema"; "schedule.everyEpochs" is missing: give a number; "schedule.factor" must be above 0',
  );
  await wrong({ epochs: 1 }, '"data" is missing: give text; "model" is missing: give text or an object');
  await wrong(
    { data: 'a', model: { kind: 'cnn', filters: [] }, epochs: 1, validation: 1.5, track: {} },
    '"model.filters" must be a list of at least 1; "validation" must be below 1; "track.every" is missing: give a number',
  );
});

test('what belongs together is said as one sentence of its own', async () => {
  const run = { data: 'a', model: 'b' };
  await wrong(run, '"epochs" is not right: give either "epochs" or "steps"');
  await wrong({ ...run, epochs: 1, steps: 2 }, '"epochs" is not right: give either "epochs" or "steps"');
  await wrong(
    { ...run, epochs: 1, earlyStopping: {} },
    '"earlyStopping" is not right: early stopping needs "validation", the share of rows to judge by',
  );
});

test('what does not belong to an optimizer is named beside mistakes elsewhere', async () => {
  await wrong(
    {
      data: 'a',
      model: { kind: 'mlp', hidden: [] },
      optimizer: { name: 'adam', momentum: 0.9, beta1: 2, weightDecay: 0.1 },
      schedule: { name: 'warm-restarts', periodEpochs: 1, growth: 0.5 },
    },
    '"model.hidden" must be a list of at least 1; "optimizer.beta1" must be below 1; "optimizer.momentum" is not right: adam takes no momentum (it takes beta1, beta2, epsilon); "optimizer.weightDecay" is not right: adam takes no weightDecay (it takes beta1, beta2, epsilon); use adamw, or regularization.l2 for decay inside the gradient; "schedule.growth" must be at least 1; "epochs" is not right: give either "epochs" or "steps"',
  );
  await wrong(
    {
      data: 'a',
      model: 'b.keras',
      epochs: 1,
      optimizer: { nesterov: true },
      regularization: { dropout: 0.1, l2: -1 },
    },
    '"optimizer.nesterov" is not right: nesterov needs a momentum above 0, for example .9; "regularization.l2" must be at least 0; "regularization.dropout" is not right: belongs to a network described under "model"; a checkpoint has its own dropout layers',
  );
});

test('the keys of landscape.json are keys of a run file', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'a.run.json');
  const measuring = { top: 3, operator: 'ggn', layers: 'off', measures: ['lambda-max'], exact: true };
  writeFileSync(file, JSON.stringify({ data: 'd.npz', model: 'm.keras', epochs: 2, ...measuring }));
  assert.deepEqual(measuringOf(await readRunFile(file)), measuring);
  // What smooths labels or penalizes weights in training stands under "regularization", what a run trained on is its own to say, and what
  // a graph of operators leaves open, or weights alone, is asked of no run: such files are not trained here.
  // Its rate stands under "optimizer"; where processes run is said of commands that start several.
  const elsewhere = [
    ...[
      'labelSmoothing',
      'penalties',
      'trained',
      'output',
      'fixed',
      'variant',
      'weights',
      'learningRate',
      'cluster',
    ],
  ];
  for (const key of Object.keys(settingsSchema.shape))
    assert.ok(key in runFileSchema.shape || elsewhere.includes(key), key);
  await wrong({ data: 'a', model: 'b', epochs: 1, top: 0 }, '"top" must be at least 1');
});

test('text that is no JSON, and keys that stand twice', async () => {
  await refused('{ "data": "a" "model": "b" }', 'is not valid JSON: line 1: comma expected.');
  await refused('', 'is not valid JSON: line 1: the file is empty.');
  await refused(
    '{ "data": "a", "model": { "kind": "mlp", "kind": "cnn" }, "epochs": 1 }',
    'gives "model.kind" twice. Keep one of the two.',
  );
});
