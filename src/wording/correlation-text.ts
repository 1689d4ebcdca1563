import type { Correlation } from '../contract/comparison';
import { formatNumber } from './format-number';

type Granulated = Correlation['granulated'][number];

/** Kendall's tau-b with its interval, and every granulated one: what speaks for a measure and against it alike. */
export function correlationText(found: Correlation | undefined): string {
  if (!found || found.tau === null) return 'rank correlation not defined';
  const { tau, interval, granulated } = found;
  const range = interval
    ? `, ${Math.round(100 * interval.level)} % interval ${formatNumber(interval.low, 2)} to ${formatNumber(interval.high, 2)} over ${interval.over}`
    : ', no interval: too few runs';
  return [
    `Kendall's τ-b ${formatNumber(tau, 2)}${range}`,
    ...granulated.map((each) => `only ${each.hyperparameter} differs: ${granulatedText(each, tau)}`),
  ].join(' · ');
}

/** The mean tau-b within groups that differ in one hyperparameter alone (Jiang et al. 2020, section 4.2), beside that over all. */
export function granulatedText({ tau, groups }: Granulated, overall: number): string {
  const count = `${groups} ${groups === 1 ? 'group' : 'groups'}`;
  return `${formatNumber(tau, 2)} in ${count}${tau * overall < 0 ? ', reversed' : ''}`;
}
