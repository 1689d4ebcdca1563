import type { Comparison } from '../../src/contract/comparison';
import { measureLabel } from '../../src/wording/measure-names';
import { rescaledMeasures } from '../../src/wording/rescaled-ratios';
import type { Context } from '../context';
import { h } from '../dom';
import { dumbbellsHeight, dumbbellsPlot } from '../plots/dumbbells';
import { plotFrame } from '../plots/frame';

/** Dinh et al.'s test (2017) at a glance: each measure as saved and rescaled, as a ratio of the two. */
export function rescaledSection(context: Context): {
  element: HTMLElement;
  update(comparison: Comparison): void;
} {
  let rows = 0;
  const frame = plotFrame(context, 'rescaled', 'Measures under rescaling', (width) =>
    dumbbellsHeight(rows, width),
  );
  const without = h('p', { 'data-testid': 'without-ratio' });
  const element = h('div', { hidden: true }, frame.element, without);
  return {
    element,
    update(comparison) {
      const found = rescaledMeasures(comparison);
      rows = found.measures.length;
      element.hidden = rows === 0;
      if (element.hidden) return;
      const dumbbells = found.measures.map(({ id, ...measure }) => ({ name: measureLabel(id), ...measure }));
      const [{ label: beforeName }, { label: afterName }] = comparison.members;
      frame.update({
        settings: `the same function: hollow ${beforeName}, filled ${afterName} · bars: ± one standard error, where known`,
        draw: (size) =>
          dumbbellsPlot(dumbbells, size, { xName: 'value over value as saved', beforeName, afterName }),
      });
      without.hidden = found.without.length === 0;
      without.textContent = `Without a ratio, being zero, of two signs or not converged: ${found.without.map(measureLabel).join('; ')}.`;
    },
  };
}
