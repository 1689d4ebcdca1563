import type { Comparison } from '../../src/contract/comparison';
import type { Context } from '../context';
import { h } from '../dom';
import { COLOURS } from '../plots/curves';
import { plotFrame } from '../plots/frame';
import { type LineSeries, linesPlot } from '../plots/lines';

/** More curves than this cannot be told apart; the table and the CSV hold all. */
const MOST = 12;

/** Spectra over one another, and the slices along each checkpoint's first eigenvector and random direction. */
export function overlaySection(context: Context): {
  element: HTMLElement;
  update(comparison: Comparison): void;
} {
  const spectra = plotFrame(context, 'overlay-spectra', 'Spectral densities', 260);
  const eigenvector = plotFrame(context, 'overlay-eigenvector', 'Loss along the first eigenvector', 230);
  const random = plotFrame(context, 'overlay-random', 'Loss along a random direction', 230);
  return {
    element: h('div', {}, spectra.element, h('div', { class: 'pair' }, eigenvector.element, random.element)),
    update(comparison) {
      const { reports, members } = comparison;
      const styles = reports.map((_, i) => COLOURS[i % COLOURS.length]);
      const label = (i: number) => members[i].label;
      const densities = reports.slice(0, MOST).flatMap(({ spectrum: { density } }, i): LineSeries[] =>
        density
          ? [
              {
                name: label(i),
                style: styles[i],
                x: density.eigenvalues,
                y: density.density,
                error: density.standardError,
              },
            ]
          : [],
      );
      const scale = Math.max(...reports.map(({ spectrum }) => Math.abs(spectrum.largest[0]?.value ?? 0)), 0);
      spectra.element.hidden = densities.length === 0;
      const peak = Math.max(0, ...densities.flatMap(({ y }) => y));
      spectra.update({
        settings: 'on one axis, linear near zero, logarithmic beyond; the errors are in the table',
        draw: (size) =>
          linesPlot(densities, size, 'overlay-spectra', {
            xName: 'eigenvalue',
            yName: 'density',
            log: true,
            symlog: scale * 1e-4 || 1e-6,
            floor: peak * 1e-7,
            label: 'Spectral densities of the checkpoints',
          }),
      });
      const slices = (kind: 'eigenvector' | 'random') =>
        reports.slice(0, MOST).flatMap((report, i): LineSeries[] => {
          const slice = report.slices.find((each) => each.kind === kind);
          if (!slice) return [];
          const { coordinates, loss, standardError } = slice;
          return [
            { name: label(i), style: styles[i], x: coordinates, y: loss.train, error: standardError?.train },
          ];
        });
      for (const [frame, kind] of [
        [eigenvector, 'eigenvector'],
        [random, 'random'],
      ] as const) {
        const lines = slices(kind);
        frame.element.hidden = lines.length === 0;
        frame.update({
          settings: kind === 'random' ? 'filter-normalized, the same draws for all · train' : 'train',
          draw: (size) =>
            linesPlot(lines, size, `overlay-${kind}`, {
              xName: 't',
              yName: 'loss',
              label: `Loss along one ${kind} direction of each checkpoint`,
            }),
        });
      }
    },
  };
}
