import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withKey } from '../../../../src/analysis/experiments/dotted-keys';
import { expandExperiment } from '../../../../src/analysis/experiments/expand';
import { anExperiment } from './some-runs';

const optimizers = {
  key: '',
  label: 'optimizer',
  values: [
    { label: 'SGD', value: { 'optimizer.learningRate': 0.1, epochs: 3 } },
    { label: 'Adam', value: { optimizer: { name: 'adam' }, warmupSteps: 5 } },
  ],
};
const rates = {
  key: 'optimizer.learningRate',
  values: [
    { label: '0.1', value: 0.1 },
    { label: '0.01', value: 0.01 },
  ],
};
const runsOf = (more: Record<string, unknown>) => {
  const { runs, mistakes } = expandExperiment(anExperiment(more));
  assert.deepEqual(mistakes, []);
  return runs!;
};
const mistakesOf = (more: Record<string, unknown>) =>
  expandExperiment(anExperiment(more)).mistakes.map(({ path, message }) => `${path}: ${message}`);

test('a dotted key is replaced whole, objects on the way are made, null takes it away', () => {
  const run = { a: { b: 1, c: { d: 2 } }, e: 3 };
  assert.deepEqual(withKey(run, 'a.c.d', 5), { a: { b: 1, c: { d: 5 } }, e: 3 });
  assert.deepEqual(withKey(run, 'a', { x: 1 }), { a: { x: 1 }, e: 3 });
  assert.deepEqual(withKey(run, 'f.g', true), { ...run, f: { g: true } });
  assert.deepEqual(withKey(run, 'a.c', null), { a: { b: 1 }, e: 3 });
  assert.deepEqual(run, { a: { b: 1, c: { d: 2 } }, e: 3 });
});

test('every combination is run with every seed, in a folder of its own', () => {
  const runs = runsOf({ vary: [...anExperiment().vary, rates], seeds: [3, 4, 5] });
  assert.equal(runs.length, 12);
  assert.equal(new Set(runs.map(({ folder }) => folder)).size, 12);
  const [first] = runs;
  assert.equal(first.folder, 'small_0.1_seed-3');
  assert.equal(first.label, 'small, 0.1');
  assert.deepEqual(first.labels, { batch: 'small', 'optimizer.learningRate': '0.1' });
  assert.deepEqual(first.hyperparameters, { batch: 32, 'optimizer.learningRate': 0.1 });
  assert.equal(first.run.batchSize, 32);
  assert.equal(first.run.optimizer.learningRate, 0.1);
  assert.equal(first.run.seed, 3);
  assert.equal(first.run.title, 'small, 0.1');
  assert.deepEqual(
    runs.slice(0, 4).map(({ seed, labels }) => [seed, labels['optimizer.learningRate']]),
    [
      [3, '0.1'],
      [4, '0.1'],
      [5, '0.1'],
      [3, '0.01'],
    ],
  );
});

test('an axis without a key sets several at once', () => {
  const [sgd, adam] = runsOf({ vary: [optimizers], seeds: [1] });
  assert.deepEqual([sgd.run.optimizer.name, sgd.run.optimizer.learningRate, sgd.run.epochs], ['sgd', 0.1, 3]);
  assert.deepEqual([adam.run.optimizer.name, adam.run.warmupSteps, adam.run.epochs], ['adam', 5, 2]);
  assert.deepEqual(adam.hyperparameters, { optimizer: 'Adam' });
});

test('a list of combinations takes the place of the grid', () => {
  const runs = runsOf({
    vary: [...anExperiment().vary, rates],
    runs: [{ batch: 'large' }, { batch: 'small', 'optimizer.learningRate': '0.01' }],
    seeds: [1],
  });
  assert.deepEqual(
    runs.map(({ label }) => label),
    ['small, 0.01', 'large, 0.1', 'large, 0.01'],
  );
});

test('labels that come to one folder name are told apart', () => {
  const values = ['β 1', 'β/1'].map((label, i) => ({ label, value: i + 1 }));
  const folders = runsOf({ vary: [{ key: 'batchSize', values }], seeds: [1] }).map(({ folder }) => folder);
  assert.deepEqual(folders, ['1_seed-1', '1_seed-1_2']);
});

test('mistakes are named by their place in the file, several at once', () => {
  const values = [
    { label: 'a', value: 0.1 },
    { label: 'b', value: -1 },
    { label: 'c', value: 'fast' },
  ];
  const found = mistakesOf({
    run: { data: 'mnist.npz', model: { kind: 'mlp', hiden: [8] }, epochs: 2, steps: 5, lernRate: 1 },
    vary: [{ key: 'optimizer.learningRate', values }],
  });
  assert.deepEqual(
    found.map((each) => each.split(':')[0]),
    ['run.model.hiden', 'run.lernRate', 'run.epochs', 'vary.0.values.1.value', 'vary.0.values.2.value'],
  );
  assert.match(found[3], />0/);
});

test('the checks of a run as a whole are mistakes too', () => {
  assert.deepEqual(mistakesOf({ run: { data: 'd.npz', model: { kind: 'perceptron' } } }), [
    'run.epochs: give either "epochs" or "steps"',
  ]);
});

test('names of axes, labels and figures are checked before anything runs', () => {
  const found = mistakesOf({
    run: { ...anExperiment().run, seed: 2 },
    runs: [{ batch: 'huge' }],
    measure: {
      settings: { tops: 1, seed: 'x' },
      tail: 10,
      interpolate: [{ from: { batch: 'small' }, to: { size: 'large' } }],
    },
    claims: [
      {
        kind: 'greater',
        figure: 'keskar-1e-3',
        left: { batch: 'large' },
        right: { batch: 'middle' },
        sentence: 's',
      },
      { kind: 'equal', figure: 'lambda-max', left: {}, tolerance: 0.1, sentence: 's' },
      {
        kind: 'correlation',
        figure: 'lambda-max',
        against: 'fgsm-accuracy@0.1',
        sign: 'negative',
        within: 'rate',
        sentence: 's',
      },
    ],
  });
  const places = found.map((each) => each.split(':')[0]);
  assert.deepEqual(places, [
    'run.seed',
    'runs.0.batch',
    'measure.interpolate.0.to',
    'measure.settings.seed',
    'measure.settings.tops',
    'measure.tail',
    'claims.0.figure',
    'claims.0.right.batch',
    'claims.1',
    'claims.2.against',
    'claims.2.within',
  ]);
  assert.match(found[1], /"huge" is no label of it \(known: "small", "large"\)/);
});

test('axes need names of their own', () => {
  const nameless = {
    key: '',
    values: [
      { label: 'a', value: 3 },
      { label: 'a', value: {} },
    ],
  };
  const twice = [...anExperiment().vary, { ...anExperiment().vary[0], key: 'epochs' }];
  assert.deepEqual(
    mistakesOf({ vary: [nameless] }).map((each) => each.split(':')[0]),
    ['vary.0.label', 'vary.0.values.0.value', 'vary.0.values.1.label'],
  );
  assert.deepEqual(
    mistakesOf({ vary: twice }).map((each) => each.split(':')[0]),
    ['vary.1'],
  );
});

test('a grid beyond what anybody waits for is refused before it is made', () => {
  const axes = Array.from({ length: 6 }, (_, axis) => ({
    key: `optimizer.k${axis}`,
    values: Array.from({ length: 12 }, (_, value) => ({ label: `${value}`, value })),
  }));
  assert.deepEqual(mistakesOf({ vary: axes, seeds: [1, 2], claims: [] }), [
    'vary: all values of all axes with all seeds are 5,971,968 combinations, where 10,000 are the most: vary less',
  ]);
});
