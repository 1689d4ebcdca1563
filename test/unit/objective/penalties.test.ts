import assert from 'node:assert/strict';
import { test } from 'node:test';
import { includedPenalty, penaltiesNote, penaltiesText } from '../../../src/objective/loss/penalties';
import { random } from '../../../src/core/random';
import type { LayerPenalties } from '../../../src/network/model';
import { denseModel, objectiveOf, rowsOf } from '../../support/dense-model';

const stream = random(21);
const normals = (count: number) => Float64Array.from({ length: count }, () => stream.normal());

const penalties: readonly LayerPenalties[] = [
  { layer: 'dense_0', weights: [{ tensor: 'dense_0/kernel', l1: 0, l2: 0.3 }], others: [] },
  {
    layer: 'dense_1',
    weights: [
      { tensor: 'dense_1/kernel', l1: 0.2, l2: 0.1 },
      { tensor: 'dense_1/bias', l1: 0.5, l2: 0 },
    ],
    others: [],
  },
];
const model = { ...denseModel([3, 4, 2]), penalties };
const rows = rowsOf(
  normals(90),
  3,
  Array.from({ length: 30 }, (_, i) => i % 2),
  [],
);
const strengths = new Map(
  penalties.flatMap(({ weights }) => weights.map((one) => [one.tensor, one] as const)),
);

const close = (actual: number, expected: number, what: string) =>
  assert.ok(
    Math.abs(actual - expected) < 1e-12 * Math.max(1, Math.abs(expected)),
    `${what}: ${actual}, not ${expected}`,
  );

test('loss, gradient and products have the exact terms of L1 and L2', async () => {
  const penalty = includedPenalty(model, 'included', 'a.keras');
  const plain = await objectiveOf(model, rows, 'categorical-crossentropy');
  // Chunks of 8 rows: the last one is filled up.
  const whole = await objectiveOf(model, rows, 'categorical-crossentropy', { penalty, chunkRows: 8 });
  const point = plain.origin;
  const { dimension, blocks } = plain.parameters;
  const [l1, l2] = [new Float64Array(dimension), new Float64Array(dimension)];
  for (const { name, offset, length } of blocks) {
    l1.fill(strengths.get(name)?.l1 ?? 0, offset, offset + length);
    l2.fill(strengths.get(name)?.l2 ?? 0, offset, offset + length);
  }
  const added = point.theta.reduce((sum, w, i) => sum + l1[i] * Math.abs(w) + l2[i] * w * w, 0);
  const [before, after] = [await plain.gradient(point), await whole.gradient(point)];
  close(after.loss, before.loss + added, 'loss');
  point.theta.forEach((w, i) =>
    close(after.gradient[i], before.gradient[i] + l1[i] * Math.sign(w) + 2 * l2[i] * w, `slope ${i}`),
  );
  const vector = normals(dimension);
  const along = vector.reduce((sum, v, i) => sum + 2 * l2[i] * v * v, 0);
  for (const [operator, share] of [
    ['hessian', 1],
    ['ggn', 1],
    ['fisher', 0],
    ['empirical-fisher', 0],
  ] as const) {
    const [[left], [right]] = [
      await plain.products(operator, point, [vector]),
      await whole.products(operator, point, [vector]),
    ];
    right.forEach((entry, i) => close(entry, left[i] + share * 2 * l2[i] * vector[i], `${operator} ${i}`));
    const [own, penalized] = [
      await plain.along(operator, point, vector),
      await whole.along(operator, point, vector),
    ];
    penalized.forEach((entry, i) => close(entry, own[i] + share * along, `${operator} of row ${i}`));
  }
});

test('what is no penalty on weights is refused by name, and left out with a word', () => {
  const active = { ...model, penalties: [{ layer: 'act', weights: [], others: ['its activities'] }] };
  assert.throws(
    () => includedPenalty(active, 'included', 'a.keras'),
    /^UserError: a\.keras: the layer act has a penalty on its activities: only L1 and L2/,
  );
  assert.equal(includedPenalty(active, 'left-out', 'a.keras'), undefined);
  assert.equal(includedPenalty(denseModel([3, 2]), 'included', 'a.keras'), undefined);
  assert.deepEqual(penaltiesNote(active, undefined)?.includable, false);
  assert.deepEqual(penaltiesNote(model, undefined)?.includable, true);
  assert.equal(penaltiesNote(denseModel([3, 2]), 'included'), undefined);
  assert.equal(penaltiesText(model, 'included'), 'included (the regularizers of dense_0, dense_1)');
  assert.equal(penaltiesText(model, undefined), 'left out (the regularizers of dense_0, dense_1)');
});
