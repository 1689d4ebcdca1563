import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrapInterval, intervalOfFullOrder } from '../../../../src/analysis/comparison/bootstrap';
import { clusterings, lastOfRuns } from '../../../../src/analysis/comparison/clusters';
import { clusteredTau } from '../../../../src/analysis/comparison/kendall';
import { random } from '../../../../src/core/random';

/**
 * How often the interval holds the true tau, 2/pi asin(rho) of normal pairs: runs of five checkpoints each, which are
 * alike within a run.
 */
function coverage(runs: number, whole: boolean, simulations: number): number {
  const [perRun, rho, between] = [5, 0.5, 3];
  const truth = (2 / Math.PI) * Math.asin(rho);
  const stream = random(3, 1);
  const pair = () => {
    const first = stream.normal();
    return [first, rho * first + Math.sqrt(1 - rho * rho) * stream.normal()];
  };
  let held = 0;
  for (let simulation = 1; simulation <= simulations; simulation++) {
    const [x, y, clusters]: number[][] = [[], [], []];
    for (let run = 0; run < runs; run++) {
      const [runX, runY] = pair();
      for (let i = 0; i < perRun; i++) {
        const [ownX, ownY] = pair();
        clusters.push(whole ? run : clusters.length);
        x.push(between * runX + ownX);
        y.push(between * runY + ownY);
      }
    }
    const options = { seed: simulation, repeats: 400 };
    const { low, high } = bootstrapInterval(whole ? runs : x.length, clusteredTau(x, y, clusters), options)!;
    if (low <= truth && truth <= high) held++;
  }
  return held / simulations;
}

test('the interval over runs holds the true tau as often as it claims, one over their checkpoints does not', () => {
  const overRuns = coverage(8, true, 200);
  // Two standard errors of 200 simulations at 0.95 are 0.03; a percentile interval of eight runs loses about as much.
  assert.ok(overRuns >= 0.89 && overRuns <= 1, `${overRuns}`);
  const overCheckpoints = coverage(8, false, 30);
  assert.ok(overCheckpoints < 0.8, `${overCheckpoints}`);
});

test('the same seed gives the same interval, and another one nearly the same', () => {
  const statistic = (weights: ArrayLike<number>) => (weights[0] - weights[1]) / 10;
  const [first, again, other] = [1, 1, 2].map((seed) => bootstrapInterval(6, statistic, { seed })!);
  assert.deepEqual(first, again);
  assert.ok(Math.abs(first.low - other.low) < 0.15);
  assert.equal(first.repeats, 2000);
});

test('there is no interval below three clusters, nor where most draws are not defined', () => {
  assert.equal(
    bootstrapInterval(2, () => 1, { seed: 1 }),
    null,
  );
  assert.equal(
    bootstrapInterval(5, () => null, { seed: 1 }),
    null,
  );
});

test('the interval of full order is the one of Clopper and Pearson', () => {
  // The lower bound of p for n of n successes at 95 % (n = 4: 0.3976354, as in tables).
  const { low, high } = intervalOfFullOrder(9, 1);
  assert.ok(Math.abs(low - (2 * 0.3976354 - 1)) < 1e-6);
  assert.equal(high, 1);
  assert.deepEqual(intervalOfFullOrder(9, -1), { low: -1, high: -low });
});

test('clusters are runs, and seeds too where runs share them', () => {
  const of = (...origins: [run: string, seed?: number][]) =>
    clusterings(origins.map(([run, seed]) => ({ run, seed }))).map(({ over, count }) => [over, count]);
  assert.deepEqual(of(['a'], ['a'], ['b'], ['c']), [['runs', 3]]);
  assert.deepEqual(of(['a'], ['a'], ['a']), [['checkpoints', 3]]);
  assert.deepEqual(of(['a', 1], ['a', 2], ['a', 3]), [['runs', 3]]);
  // Runs of one name or of the same hyperparameters are one setting, and not independent of each other.
  assert.deepEqual(of(['a', 1], ['a', 2], ['b', 1], ['b', 2]), [['settings', 2]]);
  const [named] = clusterings(
    [1, 2, 3].flatMap((seed) =>
      ['sgd', 'adam', 'sam'].map((optimizer) => ({
        run: `${optimizer}${seed}`,
        seed,
        // A rate that goes with the optimizer is no axis of its own.
        hyperparameters: { optimizer, rate: optimizer === 'adam' ? 0.001 : 0.1 },
      })),
    ),
  );
  assert.deepEqual([named.over, named.count, named.axes.map(({ count }) => count)], ['settings', 3, [3, 3]]);
  const sweep = [1, 2, 3].flatMap((seed): [string, number][] => [
    [`a${seed}`, seed],
    [`b${seed}`, seed],
  ]);
  assert.deepEqual(of(...sweep), [
    ['runs', 6],
    ['seeds', 3],
  ]);
});

test('the last checkpoint of a run is that of its highest epoch', () => {
  const origins = [
    { run: 'a', epoch: 20 },
    { run: 'a', epoch: 16 },
    { run: 'b' },
    { run: 'b' },
    { run: 'c', seed: 1 },
    { run: 'c', seed: 2 },
  ];
  assert.deepEqual(lastOfRuns(origins), [0, 3, 4, 5]);
});
