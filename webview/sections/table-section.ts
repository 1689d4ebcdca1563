import type { Context } from '../context';
import { h } from '../dom';
import { menuButton } from '../menu';
import { toCsv } from '../plots/csv';
import type { PlotTable } from '../plots/plot';

export interface TableSection {
  readonly element: HTMLElement;
  setSettings(text: string): void;
  setTable(table: HTMLElement): void;
  /** What "Save as CSV" writes: all digits, not what the cells show. */
  setNumbers(numbers: PlotTable): void;
}

/** A section whose content is a table: the title line with its settings and the export. */
export function tableSection(context: Context, id: string, title: string): TableSection {
  const settings = h('small', {});
  const body = h('div', {});
  let numbers: PlotTable = { columns: [], rows: [] };
  const tools = menuButton(
    h('span', { class: 'ellipsis', 'aria-hidden': 'true' }, '⋯'),
    'icon',
    `${title}: export`,
    () => [{ label: 'Save as CSV', run: () => context.save(id, 'csv', toCsv(numbers)) }],
  );
  const element = h(
    'section',
    { class: 'tabular', 'aria-labelledby': `${id}-title` },
    h('header', {}, h('h2', { id: `${id}-title` }, title), settings, tools),
    body,
  );
  return {
    element,
    setSettings: (text) => settings.replaceChildren(text),
    setTable: (table) => body.replaceChildren(table),
    setNumbers: (next) => {
      numbers = next;
    },
  };
}
