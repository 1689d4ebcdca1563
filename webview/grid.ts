import { h, replace } from './dom';
import { groupHead } from './table';

/** A table of labelled rows and columns whose cells are all figures. */
export interface Grid {
  /** What a screen reader calls it. */
  readonly name: string;
  /** Its heading; none where the section's own says it all. */
  readonly title?: string;
  readonly className?: string;
  /** What the rows are: the head of their labels. */
  readonly corner?: string;
  readonly columns: readonly (() => Node | string)[];
  readonly blocks: readonly GridBlock[];
}

/** Rows under a heading of their own. */
export interface GridBlock {
  readonly title?: string;
  readonly rows: readonly GridRow[];
}

export interface GridRow {
  readonly label: () => Node | string;
  readonly className?: string;
  /** One cell a column. */
  readonly cells: readonly (() => HTMLElement)[];
}

/**
 * Draws a grid so that nothing of it is cut: where its columns do not fit side by side they go on in a further table
 * below, under the same rows.
 */
export function gridTable(): { readonly element: HTMLElement; update(grid: Grid): void } {
  const element = h('div', { class: 'grid' });
  let grid: Grid | undefined;
  let laidFor = 0;

  function layOut(width: number): void {
    if (!grid || width < 40) return;
    laidFor = width;
    const all = grid.columns.map((_, i) => i);
    const head = grid.title === undefined ? [] : [h('h3', {}, grid.title)];
    replace(element, ...head, tableOf(grid, all));
    const [label, ...widths] = [...element.querySelectorAll<HTMLElement>('thead th')].map(
      (head) => head.offsetWidth,
    );
    const wide = element.lastElementChild;
    if (!wide || wide.scrollWidth <= wide.clientWidth) return;
    replace(element, ...head, ...strips(widths, width - label).map((columns) => tableOf(grid!, columns)));
  }

  new ResizeObserver(() => {
    if (element.clientWidth !== laidFor) layOut(element.clientWidth);
  }).observe(element);
  return {
    element,
    update(next) {
      grid = next;
      // What is hidden has no width yet: it is laid out when it is shown.
      laidFor = 0;
      layOut(element.clientWidth);
    },
  };
}

/** Neighbouring columns in groups that each fit into `room`, a column alone where it is wider. */
export function strips(widths: readonly number[], room: number): number[][] {
  const found: number[][] = [];
  let left = 0;
  widths.forEach((width, i) => {
    if (found.length === 0 || width > left) {
      found.push([]);
      left = room;
    }
    found[found.length - 1].push(i);
    left -= width;
  });
  return found;
}

function tableOf({ name, className, corner = '', columns, blocks }: Grid, shown: readonly number[]): Node {
  const part = shown.length === columns.length ? '' : `, columns ${shown[0] + 1} to ${shown.at(-1)! + 1}`;
  const row = ({ label, cells, className: own }: GridRow) =>
    h('tr', { class: own }, h('th', { scope: 'row' }, label()), ...shown.map((i) => cells[i]()));
  return h(
    'div',
    { class: 'scroll' },
    h(
      'table',
      { 'aria-label': name + part, class: className },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, corner),
          ...shown.map((i) => h('th', { scope: 'col', class: 'num' }, columns[i]())),
        ),
      ),
      ...blocks
        .filter(({ rows }) => rows.length > 0)
        .map(({ title, rows }) =>
          h('tbody', {}, title !== undefined && groupHead(title, shown.length + 1), ...rows.map(row)),
        ),
    ),
  );
}
