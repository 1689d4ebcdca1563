import type { History } from '../../src/contract/history';
import type { Context } from '../context';
import { h, onChange } from '../dom';
import { linesFrame } from '../plots/lines-frame';
import { epochsTable } from './epochs-table';
import type { DocumentPart } from './part';
import { TRAINING_PLOTS } from './training-plots';

/** A run of training: loss, accuracy, rate, and the sharpness along the way under the optimizer's line. */
export function trainingPart(context: Context): DocumentPart<History> {
  const rows = TRAINING_PLOTS.map((row) =>
    row.map((plot) => ({ plot, frame: linesFrame(context, plot.id, plot.title, plot.height) })),
  );
  const epochs = epochsTable(context);
  const elements = rows.map((row) => {
    const frames = row.map(({ frame }) => frame.element);
    return frames.length === 1 ? frames[0] : h('div', { class: 'pair' }, ...frames);
  });
  const element = h('div', { class: 'part' }, ...elements, epochs.element);
  const show = onChange((history: History) => {
    for (const { plot, frame } of rows.flat())
      frame.show(plot.lines(history), plot.settings(history), plot.options);
    epochs.update(history.epochs);
  });
  return { element, update: show };
}
