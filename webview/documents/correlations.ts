import { type Comparison, type Correlation, OUTCOMES, type Outcome } from '../../src/shared/comparison';
import { formatNumber } from '../../src/shared/format-number';
import type { Context } from '../context';
import { h } from '../dom';
import { tableSection } from '../sections/table-section';
import { OUTCOME_LABELS, labelOf } from './figures';

/** Rank correlations of every measure with every outcome; those whose interval holds zero step back. */
export function correlationsSection(
  context: Context,
  choose: (measure: string, outcome: Outcome) => void,
): { element: HTMLElement; update(comparison: Comparison): void } {
  const section = tableSection(context, 'correlations', "Rank correlation (Kendall's τ-b)");
  return {
    element: section.element,
    update({ correlations }) {
      section.element.hidden = correlations.every(({ tau }) => tau === null);
      const ids = [...new Set(correlations.map(({ measure }) => measure))];
      const clustered = correlations.find(({ interval }) => interval)?.interval;
      section.setSettings(
        clustered
          ? `${Math.round(100 * clustered.level)} % intervals by ${clustered.repeats} resamplings of ${clustered.over} · faint: the interval holds 0`
          : 'without intervals: fewer than three runs, so that nothing can be said of other runs',
      );
      const find = (measure: string, outcome: Outcome) =>
        correlations.find((each) => each.measure === measure && each.outcome === outcome);
      section.setTable(
        h(
          'div',
          { class: 'scroll' },
          h(
            'table',
            { 'aria-label': 'Rank correlations' },
            h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'measure'), ...OUTCOMES.map((outcome) => h('th', { scope: 'col', class: 'num' }, OUTCOME_LABELS[outcome])))), // prettier-ignore
            h(
              'tbody',
              {},
              ...ids.map((id) =>
                h(
                  'tr',
                  {},
                  h('th', { scope: 'row' }, labelOf(id)),
                  ...OUTCOMES.map((outcome) => cell(find(id, outcome), () => choose(id, outcome))),
                ),
              ),
            ),
          ),
        ),
      );
      section.setNumbers({
        columns: ['measure', 'outcome', 'tau-b', 'low', 'high', 'checkpoints', 'granulated', 'note'],
        rows: correlations.map(({ measure, outcome, tau, interval, count, granulated, note }) => [
          measure,
          outcome,
          tau,
          interval?.low ?? null,
          interval?.high ?? null,
          count,
          granulated.map((each) => `${each.hyperparameter} ${formatNumber(each.tau, 3)} (${each.groups})`).join('; '),
          note ?? '',
        ]), // prettier-ignore
      });
    },
  };
}

function cell(found: Correlation | undefined, onClick: () => void): HTMLElement {
  if (!found || found.tau === null) return h('td', { class: 'num' }, '');
  const { tau, interval, granulated, note } = found;
  const unsure = !interval || (interval.low <= 0 && interval.high >= 0);
  const title = [
    ...(interval ? [`${formatNumber(interval.low, 2)} to ${formatNumber(interval.high, 2)}`] : ['no interval']),
    ...granulated.map((each) => `within ${each.hyperparameter}: ${formatNumber(each.tau, 2)} (${each.groups} groups)`),
    ...(note ? [note] : []),
  ].join('\n'); // prettier-ignore
  const range = interval ? `${formatNumber(interval.low, 2)} … ${formatNumber(interval.high, 2)}` : '';
  return h(
    'td',
    { class: unsure ? 'num unsure' : 'num', title },
    h(
      'button',
      {
        type: 'button',
        class: 'link',
        'data-key': `tau-${found.measure}-${found.outcome}`,
        onclick: onClick,
      },
      formatNumber(tau, 2),
    ),
    range !== '' && h('em', {}, ` ${range}`),
  );
}
