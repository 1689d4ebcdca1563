import { formatCount, formatNumber, formatPercent, formatWithError } from '../../src/wording/format-number';
import type { LayerCurvature } from '../../src/contract/report';
import type { Context, Section } from '../context';
import { h, onChange } from '../dom';
import { type Column, sortableTable } from '../table';
import { tensorName } from '../tensor-name';
import { tableSection } from './table-section';

/** A tensor's curvature with its share of the sum of all traces' sizes. */
interface Row extends LayerCurvature {
  readonly share: number | undefined;
  /** Length of the bar: 1 for the largest share. */
  readonly length: number;
}

/** Curvature tensor by tensor, sortable. */
export function layersSection(context: Context): Section & { reveal(tensor: string): void } {
  let known: string | undefined;
  let table: ReturnType<typeof sortableTable<Row>> | undefined;
  const section = tableSection(context, 'layers', 'Layers');
  const show = onChange((layers: readonly LayerCurvature[]) => {
    const columns = columnsOf(context, layers);
    const names = columns.map(({ label }) => label).join();
    if (names !== known) {
      known = names;
      table = sortableTable<Row>(context, {
        id: 'layers',
        name: 'Curvature by tensor',
        columns,
        sort: { column: 'share of trace', descending: true },
        limit: 12,
        rowName: ({ name }) => name,
      });
      section.setTable(table.element);
    }
    section.setSettings(settingsLine(layers));
    section.setNumbers(numbersOf(layers));
    table?.update(rowsOf(layers));
  });
  return {
    element: section.element,
    update({ report }) {
      const layers = report?.layers ?? [];
      section.element.hidden = layers.length === 0;
      if (layers.length > 0) show(layers);
    },
    reveal(tensor) {
      const row = table?.reveal(tensor);
      if (!row) return;
      row.scrollIntoView({ block: 'center' });
      row.tabIndex = -1;
      row.focus({ preventScroll: true });
      context.announce(`Layers: ${tensor}`);
    },
  };
}

function rowsOf(layers: readonly LayerCurvature[]): Row[] {
  const total = layers.reduce((sum, { trace }) => sum + Math.abs(trace?.value ?? 0), 0);
  const longest = Math.max(...layers.map(({ trace }) => Math.abs(trace?.value ?? 0)));
  return layers.map((layer) => ({
    ...layer,
    share: layer.trace && total > 0 ? layer.trace.value / total : undefined,
    length: layer.trace && longest > 0 ? Math.abs(layer.trace.value) / longest : 0,
  }));
}

/** Only the columns that hold something. */
function columnsOf(context: Context, layers: readonly LayerCurvature[]): Column<Row>[] {
  const some = (has: (layer: LayerCurvature) => unknown) => layers.some((layer) => has(layer) !== undefined);
  return [
    {
      label: 'tensor',
      className: 'name',
      sortBy: (row) => row.name,
      cell: ({ name, shape }) => tensorName(name, shape),
    },
    {
      label: 'parameters',
      className: 'sparest',
      numeric: true,
      sortBy: (row) => row.parameters,
      cell: (row) => formatCount(row.parameters),
    },
    {
      label: 'norm',
      className: 'spare',
      numeric: true,
      sortBy: (row) => row.norm,
      cell: (row) => formatNumber(row.norm, 3),
    },
    ...(some(({ trace }) => trace)
      ? [
          { label: 'share of trace', className: 'share', sortBy: (row: Row) => row.share, cell: shareBar },
          {
            label: 'trace',
            numeric: true,
            sortBy: (row: Row) => row.trace?.value,
            cell: (row: Row) => (row.trace ? valueCell(row.trace.value, row.trace.standardError) : ''),
          },
        ]
      : []),
    ...(some(({ largest }) => largest)
      ? [
          {
            label: 'λmax',
            numeric: true,
            sortBy: (row: Row) => row.largest?.value,
            cell: (row: Row) => (row.largest ? valueCell(row.largest.value, row.largest.errorBound) : ''),
          },
        ]
      : []),
    ...(some(({ source, className }) => source ?? (context.host.interactive ? className : undefined))
      ? [
          {
            label: 'code',
            sortBy: (row: Row) => row.source?.file,
            cell: (row: Row) => codeLink(context, row, layers),
          },
        ]
      : []),
  ];
}

function valueCell(value: number, error: number): Node {
  const text = formatWithError(value, error, 4);
  return h('span', {}, text.value, text.error !== '' && h('em', {}, `± ${text.error}`));
}

function shareBar({ share, length }: Row): Node {
  if (share === undefined) return document.createTextNode('');
  const bar = h('i', { class: share < 0 ? 'neg' : undefined, 'aria-hidden': 'true' });
  bar.style.width = `${Math.max(1, Math.round(length * 48))}px`;
  return h('span', {}, bar, h('span', {}, formatPercent(share)));
}

function codeLink({ host }: Context, { name, source }: Row, layers: readonly LayerCurvature[]): Node {
  const place = source && `${source.file}:${source.line}`;
  const text = place ? place.slice(place.lastIndexOf('/') + 1) : host.interactive ? 'find' : '';
  if (!host.interactive) return document.createTextNode(text);
  const open = () => host.post({ type: 'openSource', tensor: name, layers });
  const title = place ?? 'Find the line that makes it in the code of this workspace';
  return h('button', { type: 'button', class: 'link', title, onclick: open }, text);
}

function settingsLine(layers: readonly LayerCurvature[]): string {
  const signs = layers.some(({ trace }) => trace && trace.value < 0) ? ' (of the sum of sizes)' : '';
  return [
    ...(layers.some(({ trace }) => trace) ? [`share of the trace${signs}, ± over probes`] : []),
    ...(layers.some(({ largest }) => largest) ? ['λmax of the diagonal block, ± numeric'] : []),
  ].join(' · ');
}

function numbersOf(layers: readonly LayerCurvature[]) {
  return {
    columns: [
      'tensor',
      'shape',
      'parameters',
      'norm',
      'trace',
      'error over probes',
      'lambda max',
      'numeric error',
      'code',
    ],
    rows: layers.map(({ name, shape, parameters, norm, trace, largest, source }) => [
      name,
      shape.join('x'),
      parameters,
      norm,
      trace?.value ?? null,
      trace?.standardError ?? null,
      largest?.value ?? null,
      largest?.errorBound ?? null,
      source ? `${source.file}:${source.line}` : null,
    ]),
  };
}
