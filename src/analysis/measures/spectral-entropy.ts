import { shiftedOverRows } from './without-bar';
import type { MeasureDefinition } from './measure';
import { positive, spectralShape, withoutDensity } from './spectral-shape';

/**
 * How many directions share the curvature. With p = lambda+ / sum lambda+ over the positive eigenvalues: the entropy
 * -sum p ln p (Roy and Vetterli 2007, whose effective rank is its exponential), and the participation ratio
 * (sum lambda+)^2 / sum lambda+^2. Both are read off the spectral measure: with m(f) = tr f(H) / d,
 * entropy = ln(d m(x)) - m(x ln x)/m(x) and participation = d m(x)^2/m(x^2); errors by the delta method, first order in m.
 */
export const spectralEntropy: MeasureDefinition = {
  ids: ['spectral-entropy', 'participation'],
  withoutBar: shiftedOverRows,
  work: () => 0,
  async run(context) {
    const shape = spectralShape(context);
    if (!shape) return { measures: [], notes: [withoutDensity('spectral-entropy', 'participation')] };
    const { measure, dimension, errorOf } = shape;
    const logarithmic = (x: number) => (x > 0 ? x * Math.log(x) : 0);
    const first = measure.average(positive).value;
    if (first <= 0)
      return {
        measures: [],
        notes: ['No eigenvalue is positive, so spectral-entropy and participation are not defined.'],
      };
    const second = measure.average((x) => positive(x) ** 2).value;
    const entropic = measure.average(logarithmic).value;
    const ofEntropy = await errorOf(
      (x) => (positive(x) * (1 + entropic / first) - logarithmic(x)) / first,
      (x) => (x > 0 ? (entropic / first - Math.log(x)) / first : 0),
    );
    const factor = first / second;
    const ofParticipation = await errorOf(
      (x) => dimension * (2 * factor * positive(x) - factor ** 2 * positive(x) ** 2),
      (x) => (x > 0 ? 2 * dimension * (factor - factor ** 2 * x) : 0),
    );
    return {
      measures: [
        {
          id: 'spectral-entropy',
          value: Math.log(dimension * first) - entropic / first,
          ...ofEntropy,
          invariant: false,
          note: 'Entropy of the positive eigenvalues as shares of their sum (Roy and Vetterli 2007).',
        },
        {
          id: 'participation',
          value: (dimension * first ** 2) / second,
          ...ofParticipation,
          invariant: false,
          note: '(Σλ+)² / Σλ+², the count of equal eigenvalues that would share the curvature so.',
        },
      ],
    };
  },
};
