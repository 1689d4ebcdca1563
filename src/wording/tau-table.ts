import type { Comparison, Correlation } from '../contract/comparison';
import { OUTCOMES } from '../contract/vocabulary';
import { OUTCOME_NAMES } from './comparison-figures';
import { formatNumber } from './format-number';

/** The mean of the granulated taus over the hyperparameters (Jiang et al. 2020, section 4.2); undefined without any. */
export function granulatedTau({ granulated }: Correlation): number | undefined {
  if (granulated.length === 0) return undefined;
  return granulated.reduce((sum, { tau }) => sum + tau, 0) / granulated.length;
}

/** `0.42 (0.31)`: tau-b over all checkpoints, and in brackets the granulated one. */
function tauText(correlation: Correlation | undefined): string {
  if (correlation === undefined || correlation.tau === null) return '';
  const inner = granulatedTau(correlation);
  return `${formatNumber(correlation.tau, 2)}${inner === undefined ? '' : ` (${formatNumber(inner, 2)})`}`;
}

/** Tau-b of every measure with every outcome as a table with a head, and what its brackets mean. Empty without a tau. */
export function tauTable({ correlations }: Pick<Comparison, 'correlations'>): {
  readonly rows: string[][];
  readonly legend: string | undefined;
} {
  const defined = correlations.filter(({ tau }) => tau !== null);
  const outcomes = OUTCOMES.filter((outcome) => defined.some((each) => each.outcome === outcome));
  const measures = [...new Set(defined.map(({ measure }) => measure))];
  const varied = [
    ...new Set(defined.flatMap(({ granulated }) => granulated.map((each) => each.hyperparameter))),
  ];
  if (defined.length === 0) return { rows: [], legend: undefined };
  return {
    rows: [
      ["Kendall's tau-b with", ...outcomes.map((outcome) => OUTCOME_NAMES[outcome])],
      ...measures.map((measure) => [
        measure,
        ...outcomes.map((outcome) =>
          tauText(defined.find((each) => each.measure === measure && each.outcome === outcome)),
        ),
      ]),
    ],
    legend:
      varied.length === 0
        ? undefined
        : `In brackets the granulated tau: the mean within groups of runs that differ in one hyperparameter alone (${varied.join(', ')}), over hyperparameters (Jiang et al. 2020).`,
  };
}
