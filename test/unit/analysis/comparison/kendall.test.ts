import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { quantile } from '../../../../src/analysis/comparison/bootstrap';
import { clusteredTau, kendallTau } from '../../../../src/analysis/comparison/kendall';
import { corpus } from '../../../support/corpus';

interface Stored {
  readonly cases: readonly { name: string; x: number[]; y: number[]; tau: number | null }[];
  readonly resampled: {
    readonly x: number[];
    readonly y: number[];
    readonly clusters: number[];
    readonly draws: readonly { weights: number[]; tau: number }[];
  };
  readonly quantiles: Readonly<Record<'values' | 'shares' | 'quantiles', number[]>>;
}

const stored = JSON.parse(readFileSync(corpus('comparison/kendall.json'), 'utf8')) as Stored;

for (const { name, x, y, tau } of stored.cases)
  test(`tau-b as SciPy's: ${name}`, () => {
    const found = kendallTau(x, y);
    if (tau === null) assert.equal(found, null);
    else assert.ok(Math.abs(found! - tau) < 1e-12, `${found}, not ${tau}`);
  });

test('tau of resampled clusters is that of the rows written out', () => {
  const { x, y, clusters, draws } = stored.resampled;
  const of = clusteredTau(x, y, clusters);
  for (const { weights, tau } of draws) assert.ok(Math.abs(of(weights)! - tau) < 1e-12);
  assert.ok(Math.abs(of([1, 1, 1, 1, 1])! - kendallTau(x, y)!) < 1e-12);
});

test('a column in full order has exactly tau 1, however many rows', () => {
  for (let rows = 2; rows < 60; rows++) {
    const x = Array.from({ length: rows }, (_, i) => i / 7);
    assert.equal(kendallTau(x, x), 1);
    assert.equal(
      kendallTau(
        x,
        x.map((value) => -value),
      ),
      -1,
    );
  }
});

test('too few rows have no tau', () => {
  assert.equal(kendallTau([], []), null);
  assert.equal(kendallTau([1], [2]), null);
});

test("quantiles are NumPy's", () => {
  const { values, shares, quantiles } = stored.quantiles;
  shares.forEach((share, i) => assert.ok(Math.abs(quantile(values, share) - quantiles[i]) < 1e-12));
});
