import type { Comparison, Correlation } from '../../src/contract/comparison';
import { OUTCOMES, type Outcome } from '../../src/contract/vocabulary';
import { OUTCOME_NAMES } from '../../src/wording/comparison-figures';
import { granulatedText } from '../../src/wording/correlation-text';
import { formatNumber } from '../../src/wording/format-number';
import { measureLabel } from '../../src/wording/measure-names';
import type { Context } from '../context';
import { h, replace } from '../dom';
import { type GridRow, gridTable } from '../grid';
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
  const grid = gridTable();
  const remarks = h('div', {});
  section.setTable(h('div', {}, grid.element, remarks));
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
      grid.update({
        name: 'Rank correlations',
        corner: 'measure',
        columns: OUTCOMES.map((outcome) => () => OUTCOME_NAMES[outcome]),
        blocks: [
          {
            rows: ids.flatMap((id) => [
              {
                label: () => measureLabel(id),
                cells: OUTCOMES.map((outcome) => () => cell(find(id, outcome), () => choose(id, outcome))),
              },
              ...granulatedRows(OUTCOMES.map((outcome) => find(id, outcome))),
            ]),
          },
        ],
      });
      replace(remarks, ...remarksOf(correlations).map((text) => h('p', { class: 'caveat' }, text)));
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

/** What keeps a reader from making too much of some of them, once for all that it is said of. */
function remarksOf(correlations: readonly Correlation[]): string[] {
  const remarks = new Map<string, Set<string>>();
  for (const { measure, note } of correlations)
    if (note !== undefined) remarks.set(note, (remarks.get(note) ?? new Set()).add(measureLabel(measure)));
  const all = new Set(correlations.map(({ measure }) => measure)).size;
  return [...remarks].map(([note, of]) => (of.size === all ? note : `${[...of].join(', ')}: ${note}`));
}

/** A row for each hyperparameter: the mean tau-b of groups that differ in it alone (Jiang et al. 2020). */
function granulatedRows(found: readonly (Correlation | undefined)[]): GridRow[] {
  const names = new Set(
    found.flatMap((each) => each?.granulated.map(({ hyperparameter }) => hyperparameter) ?? []),
  );
  return [...names].map((name) => ({
    label: () => `only ${name} differs`,
    className: 'granulated',
    cells: found.map((each) => () => {
      const own = each?.granulated.find(({ hyperparameter }) => hyperparameter === name);
      return h('td', { class: 'num' }, own ? granulatedText(own, each?.tau ?? 0) : '');
    }),
  }));
}

function cell(found: Correlation | undefined, onClick: () => void): HTMLElement {
  if (!found || found.tau === null) return h('td', { class: 'num' }, '');
  const { tau, interval } = found;
  const clear = interval !== null && (interval.low > 0 || interval.high < 0);
  return h(
    'td',
    { class: clear ? 'num clear' : 'num' },
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
