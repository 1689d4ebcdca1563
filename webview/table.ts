import { formatNumber } from '../src/wording/format-number';
import type { Context } from './context';
import { h, replace } from './dom';
import type { PlotTable } from './plots/plot';

/** The numbers behind a plot, as they are. */
export function dataTable({ columns, rows }: PlotTable, name: string): HTMLElement {
  const numeric = columns.map((_, i) => rows.some((row) => typeof row[i] === 'number'));
  const cell = (value: string | number | null, i: number) =>
    h(
      'td',
      { class: numeric[i] ? 'num' : undefined },
      value === null ? '' : typeof value === 'number' ? formatNumber(value, 5) : value,
    );
  return h(
    'table',
    { 'aria-label': name },
    h('thead', {}, h('tr', {}, ...columns.map((label, i) => headCell(label, numeric[i])))),
    h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map(cell)))),
  );
}

function headCell(label: string, numeric: boolean): HTMLElement {
  return h('th', { scope: 'col', class: numeric ? 'num' : undefined }, label);
}

export interface Column<Row> {
  readonly label: string;
  readonly numeric?: boolean;
  readonly className?: string;
  readonly cell: (row: Row) => Node | string;
  /** What a click on the column's head sorts by; undefined values go last. Without it the column cannot be sorted. */
  readonly sortBy?: (row: Row) => number | string | undefined;
}

export interface TableOptions<Row> {
  /** Where its choices are kept. */
  readonly id: string;
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  /** Column label and direction to begin with; file order without. */
  readonly sort?: { readonly column: string; readonly descending: boolean };
  /** Rows shown before "Show all". */
  readonly limit?: number;
  readonly rowClass?: (row: Row) => string | undefined;
  /** What a row is found by. */
  readonly rowName?: (row: Row) => string;
  /** Rows under headings of their own, in this order; one table, so that columns stand under one another. */
  readonly groups?: readonly RowGroup<Row>[];
}

export interface RowGroup<Row> {
  readonly title: string;
  readonly holds: (row: Row) => boolean;
}

interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

interface SortableTable<Row> {
  readonly element: HTMLElement;
  update(rows: readonly Row[]): void;
  /** The row of a name, brought in where it is not shown yet. */
  reveal(name: string): HTMLElement | undefined;
}

/** A table that can be sorted by its heads and begins with its first rows; both choices are kept. */
export function sortableTable<Row>(context: Context, options: TableOptions<Row>): SortableTable<Row> {
  const element = h('div', { class: 'table' });
  let rows: readonly Row[] = [];

  function render(): void {
    const { columns } = options;
    const sort = context.ui.get<Sort | undefined>(`sort.${options.id}`, options.sort);
    const key = columns.find(({ label }) => label === sort?.column)?.sortBy;
    const sorted = sortRows(rows, key, sort?.descending);
    const limit = context.ui.get(`all.${options.id}`, false) ? Infinity : (options.limit ?? Infinity);
    const shown = sorted.length > limit + 2 ? sorted.slice(0, limit) : sorted;
    const bodies = bodiesOf(options, shown);
    replace(
      element,
      h(
        'div',
        { class: 'scroll' },
        h(
          'table',
          { 'aria-label': options.name },
          h('thead', {}, h('tr', {}, ...columns.map((column) => sortHead(column, sort, sortBy)))),
          ...bodies,
        ),
      ),
      shown.length < sorted.length && more(sorted.length),
    );
  }

  function sortBy(next: Sort): void {
    context.ui.set(`sort.${options.id}`, next);
    render();
  }

  function more(count: number): HTMLElement {
    const show = () => {
      context.ui.set(`all.${options.id}`, true);
      render();
    };
    return h('button', { type: 'button', class: 'more', onclick: show }, `Show all ${count}`);
  }

  return {
    element,
    update(next) {
      rows = next;
      render();
    },
    reveal(name) {
      const find = () =>
        [...element.querySelectorAll<HTMLElement>('tr')].find(({ dataset }) => dataset.row === name);
      if (!find()) {
        context.ui.set(`all.${options.id}`, true);
        render();
      }
      return find();
    },
  };
}

/** The rows, under the headings of their groups. */
function bodiesOf<Row>(options: TableOptions<Row>, shown: readonly Row[]): HTMLElement[] {
  const { columns, rowClass, rowName, groups = [{ title: '', holds: () => true }] } = options;
  const bodyRow = (row: Row) =>
    h(
      'tr',
      { class: rowClass?.(row), 'data-row': rowName?.(row) },
      ...columns.map((column) => bodyCell(column, row)),
    );
  return groups.flatMap(({ title, holds }) => {
    const own = shown.filter(holds);
    if (own.length === 0) return [];
    return [h('tbody', {}, title !== '' && groupHead(title, columns.length), ...own.map(bodyRow))];
  });
}

/** A column's head, which sorts by it where it can be sorted. */
function sortHead<Row>(
  column: Column<Row>,
  sort: Sort | undefined,
  sortBy: (next: Sort) => void,
): HTMLElement {
  const { label, numeric = false } = column;
  const classes = classesOf(column);
  if (!column.sortBy) return h('th', { scope: 'col', class: classes }, label);
  const active = sort?.column === label;
  const direction = active ? (sort.descending ? 'descending' : 'ascending') : 'none';
  const flip = () => sortBy({ column: label, descending: active ? !sort.descending : numeric });
  const arrow = active ? (sort.descending ? '↓' : '↑') : '';
  return h(
    'th',
    { scope: 'col', class: classes, 'aria-sort': direction },
    h(
      'button',
      { type: 'button', 'data-key': `sort-${label}`, onclick: flip },
      label,
      h('span', { class: 'arrow', 'aria-hidden': 'true' }, arrow),
    ),
  );
}

const classesOf = <Row>({ numeric, className = '' }: Column<Row>): string | undefined =>
  [numeric ? 'num' : '', className].join(' ').trim() || undefined;

/** The heading of a group of rows, across all columns. */
export function groupHead(title: string, columns: number): HTMLElement {
  return h('tr', { class: 'block' }, h('th', { scope: 'rowgroup', colspan: String(columns) }, title));
}

function bodyCell<Row>(column: Column<Row>, row: Row): HTMLElement {
  return h('td', { class: classesOf(column) }, column.cell(row));
}

/** A sorted copy; the order of equal rows stays. */
export function sortRows<Row>(
  rows: readonly Row[],
  key: ((row: Row) => number | string | undefined) | undefined,
  descending = false,
): Row[] {
  if (!key) return [...rows];
  const sign = descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1;
    return (
      sign * (typeof x === 'string' || typeof y === 'string' ? String(x).localeCompare(String(y)) : x - y)
    );
  });
}
