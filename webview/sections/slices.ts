import type { Slice } from '../../src/contract/report';
import { type Context, type Section, isBusy } from '../context';
import { onChange } from '../dom';
import { plotFrame } from '../plots/frame';
import { slicesAreLog, slicesPlot } from '../plots/slices';

/** Loss along the directions of one kind; the kinds differ in how far they reach, so each has its picture. */
export function slicesSection(context: Context, kind: 'eigenvector' | 'random', title: string): Section {
  const id = `slices-${kind}`;
  const frame = plotFrame(context, id, title, 230);
  const show = onChange((slices: readonly Slice[]) =>
    frame.update({ settings: settingsLine(slices, kind), draw: (size) => slicesPlot(slices, size, id) }),
  );
  return {
    element: frame.element,
    update(state) {
      const { report, view } = state;
      const slices = report?.slices.filter((slice) => slice.kind === kind) ?? [];
      const awaited =
        isBusy(state) && (report ? report.kind === 'analysis' && report.settings.slices : view === 'report');
      frame.element.hidden = slices.length === 0 && !awaited;
      if (!frame.element.hidden) show(slices);
    },
  };
}

function settingsLine(slices: readonly Slice[], kind: 'eigenvector' | 'random'): string {
  if (slices.length === 0) return '';
  return [
    `${slices[0].coordinates.length} points`,
    ...(kind === 'random' ? ['filter-normalized'] : []),
    slices.some(({ loss }) => loss.test.length > 0) ? 'train, test lighter' : 'train',
    ...(slices.some(({ curvature }) => curvature !== undefined) ? ['dashed: local quadratic'] : []),
    ...(slicesAreLog(slices) ? ['log loss'] : []),
  ].join(' · ');
}
