import type { Report } from '../contract/report';
import { formatNumber } from './format-number';

/** What is known of the largest eigenvalue, which while it is being searched lies at the highest Ritz value or above. */
function largestSoFar({ largest, highestRitz }: Report['spectrum']): string[] {
  if (largest.length > 0) return [`λ₁ ${formatNumber(largest[0].value, 3)}`];
  return highestRitz === undefined ? [] : [`λ₁ at least ${formatNumber(highestRitz, 3)}`];
}

/** The first figures of an analysis under way, in few words: `loss 0.0312, λ₁ at least 2.31`. */
export const figuresSoFar = ({ loss, spectrum }: Pick<Report, 'loss' | 'spectrum'>): string =>
  [...(loss ? [`loss ${formatNumber(loss.train.loss.value, 3)}`] : []), ...largestSoFar(spectrum)].join(', ');
