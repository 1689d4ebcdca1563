import { type Comparison, OUTCOMES } from '../../src/shared/comparison';
import {
  type Figure,
  OUTCOME_NAMES,
  comparedText,
  measureIds,
  measuresOf,
  outcomeOf,
} from '../../src/shared/comparison-figures';
import { formatNumber, formatPercent } from '../../src/shared/format-number';
import { measureLabel } from '../../src/shared/measure-names';
import { UNDER_RESCALING, type UnderRescaling, underRescaling } from '../../src/shared/under-rescaling';
import type { Context } from '../context';
import { h } from '../dom';
import { tableSection } from '../sections/table-section';

const BLOCKS: Readonly<Record<UnderRescaling, string>> = {
  moves: 'Measures that move when layers are rescaled',
  'by-neuron': 'Measures that move only when neurons are rescaled one by one',
  stays: 'Measures that stay when layers or neurons are rescaled',
};

/**
 * Measures and outcomes down, checkpoints across: by what rescaling does to them the measures stand in blocks of
 * their own. The largest of a row is marked.
 */
export function membersSection(context: Context): {
  element: HTMLElement;
  update(comparison: Comparison): void;
} {
  const section = tableSection(context, 'members', 'Checkpoints');
  return {
    element: section.element,
    update(comparison) {
      const { members, reports } = comparison;
      const ids = measureIds(reports);
      const found = reports.map(measuresOf);
      const invariant = (id: string) => found.find((own) => own.has(id))?.get(id)?.invariant;
      section.setSettings(`${reports.length} of ${members.length} measured · one standard error`);
      const head = h(
        'tr',
        {},
        h('th', { scope: 'col' }, ''),
        ...members.map(({ label, path }, index) =>
          h(
            'th',
            { scope: 'col', class: 'num', title: path },
            context.host.interactive && index < reports.length
              ? h(
                  'button',
                  {
                    type: 'button',
                    'data-key': `member-${index}`,
                    onclick: () => context.host.post({ type: 'openMember', index }),
                  },
                  label,
                )
              : label,
          ),
        ),
      );
      const row = (label: string, figures: (Figure | undefined)[], percent = false) => {
        const largest = Math.max(...figures.map((figure) => figure?.value ?? -Infinity));
        const texts = figures.map((figure) => figureText(figure, percent));
        // What reads the same is no larger.
        const most = texts[figures.findIndex((figure) => figure?.value === largest)];
        const mark = texts.filter((text) => text === most).length === 1 && figures.length > 1;
        return h(
          'tr',
          {},
          h('th', { scope: 'row' }, label),
          ...texts.map((text) => h('td', { class: mark && text === most ? 'num largest' : 'num' }, text)),
        );
      };
      const block = (title: string, rows: HTMLElement[]) =>
        rows.length === 0
          ? []
          : [
              h(
                'tr',
                { class: 'block' },
                h('th', { scope: 'rowgroup', colspan: String(members.length + 1) }, title),
              ),
              ...rows,
            ];
      section.setTable(
        h(
          'div',
          { class: 'scroll' },
          h(
            'table',
            { 'aria-label': 'Checkpoints, their outcomes and measures', class: 'wide' },
            h('thead', {}, head),
            h(
              'tbody',
              {},
              ...block(
                'Outcomes',
                OUTCOMES.map((outcome) =>
                  row(
                    OUTCOME_NAMES[outcome],
                    members.map((_, i) => reports[i] && outcomeOf(reports[i], outcome)),
                    outcome === 'test-accuracy',
                  ),
                ),
              ),
              ...UNDER_RESCALING.flatMap((kind) =>
                block(
                  BLOCKS[kind],
                  ids
                    .filter((id) => underRescaling(id, invariant(id)) === kind)
                    .map((id) =>
                      row(
                        measureLabel(id),
                        members.map((_, i) => found[i]?.get(id)),
                      ),
                    ),
                ),
              ),
            ),
          ),
        ),
      );
      section.setNumbers({
        columns: ['checkpoint', ...OUTCOMES, ...ids.flatMap((id) => [id, `${id} standard error`])],
        rows: reports.map((report, i) => [
          members[i].path,
          ...OUTCOMES.map((outcome) => outcomeOf(report, outcome)?.value ?? null),
          ...ids.flatMap((id) => {
            const figure = found[i].get(id);
            return [figure?.value ?? null, figure?.standardError ?? null];
          }),
        ]),
      });
    },
  };
}

function figureText(figure: Figure | undefined, percent: boolean): string {
  if (!figure) return '';
  if (!percent) return comparedText(figure);
  const error = figure.standardError ? ` ± ${formatNumber(100 * figure.standardError, 2)}` : '';
  return `${formatPercent(figure.value)}${error}`;
}
