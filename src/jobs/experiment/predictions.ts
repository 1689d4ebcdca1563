import {
  type BiasVariance,
  type Predictions,
  entropyBiasVariance,
  pseudoValues,
  squaredBiasVariance,
} from '../../analysis/bias-variance';
import { LEAST_SEEDS } from '../../analysis/experiments/intervals';
import { identityOf } from '../../core/identity';
import type { SweepRun } from './sweep-run';

/**
 * Gives each run of a setting its share of the setting's bias and variance: the jackknife's pseudo-value, so that means
 * over seeds, their errors and differences paired by seed are those of the decomposition. Settings of which fewer than
 * three runs came to their end have none.
 */
export function decompose(runs: readonly SweepRun[]): void {
  const groups = new Map<string, SweepRun[]>();
  for (const run of runs) {
    if (run.shown.status !== 'done' || !run.predicted) continue;
    const key = identityOf(run.planned.labels);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  for (const members of groups.values()) if (members.length >= LEAST_SEEDS) decomposeSetting(members);
}

function decomposeSetting(runs: readonly SweepRun[]): void {
  const [{ kind, width, targets }] = runs.map(({ predicted }) => predicted!);
  const values = runs.map(({ predicted }) => predicted!.values);
  const given: Predictions = { width, targets, members: values };
  if (kind === 'numbers') {
    // The loss is the mean over the numbers of a row.
    assign(runs, '', pseudoValues({ ...given, width: 1 }, squaredBiasVariance));
    return;
  }
  assign(runs, '', pseudoValues(given, entropyBiasVariance));
  const members = values.map((logarithms) => logarithms.map(Math.exp));
  assign(runs, 'squared-', pseudoValues({ ...given, members }, squaredBiasVariance));
}

function assign(runs: readonly SweepRun[], prefix: '' | 'squared-', found: readonly BiasVariance[]): void {
  runs.forEach(({ shown }, i) => {
    shown.figures[`${prefix}bias`] = { value: found[i].bias, standardError: null };
    shown.figures[`${prefix}variance`] = { value: found[i].variance, standardError: null };
  });
}
