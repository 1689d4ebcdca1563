import type { Comparison } from '../../src/contract/comparison';
import {
  OUTCOME_NAMES,
  type Figure,
  measureIds,
  measuresOf,
  outcomeOf,
} from '../../src/wording/comparison-figures';
import { measureLabel } from '../../src/wording/measure-names';
import type { Report } from '../../src/contract/report';
import type { Context } from '../context';
import { h } from '../dom';
import { type LinesFrame, linesFrame } from '../plots/lines-frame';
import { epochLines } from './epoch-lines';
import { figureChoice } from './figure-choice';

/** Any measure, and any outcome beside it, over the epochs of the runs whose checkpoints are compared. */
export function overTrainingSection(context: Context): {
  element: HTMLElement;
  update(comparison: Comparison): void;
} {
  const above = linesFrame(context, 'epochs-measure', 'Measure over training', 240);
  const beside = linesFrame(context, 'epochs-outcome', 'Outcome over training', 240);
  let last: Comparison | undefined;
  const chosen = figureChoice(context, 'epochs', draw);
  const element = h('div', {}, chosen.element, h('div', { class: 'pair' }, above.element, beside.element));

  function draw(): void {
    if (!last) return;
    const comparison = last;
    const ids = measureIds(comparison.reports);
    element.hidden = ids.length === 0;
    if (element.hidden) return;
    const show = (frame: LinesFrame, yName: string, figureOf: (report: Report) => Figure | undefined) => {
      const label = `${yName} over epochs, one line a run`;
      const settings = `${yName} by epoch · one line a run · one standard error`;
      frame.show(epochLines(comparison, figureOf), settings, { xName: 'epoch', yName, label, marks: true });
    };
    const { measure, outcome } = chosen.offer(ids);
    show(above, measureLabel(measure), (report) => measuresOf(report).get(measure));
    show(beside, OUTCOME_NAMES[outcome], (report) => outcomeOf(report, outcome));
    element.hidden = above.element.hidden && beside.element.hidden;
  }

  return {
    element,
    update(comparison) {
      last = comparison;
      draw();
    },
  };
}
