import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KerasCheckpoint, LayerDescription } from '../../../src/formats/checkpoints/keras/description';
import { buildModel } from '../../../src/formats/model';
import { align, findNeurons } from '../../../src/jobs/compare/align';
import { chooseLoss } from '../../../src/objective/loss/choose-loss';
import { NO_SCALING, type Split } from '../../../src/objective/data/split';
import { Objective, type Point } from '../../../src/objective/evaluation/objective';
import { outputDifference } from '../../../src/symmetries/rescaling';
import { random } from '../../../src/core/random';
import { builtIn } from '../../support/written-cases';

const { signal } = new AbortController();
const [ROWS, LENGTH, WIDTH, HEADS, SHARES] = [16, 5, 12, 6, 2];

const many = builtIn({ kind: 'transformer', layers: 1, width: WIDTH, heads: HEADS }, [LENGTH, 3]);

/** The same with two shares of keys and values for its six heads. */
const grouped: KerasCheckpoint = {
  ...many,
  model: { ...many.model, layers: many.model.layers.map(inShares) },
};

function inShares(layer: LayerDescription): LayerDescription {
  if (layer.className !== 'MultiHeadAttention') return layer;
  const few = (part: LayerDescription): LayerDescription => ({
    ...part,
    variables: part.variables.map(({ name, shape }) => {
      const fewer = shape.map((extent) => (extent === HEADS ? SHARES : extent));
      return { name, shape: fewer, data: new Float32Array(fewer.reduce((a, b) => a * b)) };
    }),
  });
  const { key_dense, value_dense } = layer.children;
  return {
    ...layer,
    className: 'GroupQueryAttention',
    config: { head_dim: WIDTH / HEADS, num_query_heads: HEADS, num_key_value_heads: SHARES, use_bias: true },
    children: { ...layer.children, key_dense: few(key_dense), value_dense: few(value_dense) },
  };
}

const stream = random(8);
const train: Split = {
  rows: ROWS,
  inputs: [
    { shape: [LENGTH, 3], data: Float64Array.from({ length: ROWS * LENGTH * 3 }, () => stream.normal()) },
  ],
  labels: { shape: [], data: Int32Array.from({ length: ROWS }, (_, row) => row % 3) },
};

/** Entries of tensors by name, with their heads in this order: of [..., heads, inner] or, for the map back, [heads, inner]. */
function withHeads(
  { parameters }: Objective,
  theta: Float64Array,
  orders: (part: string) => readonly number[] | undefined,
): Float64Array {
  const moved = theta.slice();
  for (const { name, offset, shape, length } of parameters.blocks) {
    const order = orders(name.split('/').at(-2)!);
    const isBack = name.endsWith('attention_output/kernel');
    if (!order || !name.includes('attention/') || name.endsWith('attention_output/bias')) continue;
    const inner = isBack ? length / shape[0] : shape.at(-1)!;
    for (let entry = 0; entry < length; entry++) {
      const head = Math.floor(entry / inner) % order.length;
      moved[offset + entry] = theta[offset + entry + (order[head] - head) * inner];
    }
  }
  return moved;
}

/** Each query head in its place, and the shares. */
const permutations: readonly (readonly [
  string,
  KerasCheckpoint,
  heads: readonly number[],
  shares: readonly number[],
])[] = [
  ['multi-head attention', many, [3, 0, 5, 1, 4, 2], [3, 0, 5, 1, 4, 2]],
  ['grouped-query attention: the shares change places', grouped, [3, 4, 5, 0, 1, 2], [1, 0]],
  [
    'grouped-query attention: and the heads of each, in an order of their own',
    grouped,
    [5, 3, 4, 1, 0, 2],
    [1, 0],
  ],
];

for (const [name, checkpoint, heads, shares] of permutations)
  test(`${name}: the copy with its heads in another order is aligned to the very weights`, async () => {
    const model = buildModel(checkpoint);
    const objective = await Objective.create({
      model,
      head: chooseLoss(model, { train }, 'data', { loss: 'categorical-crossentropy' }).head,
      train,
      trainRows: Int32Array.from({ length: ROWS }, (_, row) => row),
      scaling: NO_SCALING,
      rearrangement: undefined,
      backend: 'reference',
      local: true,
      signal,
    });
    // No two weights are alike, biases neither.
    objective.origin.theta.forEach((_, i, theta) => (theta[i] = 0.5 * stream.normal()));
    const theta = withHeads(objective, objective.origin.theta, (part) =>
      part === 'query' || part === 'attention_output' ? heads : shares,
    );
    const copy = { theta, state: objective.origin.state! };
    assert.notDeepEqual(theta, objective.origin.theta);
    const outputsAt = async (point: Point) => (await objective.values('train', point, signal)).outputs;
    assert.ok(outputDifference(await outputsAt(objective.origin), await outputsAt(copy)) < 1e-12);
    const found = await findNeurons({ opened: { model }, objective }, signal);
    assert.equal(found.permuted, found.layers);
    const { point, note } = await align({ objective }, found, { to: copy, seed: 1 }, signal);
    assert.deepEqual(point!.theta, objective.origin.theta);
    assert.equal(note, undefined);
    const fewer = { ...found, permuted: found.layers - 1 };
    assert.equal(
      (await align({ objective }, fewer, { to: copy, seed: 1 }, signal)).note,
      `The neurons of ${found.layers - 1} of ${found.layers} layers are aligned, the others stay in their order.`,
    );
    objective.dispose();
  });
