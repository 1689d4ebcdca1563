import { type Comparison, type Correlation, OUTCOMES, type Outcome } from '../../src/shared/comparison';
import { OUTCOME_NAMES } from '../../src/shared/comparison-figures';
import { granulatedText } from '../../src/shared/correlation-text';
import { formatNumber } from '../../src/shared/format-number';
import { measureLabel } from '../../src/shared/measure-names';
import type { Context } from '../context';
import { h } from '../dom';
import { tableSection } from '../sections/table-section';

/**
 * Rank correlations of every measure with every outcome, for and against alike, and under each what is left of it
 * where one hyperparameter alone differs.
 */
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
          ? `${Math.round(100 * clustered.level)} % intervals by ${clustered.repeats} resamplings of ${clustered.over} · bold: the interval does not hold 0`
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
            h(
              'thead',
              {},
              h(
                'tr',
                {},
                h('th', { scope: 'col' }, 'measure'),
                ...OUTCOMES.map((outcome) => h('th', { scope: 'col', class: 'num' }, OUTCOME_NAMES[outcome])),
              ),
            ),
            h(
              'tbody',
              {},
              ...ids.flatMap((id) => [
                h(
                  'tr',
                  {},
                  h('th', { scope: 'row' }, measureLabel(id)),
                  ...OUTCOMES.map((outcome) => cell(find(id, outcome), () => choose(id, outcome))),
                ),
                ...granulatedRows(OUTCOMES.map((outcome) => find(id, outcome))),
              ]),
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
          granulated
            .map((each) => `${each.hyperparameter} ${formatNumber(each.tau, 3)} (${each.groups})`)
            .join('; '),
          note ?? '',
        ]),
      });
    },
  };
}

/** A row for each hyperparameter: the mean tau-b of groups that differ in it alone (Jiang et al. 2020). */
function granulatedRows(found: readonly (Correlation | undefined)[]): HTMLElement[] {
  const names = new Set(
    found.flatMap((each) => each?.granulated.map(({ hyperparameter }) => hyperparameter) ?? []),
  );
  return [...names].map((name) =>
    h(
      'tr',
      { class: 'granulated' },
      h('th', { scope: 'row' }, `only ${name} differs`),
      ...found.map((each) => {
        const own = each?.granulated.find(({ hyperparameter }) => hyperparameter === name);
        return h('td', { class: 'num' }, own ? granulatedText(own, each?.tau ?? 0) : '');
      }),
    ),
  );
}

function cell(found: Correlation | undefined, onClick: () => void): HTMLElement {
  if (!found || found.tau === null) return h('td', { class: 'num', title: found?.note }, '');
  const { tau, interval, note } = found;
  const clear = interval !== null && (interval.low > 0 || interval.high < 0);
  return h(
    'td',
    { class: clear ? 'num clear' : 'num', title: note },
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
    interval !== null && h('em', {}, ` ${formatNumber(interval.low, 2)} … ${formatNumber(interval.high, 2)}`),
  );
}
