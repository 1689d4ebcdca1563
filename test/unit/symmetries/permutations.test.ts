import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openProblem } from '../../../src/jobs/preparation/open-problem';
import type { Point } from '../../../src/objective/evaluation/objective';
import { type FoundPermutations, findPermutations, permute } from '../../../src/symmetries/permutations';
import { outputDifference } from '../../../src/symmetries/rescaling';
import { random, shuffle } from '../../../src/core/random';
import { analyzeRequestSchema } from '../../../src/contract/settings';
import { corpus } from '../../support/corpus';

const namesOf = ({ groups }: FoundPermutations) =>
  groups.map(({ makers, takers }) => {
    const list = (members: typeof makers) => members.map(({ tensor }) => tensor).join(' ');
    return `${list(makers)} -> ${list(takers)}`;
  });

/** The groups of a checkpoint in float64, and how far outputs are from those as saved with all of them shuffled. */
async function permutationsOf(file: string, data: string) {
  const request = analyzeRequestSchema.parse({
    checkpoint: corpus(file),
    data: corpus('data', data),
    samples: 'first:8',
    backend: 'reference',
  });
  const { objective, opened } = await openProblem(request, new AbortController().signal);
  try {
    const outputsAt = async (point: Point) => (await objective.values('train', point)).outputs;
    const found = await findPermutations(opened.model, objective, outputsAt);
    const origin = { theta: objective.origin.theta, state: objective.origin.state! };
    const stream = random(7);
    const orders = found.groups.map(({ channels }) =>
      shuffle(
        Int32Array.from({ length: channels }, (_, i) => i),
        stream,
      ),
    );
    const moved = permute(objective, origin, found.groups, orders);
    return {
      names: namesOf(found),
      found,
      difference: outputDifference(await outputsAt(origin), await outputsAt(moved)),
      distance: Math.hypot(...moved.theta.map((value, i) => value - origin.theta[i])),
    };
  } finally {
    objective.dispose();
  }
}

const norm = (name: string) =>
  ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((part) => `${name}/${part}`).join(' ');

const networks: readonly (readonly [
  file: string,
  data: string,
  groups: readonly string[],
  layers: number,
])[] = [
  ['keras/mlp-digits.keras', 'digits.npz', ['hidden/kernel hidden/bias -> logits/kernel'], 1],
  // No activation has to be homogeneous.
  [
    'keras/mlp-tanh-moons.keras',
    'moons.npz',
    ['dense/kernel dense/bias -> dense_1/kernel', 'dense_1/kernel dense_1/bias -> dense_2/kernel'],
    2,
  ],
  // With batch norm's statistics; through pooling and flattening at the end.
  [
    'keras/cnn-digits.keras',
    'digits.npz',
    [
      `conv2d/kernel ${norm('batch_normalization')} -> conv2d_1/kernel`,
      `conv2d_1/kernel conv2d_1/bias ${norm('batch_normalization_1')} -> dense/kernel`,
    ],
    2,
  ],
  // What is added has one order in all that makes and takes it.
  [
    'keras/residual-digits.keras',
    'digits.npz',
    [
      `conv2d_1/kernel ${norm('batch_normalization_1')} -> conv2d_2/kernel`,
      `conv2d/kernel conv2d_2/kernel ${norm('batch_normalization')} ${norm('batch_normalization_2')} -> conv2d_1/kernel conv2d_4/kernel conv2d_3/kernel`,
      `conv2d_4/kernel conv2d_3/kernel ${norm('batch_normalization_3')} -> dense/kernel`,
    ],
    5,
  ],
  // A unit holds its gates.
  [
    'keras/lstm-digits.keras',
    'digits.npz',
    [
      'lstm/lstm_cell/kernel lstm/lstm_cell/recurrent_kernel lstm/lstm_cell/bias -> lstm/lstm_cell/recurrent_kernel dense/kernel',
    ],
    1,
  ],
  [
    'keras/gru-digits.keras',
    'digits.npz',
    [
      'gru/gru_cell/kernel gru/gru_cell/recurrent_kernel gru/gru_cell/bias -> gru/gru_cell/recurrent_kernel dense/kernel',
    ],
    1,
  ],
  ['keras/logistic-moons.keras', 'moons.npz', [], 0],
];

for (const [file, data, expected, layers] of networks)
  test(`${file}: the neurons that can change places, and the function stays`, async () => {
    const { names, found, difference, distance } = await permutationsOf(file, data);
    assert.deepEqual(names, expected);
    assert.deepEqual([found.permuted, found.layers], [layers, layers]);
    assert.ok(difference < 1e-12, String(difference));
    if (expected.length > 0) assert.ok(distance > 0.1);
  });

test('the heads of attention change places as wholes, and so do the channels around it', async () => {
  const { names, found, difference } = await permutationsOf('keras/transformer-digits.keras', 'digits.npz');
  const heads = ['query', 'key', 'value'];
  const of = (part: string) => heads.map((name) => `multi_head_attention/${name}/${part}`).join(' ');
  assert.equal(names[0], `${of('kernel')} ${of('bias')} -> multi_head_attention/attention_output/kernel`);
  assert.equal(found.groups[0].channels, 2);
  assert.equal(names[1], 'dense_2/kernel dense_2/bias -> dense_1/kernel');
  assert.match(
    names[2],
    /attention_output\/kernel .*layer_normalization\/gamma .* -> .*query\/kernel .*dense_3\/kernel$/,
  );
  assert.deepEqual([names.length, found.permuted, found.layers], [3, 4, 4]);
  assert.ok(difference < 1e-12, String(difference));
});
