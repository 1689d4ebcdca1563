import { type Comparison, OUTCOMES, type Outcome } from '../../src/shared/comparison';
import { measureLabel } from '../../src/shared/measure-names';
import type { Report } from '../../src/shared/report';

/** A figure with its standard error. */
export interface Figure {
  readonly value: number;
  readonly standardError: number | null;
}

export const OUTCOME_LABELS: Readonly<Record<Outcome, string>> = {
  'test-loss': 'test loss',
  'test-accuracy': 'test accuracy',
  'generalization-gap': 'generalization gap',
  'train-loss': 'train loss',
};

/** What is held against the measures, of one checkpoint; the gap is test loss minus train loss, its errors added in square. */
export function outcomeOf({ loss }: Report, outcome: Outcome): Figure | undefined {
  if (!loss) return undefined;
  const { train, test } = loss;
  if (outcome === 'train-loss') return train.loss;
  if (outcome === 'test-loss') return test?.loss;
  if (outcome === 'test-accuracy') return test?.accuracy;
  if (!test) return undefined;
  const errors = [train.loss.standardError, test.loss.standardError];
  const known = errors.every((error) => error !== null);
  return {
    value: test.loss.value - train.loss.value,
    standardError: known ? Math.hypot(errors[0] ?? 0, errors[1] ?? 0) : null,
  };
}

export function measureOf({ measures }: Report, id: string): Figure | undefined {
  return measures.find((measure) => measure.id === id);
}

/** The measures that any checkpoint has, in the order of the reports. */
export function measureIds({ reports }: Comparison): string[] {
  return [...new Set(reports.flatMap(({ measures }) => measures.map(({ id }) => id)))];
}

/** Does a measure stay when layers are rescaled? By what the reports say. */
export function isInvariant({ reports }: Comparison, id: string): boolean | undefined {
  return reports.flatMap(({ measures }) => measures).find((measure) => measure.id === id)?.invariant;
}

export const labelOf = (id: string): string =>
  (OUTCOMES as readonly string[]).includes(id) ? OUTCOME_LABELS[id as Outcome] : measureLabel(id);
