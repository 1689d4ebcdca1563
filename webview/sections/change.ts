import type { Beside, CheckpointChange } from '../../src/contract/change';
import type { PanelState } from '../../src/contract/panel-protocol';
import { changeSentences } from '../../src/wording/change-text';
import { formatNumber, formatPercent } from '../../src/wording/format-number';
import type { Context, Section } from '../context';
import { button } from '../controls';
import { h, onChange, replace } from '../dom';
import { type Column, sortableTable } from '../table';
import { tensorName } from '../tensor-name';
import { tableSection } from './table-section';

type Tensor = CheckpointChange['tensors'][number];

/** Of what stands in one state alone. */
const NONE = '–';

const COLUMNS: readonly Column<Tensor>[] = [
  { label: 'tensor', className: 'name', sortBy: ({ name }) => name, cell: ({ name }) => tensorName(name) },
  {
    label: 'norm then',
    numeric: true,
    sortBy: ({ before }) => before,
    cell: ({ before }) => (before === undefined ? NONE : formatNumber(before, 4)),
  },
  {
    label: 'norm now',
    numeric: true,
    sortBy: ({ now }) => now,
    cell: ({ now }) => (now === undefined ? NONE : formatNumber(now, 4)),
  },
  {
    label: 'moved by',
    numeric: true,
    sortBy: ({ relative }) => relative,
    cell: ({ relative, before, now }) => {
      if (relative !== undefined) return formatPercent(relative);
      return before === undefined ? 'new' : now === undefined ? 'gone' : 'other shape';
    },
  },
];

/** Of a side of a diff: what differs from the other, in words, figures, layers and tensors. */
export function changeSection(context: Context): Section {
  const { host } = context;
  const section = tableSection(context, 'change', 'What has changed');
  const said = h('p', { 'data-testid': 'change' });
  const [figures, layers] = [h('div', {}), h('div', {})];
  const name = 'Tensors that differ';
  const tensors = sortableTable<Tensor>(context, { id: 'change', name, columns: COLUMNS, limit: 20 });
  const compare = button('Compare with HEAD', {
    appearance: 'secondary',
    testId: 'compare-with-head',
    onClick: () => host.post({ type: 'compareWithHead' }),
  });
  section.setTable(
    h('div', { class: 'change' }, said, host.interactive && compare, figures, layers, tensors.element),
  );
  const show = onChange((change: CheckpointChange) => {
    section.setSettings(
      `${change.since} against now, this side: ${change.side === 'now' ? 'now' : change.since}`,
    );
    said.textContent = changeSentences(change).join(' ');
    replace(figures, besideTable(change.figures, change.since, 'Figures of both'));
    replace(layers, besideTable(change.layers, change.since, 'Layers that differ'));
    tensors.element.hidden = change.tensors.length === 0;
    tensors.update(change.tensors);
    section.setNumbers({
      columns: ['tensor', 'norm then', 'norm now', 'relative distance'],
      rows: change.tensors.map((row) => [
        row.name,
        row.before ?? null,
        row.now ?? null,
        row.relative ?? null,
      ]),
    });
  });
  return {
    element: section.element,
    update({ view, change }: PanelState) {
      section.element.hidden = view !== 'checkpoint' || !change;
      if (change) show(change);
    },
  };
}

/** What both states have, side by side; nothing where there is nothing to tell. */
function besideTable(rows: readonly Beside<string>[], since: string, name: string): HTMLElement | false {
  if (rows.length === 0) return false;
  const cell = (text: string | undefined, other: string | undefined) =>
    h('td', { class: text === other ? 'same' : undefined }, text ?? NONE);
  return h(
    'table',
    { 'aria-label': name },
    h('thead', {}, h('tr', {}, ...['', since, 'now'].map((label) => h('th', { scope: 'col' }, label)))),
    h(
      'tbody',
      {},
      ...rows.map((row) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, row.name),
          cell(row.before, row.now),
          cell(row.now, row.before),
        ),
      ),
    ),
  );
}
