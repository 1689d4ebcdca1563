import type { Watch } from '../../src/contract/watch';
import type { Context } from '../context';
import { h, onChange, replace } from '../dom';
import { linesFrame } from '../plots/lines-frame';
import type { DocumentPart } from './part';
import { WATCH_PLOTS, placed } from './watch-plots';
import { watchedTable } from './watched-table';

/** Events that stand open, the newest first; the others are in the table of figures. */
const SHOWN = 6;
const BY_NUMBER = new Intl.Collator('en', { numeric: true });

/** A run as it happens: what is noteworthy, the figures of each checkpoint as it lands, and what is being written. */
export function watchPart(context: Context): DocumentPart<Watch> {
  const rows = WATCH_PLOTS.map((row) =>
    row.map((plot) => ({ plot, frame: linesFrame(context, plot.id, plot.title, plot.height) })),
  );
  const events = h('div', { class: 'say', 'data-testid': 'watch-events' });
  const unfinished = h('p', { class: 'how', 'data-testid': 'watch-unfinished' });
  const table = watchedTable(context);
  const elements = rows.map((row) => {
    const frames = row.map(({ frame }) => frame.element);
    return frames.length === 1 ? frames[0] : h('div', { class: 'pair' }, ...frames);
  });
  const element = h('div', { class: 'part' }, events, unfinished, ...elements, table.element);
  const show = onChange((watch: Omit<Watch, 'seconds' | 'endsAt'>) => {
    const newest = [...watch.events].reverse().slice(0, SHOWN);
    events.hidden = newest.length === 0;
    replace(events, ...newest.map(({ text }) => h('p', {}, text)));
    unfinished.hidden = watch.unfinished.length === 0;
    // They are taken from both ends, and read by their numbers.
    unfinished.textContent = `Not complete yet: ${[...watch.unfinished].sort(BY_NUMBER.compare).join(', ')}`;
    const { xName, all } = placed(watch.checkpoints);
    for (const { plot, frame } of rows.flat())
      frame.show(plot.lines(all), plot.settings(all), { ...plot.options, xName });
    table.update(watch.checkpoints);
  });
  return { element, update: ({ seconds: _, endsAt: __, ...watch }) => show(watch) };
}
