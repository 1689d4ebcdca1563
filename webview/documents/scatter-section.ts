import { type Comparison, OUTCOMES, type Outcome } from '../../src/shared/comparison';
import { formatNumber } from '../../src/shared/format-number';
import type { Context } from '../context';
import { choice } from '../controls';
import { h } from '../dom';
import { plotFrame } from '../plots/frame';
import { scatterPlot } from '../plots/scatter';
import { OUTCOME_LABELS, labelOf, measureIds, measureOf, outcomeOf } from './figures';

/** Any measure against any outcome, with Kendall's tau-b and its interval in the title line. */
export function scatterSection(context: Context): {
  element: HTMLElement;
  update(comparison: Comparison): void;
  choose(measure: string, outcome: Outcome): void;
} {
  const frame = plotFrame(context, 'scatter', 'Measure against outcome', 300);
  let last: Comparison | undefined;
  const pick = (key: string) => (value: string) => {
    context.ui.set(key, value);
    draw();
  };
  const measures = choice('Measure', pick('scatter.measure'));
  const outcomes = choice('Outcome', pick('scatter.outcome'));
  const controls = h('div', { class: 'choices' }, measures.element, outcomes.element);
  const element = h('div', { class: 'scatter' }, controls, frame.element);

  function draw(): void {
    if (!last) return;
    const comparison = last;
    const ids = measureIds(comparison);
    element.hidden = ids.length === 0 || comparison.reports.length < 2;
    if (element.hidden) return;
    const kept = context.ui.get('scatter.measure', 'lambda-max');
    const measure = ids.includes(kept) ? kept : ids[0];
    const outcome = context.ui.get<Outcome>('scatter.outcome', 'test-loss');
    measures.set(ids.map((id) => ({ value: id, label: labelOf(id) })), measure); // prettier-ignore
    outcomes.set(OUTCOMES.map((value) => ({ value, label: OUTCOME_LABELS[value] })), outcome); // prettier-ignore
    const points = comparison.reports.flatMap((report, i) => {
      const [x, y] = [measureOf(report, measure), outcomeOf(report, outcome)];
      if (!x || !y) return [];
      const { label, run } = comparison.members[i];
      return [{ name: label, group: run, x: x.value, y: y.value, xError: x.standardError, yError: y.standardError }]; // prettier-ignore
    });
    frame.update({
      settings: correlationText(comparison, measure, outcome),
      draw: (size) => scatterPlot(points, size, { xName: labelOf(measure), yName: OUTCOME_LABELS[outcome] }),
    });
  }

  return {
    element,
    update(comparison) {
      last = comparison;
      draw();
    },
    choose(measure, outcome) {
      context.ui.set('scatter.measure', measure);
      context.ui.set('scatter.outcome', outcome);
      draw();
      element.scrollIntoView({ block: 'nearest' });
    },
  };
}

function correlationText({ correlations }: Comparison, measure: string, outcome: Outcome): string {
  const found = correlations.find((each) => each.measure === measure && each.outcome === outcome);
  if (!found || found.tau === null) return 'rank correlation not defined';
  const { interval } = found;
  const range = interval
    ? `, ${Math.round(100 * interval.level)} % interval ${formatNumber(interval.low, 2)} to ${formatNumber(interval.high, 2)} over ${interval.over}`
    : ', no interval: too few runs';
  return `Kendall's τ-b ${formatNumber(found.tau, 2)}${range}`;
}
