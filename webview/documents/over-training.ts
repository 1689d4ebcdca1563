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
import { type PlotFrame, plotFrame } from '../plots/frame';
import { linesPlot } from '../plots/lines';
import { epochLines } from './epoch-lines';
import { figureChoice } from './figure-choice';

/** Any measure, and any outcome beside it, over the epochs of the runs whose checkpoints are compared. */
export function overTrainingSection(context: Context): {
  element: HTMLElement;
  update(comparison: Comparison): void;
} {
  const above = plotFrame(context, 'epochs-measure', 'Measure over training', 240);
  const beside = plotFrame(context, 'epochs-outcome', 'Outcome over training', 240);
  let last: Comparison | undefined;
  const chosen = figureChoice(context, 'epochs', draw);
  const element = h('div', {}, chosen.element, h('div', { class: 'pair' }, above.element, beside.element));

  function draw(): void {
    if (!last) return;
    const comparison = last;
    const ids = measureIds(comparison.reports);
    element.hidden = ids.length === 0;
    if (element.hidden) return;
    const show = (
      frame: PlotFrame,
      id: string,
      yName: string,
      figureOf: (report: Report) => Figure | undefined,
    ) => {
      const lines = epochLines(comparison, figureOf);
      const label = `${yName} over epochs, one line a run`;
      frame.element.hidden = lines.length === 0;
      frame.update({
        settings: `${yName} by epoch · one line a run · one standard error`,
        draw: (size) => linesPlot(lines, size, id, { xName: 'epoch', yName, label, marks: true }),
      });
    };
    const { measure, outcome } = chosen.offer(ids);
    show(above, 'epochs-measure', measureLabel(measure), (report) => measuresOf(report).get(measure));
    show(beside, 'epochs-outcome', OUTCOME_NAMES[outcome], (report) => outcomeOf(report, outcome));
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
