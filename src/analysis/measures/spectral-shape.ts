import type { Spectrum } from '../../shared/report';
import { SpectralMeasure } from '../spectrum/spectral-measure';
import type { MeasureContext } from './measure';

/** The whole spectrum as a measure over eigenvalues, with what its standard errors cover. */
export interface SpectralShape {
  readonly measure: SpectralMeasure;
  readonly dimension: number;
  /** Every eigenvalue is known: there is no error over probes. */
  readonly exact: boolean;
  /** How it was had, for the settings of what is read off it. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The spectral measure that the analysis found: every eigenvalue where it has them, else the density's quadrature. */
export function spectralShape(context: MeasureContext): SpectralShape | undefined {
  const { spectrum, spectralMeasure, spectrumOf: operator } = context;
  const dimension = context.origin.theta.length;
  const { exact, density } = spectrum;
  if (exact)
    return {
      measure: new SpectralMeasure(dimension, exact.eigenvalues, []),
      dimension,
      exact: true,
      settings: { operator, eigenvalues: 'all' },
    };
  const measure = spectralMeasure ?? (density && fromNodes(density, dimension));
  if (!measure) return undefined;
  if (measure.probes === 0)
    return { measure, dimension, exact: true, settings: { operator, eigenvalues: 'all' } };
  return {
    measure,
    dimension,
    exact: false,
    settings: {
      operator,
      probes: measure.probes,
      ...(density ? { steps: density.steps } : {}),
      error: 'over probes',
    },
  };
}

/** From the nodes that a report keeps: those that stand for one eigenvalue exactly, and the rest as the probes' mean. */
function fromNodes({ nodes, probes }: NonNullable<Spectrum['density']>, dimension: number): SpectralMeasure {
  if (probes === 0) return new SpectralMeasure(dimension, nodes.map(({ eigenvalue }) => eigenvalue), []); // prettier-ignore
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
