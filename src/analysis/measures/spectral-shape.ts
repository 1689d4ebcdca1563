import type { Spectrum } from '../../contract/report';
import { EXACT_FOR_ROWS } from '../../contract/vocabulary';
import { SpectralMeasure } from '../spectrum/spectral-measure';
import type { MeasureContext } from './measure';

/** The whole spectrum as a measure over eigenvalues, with the errors of what is read off it. */
export interface SpectralShape {
  readonly measure: SpectralMeasure;
  readonly dimension: number;
  /**
   * The error of a figure that moves with the measure by the mean of phi over it, and how it was had, for its settings:
   * over probes where they found the spectrum, else over rows, which move eigenvalues and so the figure by phi'.
   */
  errorOf(phi: (eigenvalue: number) => number, slope: (eigenvalue: number) => number): Promise<ShapeError>;
}

interface ShapeError {
  readonly standardError: number | null;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The spectral measure that the analysis found: every eigenvalue where it has them, else the density's quadrature. */
export function spectralShape(context: MeasureContext): SpectralShape | undefined {
  const { spectrum, spectralMeasure, spectrumOf: operator, spectrumOverRows } = context;
  const dimension = context.origin.theta.length;
  const { exact, density } = spectrum;
  const measure = exact
    ? new SpectralMeasure(dimension, exact.eigenvalues, [])
    : (spectralMeasure ?? (density && fromNodes(density, dimension)));
  if (!measure) return undefined;
  const { probes } = measure;
  const steps = density ? { steps: density.steps } : {};
  return {
    measure,
    dimension,
    async errorOf(phi, slope) {
      if (probes > 0)
        return {
          standardError: measure.average(phi).standardError,
          settings: { operator, probes, ...steps, error: 'over probes' },
        };
      const known = { operator, eigenvalues: 'all' };
      const whole = await spectrumOverRows?.errorOf(slope);
      return whole
        ? { standardError: whole / dimension, settings: { ...known, error: 'over rows' } }
        : { standardError: null, settings: { ...known, error: EXACT_FOR_ROWS } };
    },
  };
}

/** From the nodes that a report keeps: those that stand for one eigenvalue exactly, and the rest as the probes' mean. */
function fromNodes({ nodes, probes }: NonNullable<Spectrum['density']>, dimension: number): SpectralMeasure {
  if (probes === 0)
    return new SpectralMeasure(
      dimension,
      nodes.map(({ eigenvalue }) => eigenvalue),
      [],
    );
  const known = nodes.filter(({ weight }) => weight === 1 / dimension);
  const rest = nodes.filter(({ weight }) => weight !== 1 / dimension);
  const total = rest.reduce((sum, { weight }) => sum + weight, 0);
  const quadrature = {
    nodes: rest.map(({ eigenvalue }) => eigenvalue),
    weights: rest.map(({ weight }) => weight / total),
  };
  return new SpectralMeasure(
    dimension,
    known.map(({ eigenvalue }) => eigenvalue),
    new Array<typeof quadrature>(probes).fill(quadrature),
  );
}

/** The positive part. */
export const positive = (eigenvalue: number): number => Math.max(eigenvalue, 0);

/** The sentence for measures that a missing density leaves out. */
export const withoutDensity = (...ids: readonly string[]): string =>
  `The density was not measured, so ${ids.join(' and ')} ${ids.length > 1 ? 'are' : 'is'} left out.`;
