import type { Density } from '../../contract/report';
import { type LongVector, copied } from '../../core/long-vector';
import { orthogonalize } from '../../core/vectors';
import type { SymmetricOperator } from '../operator';
import type { EigenPair } from './eigenpair';
import { exactSpectrum } from './exact';
import { type Tridiagonal, gaussQuadrature, lanczos } from './lanczos';
import { gaussian, streams } from './probes';
import { smoothedDensity } from './smoothing';
import { SpectralMeasure } from './spectral-measure';

export interface DensityOptions {
  /** Known eigenpairs. The converged ones enter exactly and are taken out of the probes. */
  readonly pairs?: readonly EigenPair[];
  /** The largest eigenvalue, for the threshold of `massBelow`; by default the largest node. */
  readonly largest?: number;
  /** Default by the dimension: `densityProbes`. */
  readonly probes?: number;
  /** Default 100. */
  readonly steps?: number;
  /** Bytes for the bases; see `lanczos`. Default 1 GiB. */
  readonly memory?: number;
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (products: number) => void;
}

/** Steps for each probe, and probes at most, unless others are asked for. */
export const QUADRATURE = { probes: 4, steps: 100 } as const;

/** Probes times eigenvalues: the error that comes from either falls with the root of their product. */
const DRAWS = 10_000;

/** How many probes a density takes: the more eigenvalues there are, the more of them each one averages over. */
export const densityProbes = (dimension: number): number =>
  Math.max(1, Math.min(QUADRATURE.probes, Math.ceil(DRAWS / dimension)));

/** The share of the steps whose quadrature the whole one is held against. */
const COARSER = 0.8;

/** Up to this dimension the whole matrix is had, and its eigenvalues computed, for less than a quadrature. */
const smallDimension = 400;

/**
 * The spectral density by stochastic Lanczos quadrature (Ubaru, Chen and Saad 2017; Ghorbani et al. 2019): nodes
 * are the Ritz values of random probes, weights the SQUARED first components of the Lanczos matrix's
 * eigenvectors. With k exact eigenpairs among P, each has mass 1/P and the probes, uniform on the sphere in their
 * complement, share (P - k)/P. Standard errors are over the probes, and hold what the last fifth of the steps has
 * changed; they do not cover smoothing. An operator so small
 * that the quadrature would cost more products than it has columns is taken exactly, and given as a `matrix`.
 *
 * ```ts
 * import { density } from '../../src/analysis/spectrum/density';
 * import { diagonal } from '../../test/unit/analysis/operators';
 * const found = await density(diagonal([1, 3, -2]));
 * found.measure.nodes().map(({ eigenvalue }) => Math.round(eigenvalue * 1e9) / 1e9); // => [-2, 1, 3]
 * ```
 *
 * @throws CancelledError; UserError when a product is not finite.
 */
export async function density(
  operator: SymmetricOperator,
  options: DensityOptions = {},
): Promise<Density & { products: number; measure: SpectralMeasure; matrix?: SymmetricOperator }> {
  const { dimension } = operator;
  const {
    probes = densityProbes(dimension),
    steps = QUADRATURE.steps,
    seed = 0,
    signal,
    onProgress,
  } = options;
  let products = 0;
  const counted = (spent: number) => {
    products = spent;
    onProgress?.(spent);
  };

  let measure: SpectralMeasure;
  let matrix: SymmetricOperator | undefined;
  if (dimension <= Math.min(smallDimension, probes * steps)) {
    const found = await exactSpectrum(operator, { signal, onProgress: counted });
    measure = new SpectralMeasure(dimension, [...found.eigenvalues], []);
    ({ matrix } = found);
  } else {
    const exact = (options.pairs ?? []).filter((pair) => pair.converged);
    const deflated = orthonormal(exact.map((pair) => pair.vector));
    const starts = Array.from({ length: probes }, (_, i) =>
      gaussian(dimension, seed, streams.densityProbe + i),
    );
    const complement = dimension - exact.length;
    const matrices = await lanczos(operator, starts, {
      steps: Math.min(steps, complement),
      deflated,
      memory: options.memory,
      signal,
      onProgress: counted,
    });
    const values = exact.map((pair) => pair.value);
    const quadratures = matrices.map((matrix) => {
      const { nodes, weights, residuals } = gaussQuadrature(matrix);
      // A run that ended before its last step has found an invariant space, whose Ritz values are eigenvalues.
      const size = matrix.diagonal.length;
      if (size < steps || size === complement) return { nodes, weights };
      return {
        nodes,
        weights,
        residuals,
        coarser: gaussQuadrature(begun(matrix, Math.round(COARSER * size))),
      };
    });
    measure = new SpectralMeasure(dimension, values, quadratures);
  }

  return {
    ...described(measure, options.largest),
    steps: measure.probes === 0 ? 0 : steps,
    products,
    measure,
    ...(matrix ? { matrix } : {}),
  };
}

/** The density of a spectrum known whole: no probes, so no error over them. */
export function densityOfEigenvalues(eigenvalues: readonly number[]): Density {
  return { ...described(new SpectralMeasure(eigenvalues.length, eigenvalues, [])), steps: 0 };
}

/** The smoothed curve, the nodes and the summary numbers of a measure. */
function described(measure: SpectralMeasure, known?: number): Omit<Density, 'steps'> {
  const nodes = measure.nodes();
  const largest = known ?? nodes.at(-1)!.eigenvalue;
  const threshold = -1e-3 * Math.max(largest, 0);
  return {
    ...smoothedDensity(measure),
    nodes,
    probes: measure.probes,
    massBelow: { threshold, ...measure.massBelow(threshold) },
    negativeShare: measure.ratio((x) => Math.max(-x, 0), Math.abs),
    moments: [measure.average((x) => x), measure.average((x) => x * x)],
  };
}

/** The Lanczos matrix after fewer steps. */
const begun = ({ diagonal, offDiagonal }: Tridiagonal, steps: number): Tridiagonal => ({
  diagonal: diagonal.slice(0, steps),
  offDiagonal: offDiagonal.slice(0, Math.max(0, steps - 1)),
});

/** Ritz vectors of one search are orthonormal, those of two searches nearly: made exactly so. */
function orthonormal(vectors: readonly LongVector[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const direction = copied(vector);
    const length = orthogonalize(direction, basis);
    basis.push(direction.map((component) => component / length));
  }
  return basis;
}
