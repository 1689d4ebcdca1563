import type { Comparison } from '../../src/contract/comparison';
import type { Outcome } from '../../src/contract/vocabulary';
import { OUTCOME_NAMES, measureIds, measuresOf, outcomeOf } from '../../src/wording/comparison-figures';
import { correlationText } from '../../src/wording/correlation-text';
import { measureLabel } from '../../src/wording/measure-names';
import type { Context } from '../context';
import { h } from '../dom';
import { plotFrame } from '../plots/frame';
import { scatterPlot } from '../plots/scatter';
import { figureChoice } from './figure-choice';

/** Any measure against any outcome, with Kendall's tau-b, its interval and the granulated ones in the title line. */
export function scatterSection(context: Context): {
  element: HTMLElement;
  update(comparison: Comparison): void;
  choose(measure: string, outcome: Outcome): void;
} {
  const frame = plotFrame(context, 'scatter', 'Measure against outcome', 300);
  let last: Comparison | undefined;
  const chosen = figureChoice(context, 'scatter', draw);
  const element = h('div', { class: 'scatter' }, chosen.element, frame.element);

  function draw(): void {
    if (!last) return;
    const { reports, members, correlations } = last;
    const ids = measureIds(reports);
    element.hidden = ids.length === 0 || reports.length < 2;
    if (element.hidden) return;
    const { measure, outcome } = chosen.offer(ids);
    const points = reports.flatMap((report, i) => {
      const [x, y] = [measuresOf(report).get(measure), outcomeOf(report, outcome)];
      if (!x || !y) return [];
      const { label, run } = members[i];
      return [
        { name: label, group: run, x: x.value, y: y.value, xError: x.standardError, yError: y.standardError },
      ];
    });
    frame.update({
      settings: correlationText(
        correlations.find((each) => each.measure === measure && each.outcome === outcome),
      ),
      draw: (size) =>
        scatterPlot(points, size, { xName: measureLabel(measure), yName: OUTCOME_NAMES[outcome] }),
    });
  }

  return {
    element,
    update(comparison) {
      last = comparison;
      draw();
    },
    choose(measure, outcome) {
      chosen.choose(measure, outcome);
      element.scrollIntoView({ block: 'nearest' });
    },
  };
}
