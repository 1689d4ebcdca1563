import type { Barrier, Comparison } from '../../src/shared/comparison';
import { formatNumber } from '../../src/shared/format-number';
import type { Context } from '../context';
import { h } from '../dom';
import { COLOURS } from '../plots/curves';
import { plotFrame } from '../plots/frame';
import { linesPlot } from '../plots/lines';
import { tableSection } from '../sections/table-section';

/** The barrier between every pair: above the diagonal as the files are, below it after aligning neurons. */
export function barriersSection(context: Context): {
  element: HTMLElement;
  update(comparison: Comparison): void;
} {
  const section = tableSection(context, 'barriers', 'Barriers on the straight line between');
  const lines = plotFrame(context, 'barrier-lines', 'Loss between', 220);
  return {
    element: h('div', {}, section.element, lines.element),
    update({ barriers, members }) {
      section.element.hidden = barriers.length === 0;
      lines.element.hidden = barriers.length === 0;
      if (barriers.length === 0) return;
      const aligned = barriers.some((barrier) => barrier.aligned);
      section.setSettings(
        `max of loss minus the line between the ends, ${barriers[0].points} points · above the diagonal as saved${aligned ? ', below it with neurons aligned' : ''}`,
      );
      const largest = Math.max(...barriers.map(({ raw }) => raw.value), 1e-12);
      const find = (a: number, b: number) =>
        barriers.find((barrier) => (barrier.a === a && barrier.b === b) || (barrier.a === b && barrier.b === a)); // prettier-ignore
      section.setTable(
        h(
          'div',
          { class: 'scroll' },
          h(
            'table',
            { 'aria-label': 'Barriers', class: 'matrix' },
            h('thead', {}, h('tr', {}, h('th', {}, ''), ...members.map(({ label }) => h('th', { scope: 'col', class: 'num' }, label)))), // prettier-ignore
            h(
              'tbody',
              {},
              ...members.map(({ label }, a) =>
                h(
                  'tr',
                  {},
                  h('th', { scope: 'row' }, label),
                  ...members.map((_, b) => {
                    if (a === b) return h('td', { class: 'num' }, '·');
                    const barrier = find(a, b);
                    const height = barrier && (a < b ? barrier.raw : barrier.aligned);
                    if (!barrier || !height) return h('td', { class: 'num' }, '');
                    const shade = Math.min(4, Math.round((4 * Math.max(0, height.value)) / largest));
                    return h('td', { class: `num shade-${shade}`, title: barrier.note }, formatNumber(height.value, 3)); // prettier-ignore
                  }),
                ),
              ),
            ),
          ),
        ),
      );
      section.setNumbers({
        columns: ['from', 'to', 'barrier', 'at', 'batch norm re-estimated', 'aligned', 'note'],
        rows: barriers.map(({ a, b, raw, reestimated, aligned: own, note }) => [members[a].label, members[b].label, raw.value, raw.at, reestimated?.value ?? null, own?.value ?? null, note ?? '']), // prettier-ignore
      });
      const shown = barriers.slice(0, 6);
      const name = ({ a, b }: Barrier) => `${members[a].label} – ${members[b].label}`;
      lines.update({
        settings: aligned ? 'as saved; dashed: neurons aligned' : 'as saved',
        draw: (size) =>
          linesPlot(
            shown.flatMap((barrier, i) => [
              { name: name(barrier), style: COLOURS[i], x: barrier.coordinates, y: barrier.loss.raw },
              ...(barrier.loss.aligned
                ? [{ name: `${name(barrier)}, aligned`, style: `${COLOURS[i]} dash`, x: barrier.coordinates, y: barrier.loss.aligned, named: false }] // prettier-ignore
                : []),
            ]),
            size,
            'barrier-lines',
            { xName: 't', yName: 'loss', log: false, label: 'Loss on the lines between checkpoints' },
          ),
      });
    },
  };
}
