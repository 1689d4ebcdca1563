import type { Comparison } from '../../src/contract/comparison';
import type { Context } from '../context';
import { h } from '../dom';
import { COLOURS } from '../plots/curves';
import type { LineSeries, LinesOptions } from '../plots/lines';
import { linesFrame } from '../plots/lines-frame';

/** More curves than this cannot be told apart; the table and the CSV hold all. */
const MOST = 12;

/** Spectra over one another, and the slices along each checkpoint's first eigenvector and random direction. */
export function overlaySection(context: Context): {
  element: HTMLElement;
  update(comparison: Comparison): void;
} {
  const spectra = linesFrame(context, 'overlay-spectra', 'Spectral densities', 260);
  const eigenvector = linesFrame(context, 'overlay-eigenvector', 'Loss along the first eigenvector', 230);
  const random = linesFrame(context, 'overlay-random', 'Loss along a random direction', 230);
  return {
    element: h('div', {}, spectra.element, h('div', { class: 'pair' }, eigenvector.element, random.element)),
    update(comparison) {
      const densities = densitiesOf(comparison);
      spectra.show(
        densities,
        'on one axis, linear near zero, logarithmic beyond; the errors are in the table',
        densityOptions(comparison, densities),
      );
      eigenvector.show(slicesOf(comparison, 'eigenvector'), 'train', sliceOptions('eigenvector'));
      random.show(
        slicesOf(comparison, 'random'),
        'filter-normalized, the same draws for all · train',
        sliceOptions('random'),
      );
    },
  };
}

/** The name and colour of a checkpoint's curve. */
const lineOf = ({ members }: Comparison, i: number) => ({
  name: members[i].label,
  style: COLOURS[i % COLOURS.length],
});

function densitiesOf(comparison: Comparison): LineSeries[] {
  return comparison.reports.slice(0, MOST).flatMap(({ spectrum: { density } }, i) =>
    density
      ? [
          {
            ...lineOf(comparison, i),
            x: density.eigenvalues,
            y: density.density,
            error: density.standardError,
          },
        ]
      : [],
  );
}

function densityOptions({ reports }: Comparison, densities: readonly LineSeries[]): LinesOptions {
  const scale = Math.max(...reports.map(({ spectrum }) => Math.abs(spectrum.largest[0]?.value ?? 0)), 0);
  const peak = Math.max(0, ...densities.flatMap(({ y }) => y));
  return {
    xName: 'eigenvalue',
    yName: 'density',
    log: true,
    symlog: scale * 1e-4 || 1e-6,
    floor: peak * 1e-7,
    label: 'Spectral densities of the checkpoints',
  };
}

type SliceKind = 'eigenvector' | 'random';

function slicesOf(comparison: Comparison, kind: SliceKind): LineSeries[] {
  return comparison.reports.slice(0, MOST).flatMap((report, i): LineSeries[] => {
    const slice = report.slices.find((each) => each.kind === kind);
    if (!slice) return [];
    const { coordinates, loss, standardError } = slice;
    return [{ ...lineOf(comparison, i), x: coordinates, y: loss.train, error: standardError?.train }];
  });
}

const sliceOptions = (kind: SliceKind): LinesOptions => ({
  xName: 't',
  yName: 'loss',
  label: `Loss along one ${kind} direction of each checkpoint`,
});
