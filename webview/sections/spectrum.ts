import { counted } from '../../src/wording/format-number';
import type { PanelState } from '../../src/contract/panel-protocol';
import type { Spectrum } from '../../src/contract/report';
import { type Context, type Section, isBusy } from '../context';
import { onChange } from '../dom';
import { plotFrame } from '../plots/frame';
import { spectrumPlot } from '../plots/spectrum';

/** The Hessian spectrum; its frame stands from the start and fills in. */
export function spectrumSection(context: Context): Section {
  const frame = plotFrame(context, 'spectrum', 'Hessian spectrum', 250);
  const show = onChange((spectrum: Spectrum) =>
    frame.update({ settings: settingsLine(spectrum), draw: (size) => spectrumPlot(spectrum, size) }),
  );
  return {
    element: frame.element,
    update(state) {
      frame.element.hidden = !isVisible(state);
      if (isVisible(state)) show(state.report?.spectrum ?? { largest: [], smallest: [] });
    },
  };
}

function isVisible(state: PanelState): boolean {
  const { report, view } = state;
  if (report?.kind === 'interpolation') return false;
  const found = report && (report.spectrum.largest.length > 0 || report.spectrum.density !== undefined);
  return found === true || (isBusy(state) && (report !== undefined || view === 'report'));
}

/** What was measured, and what the band and the bars of the picture are. */
function settingsLine({ density, largest, smallest }: Spectrum): string {
  return [
    ...(largest.length > 0
      ? [`${largest.length} largest${smallest.length > 0 ? `, ${smallest.length} smallest` : ''}`]
      : []),
    ...(largest[0] ? ['bars: error numeric'] : []),
    ...(density
      ? [
          `density from ${counted(density.probes, 'probe')} of ${density.steps} steps, band: error over probes`,
        ]
      : []),
  ].join(' · ');
}
