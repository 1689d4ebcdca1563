import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Correlation } from '../../../src/contract/comparison';
import { correlationText } from '../../../src/wording/correlation-text';

const found: Correlation = {
  measure: 'lambda-max',
  outcome: 'test-loss',
  tau: 0.512,
  interval: { low: -0.1, high: 0.9, level: 0.95, over: 'runs', repeats: 1000 },
  count: 12,
  granulated: [
    { hyperparameter: 'batchSize', tau: -0.333, groups: 4 },
    { hyperparameter: 'learningRate', tau: 0.2, groups: 1 },
  ],
};

test('tau stands with its interval, and each granulated one with its groups and whether it is reversed', () => {
  assert.equal(
    correlationText(found),
    "Kendall's τ-b 0.51, 95 % interval −0.1 to 0.9 over runs · only batchSize differs: −0.33 in 4 groups, reversed · only learningRate differs: 0.2 in 1 group",
  );
});

test('without an interval, or without an order, it says so', () => {
  assert.equal(
    correlationText({ ...found, interval: null, granulated: [] }),
    "Kendall's τ-b 0.51, no interval: too few runs",
  );
  assert.equal(correlationText({ ...found, tau: null }), 'rank correlation not defined');
  assert.equal(correlationText(undefined), 'rank correlation not defined');
});
