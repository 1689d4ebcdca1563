import { type BarrierKinds, barrierAt, barrierKinds, barrierNotes } from '../../src/wording/barrier-matrix';
import type { Comparison } from '../../src/contract/comparison';
import { formatNumber } from '../../src/wording/format-number';
import type { Context } from '../context';
import { h, replace } from '../dom';
import { type Grid, gridTable } from '../grid';
import { COLOURS } from '../plots/curves';
import type { LineSeries } from '../plots/lines';
import { linesFrame } from '../plots/lines-frame';
import type { PlotTable } from '../plots/plot';
import { tableSection } from '../sections/table-section';

/** Pairs whose lines are drawn. */
const MOST_LINES = 6;

/**
 * The barrier between every pair: above the diagonal as the files are, below it after aligning neurons; and once more with
 * the statistics of batch norm measured anew.
 */
export function barriersSection(context: Context): {
  element: HTMLElement;
  update(comparison: Comparison): void;
} {
  const section = tableSection(context, 'barriers', 'Barriers on the straight line between');
  const body = h('div', {});
  const matrices = [gridTable(), gridTable()];
  section.setTable(body);
  const frames = {
    raw: linesFrame(context, 'barrier-lines', 'Loss between', 220),
    reestimated: linesFrame(
      context,
      'barrier-lines-reestimated',
      'Loss between, batch norm re-estimated',
      220,
    ),
  };
  return {
    element: h('div', {}, section.element, frames.raw.element, frames.reestimated.element),
    update(comparison) {
      const { barriers } = comparison;
      const kinds = barrierKinds(barriers);
      section.element.hidden = barriers.length === 0;
      for (const above of ['raw', 'reestimated'] as const) {
        const kind = kinds.find((each) => each.above === above);
        const lines = kind === undefined ? [] : linesOf(comparison, kind);
        frames[above].show(lines, startOf(above, lines), LINES);
      }
      if (barriers.length === 0) return;
      const aligned = barriers.some((barrier) => barrier.aligned);
      section.setSettings(
        `max of loss minus the line between the ends, ${barriers[0].points} points · above the diagonal as saved${aligned ? ', below it with neurons aligned (weight matching)' : ''}`,
      );
      replace(
        body,
        ...kinds.map((_, i) => matrices[i].element),
        ...barrierNotes(barriers).map((note) => h('p', {}, note)),
      );
      kinds.forEach((each, i) => matrices[i].update(matrix(comparison, each)));
      section.setNumbers(numbersOf(comparison));
    },
  };
}

const LINES = { xName: 't', yName: 'loss', log: false, label: 'Loss on the lines between checkpoints' };

/** Where the lines begin, and what the dashed ones are. */
function startOf(above: BarrierKinds['above'], lines: readonly LineSeries[]): string {
  const start = above === 'raw' ? 'as saved' : 'statistics measured anew at each point';
  return lines.some(({ style }) => style.endsWith('dash')) ? `${start}; dashed: neurons aligned` : start;
}

/** The losses of the first pairs, dashed once more with their neurons aligned. */
function linesOf({ barriers, members }: Comparison, { above, below }: BarrierKinds): LineSeries[] {
  const shown = barriers.filter(({ loss }) => loss[above]).slice(0, MOST_LINES);
  return shown.flatMap(({ a, b, coordinates: x, loss }, i) => {
    const name = `${members[a].label} – ${members[b].label}`;
    const dashed = loss[below];
    return [
      { name, style: COLOURS[i], x, y: loss[above]! },
      ...(dashed
        ? [{ name: `${name}, aligned`, style: `${COLOURS[i]} dash`, x, y: dashed, named: false }]
        : []),
    ];
  });
}

function numbersOf({ barriers, members }: Comparison): PlotTable {
  return {
    columns: [
      'from',
      'to',
      'barrier',
      'at',
      'batch norm re-estimated',
      'aligned',
      'aligned, batch norm re-estimated',
      'note',
    ],
    rows: barriers.map(({ a, b, raw, reestimated, aligned, alignedReestimated, note }) => [
      members[a].label,
      members[b].label,
      raw.value,
      raw.at,
      reestimated?.value ?? null,
      aligned?.value ?? null,
      alignedReestimated?.value ?? null,
      note ?? '',
    ]),
  };
}

function matrix({ barriers, members }: Comparison, kinds: BarrierKinds): Grid {
  const largest = Math.max(...barriers.map((barrier) => barrier[kinds.above]?.value ?? 0), 1e-12);
  const cell = (row: number, column: number): HTMLElement => {
    if (row === column) return h('td', { class: 'num' }, '·');
    const found = barrierAt(barriers, kinds, row, column);
    if (!found) return h('td', { class: 'num' }, '');
    const shade = Math.min(4, Math.round((4 * Math.max(0, found.height)) / largest));
    return h('td', { class: `num shade-${shade}` }, formatNumber(found.height, 3));
  };
  const labels = members.map(
    ({ label }) =>
      () =>
        label,
  );
  return {
    name: kinds.above === 'raw' ? 'Barriers' : 'Barriers, batch norm re-estimated',
    className: 'matrix',
    corner: kinds.above === 'raw' ? '' : 'batch norm re-estimated',
    columns: labels,
    blocks: [
      {
        rows: labels.map((label, row) => ({
          label,
          cells: labels.map((_, column) => () => cell(row, column)),
        })),
      },
    ],
  };
}
