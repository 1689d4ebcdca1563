import type { Quadrature, SpectralMeasure } from './spectral-measure';

export interface SmoothedDensity {
  /** Ascending. */
  readonly eigenvalues: number[];
  /** Mass per unit of eigenvalue; integrates to 1. */
  readonly density: number[];
  readonly standardError: number[];
}

/** Standard deviation of the kernel, in units of the symmetric-log axis: a tenth of an eigenvalue far from zero. */
const kernelWidth = 0.1;

/** Grid points for each kernel width. */
const resolution = 2;

/** Rounding of products in float32, as a share of the operator's norm: no bulk is narrower than this. */
const rounding = 1e-7;

/**
 * The density smoothed by a Gaussian on the axis u = asinh(x / s), which is linear near zero and logarithmic on
 * both sides. The scale s is the bulk's own, the mean |eigenvalue| of all but the outlying twentieth of the mass
 * (at most 1e-3 of the largest): near zero the kernel is a tenth of it, so a bulk never looks wider than it is.
 *
 * Amid many eigenvalues a Ritz value is none of them but stands for all as far as its neighbours, so there its mass
 * is spread evenly over that stretch of the axis; the Ritz values themselves are not to be seen.
 */
export function smoothedDensity(measure: SpectralMeasure): SmoothedDensity {
  const nodes = measure.nodes();
  const extent = nodes.reduce((most, { eigenvalue }) => Math.max(most, Math.abs(eigenvalue)), 0);
  const scale = Math.max(Math.min(bulkScale(nodes), 1e-3 * extent), rounding * extent) || 1;
  const axis = (eigenvalue: number) => Math.asinh(eigenvalue / scale);

  const margin = 4 * kernelWidth;
  const begin = axis(nodes[0].eigenvalue) - margin;
  const end = axis(nodes.at(-1)!.eigenvalue) + margin;
  const intervals = Math.ceil(((end - begin) * resolution) / kernelWidth);
  const points = Array.from({ length: intervals + 1 }, (_, i) => begin + ((end - begin) * i) / intervals);
  const even = measure.map((quadrature) => spread(quadrature, scale));
  const estimates = points.map((point) =>
    even.average((eigenvalue) => {
      const distance = (axis(eigenvalue) - point) / kernelWidth;
      return Math.exp(-0.5 * distance * distance) / (kernelWidth * Math.sqrt(2 * Math.PI));
    }),
  );
  const perUnit = points.map((point) => 1 / (scale * Math.cosh(point)));
  return {
    eigenvalues: points.map((point) => scale * Math.sinh(point)),
    density: estimates.map(({ value }, i) => value * perUnit[i]),
    standardError: estimates.map(({ standardError }, i) => standardError * perUnit[i]),
  };
}

/**
 * The quadrature with each node's mass laid evenly, in steps of the kernel's width, from half-way to the node before
 * it to half-way to the one after, but no farther than its residual: a converged one stays where it is.
 */
function spread({ nodes, weights, residuals }: Quadrature, scale: number): Quadrature {
  if (residuals === undefined) return { nodes, weights };
  const places = nodes.map((node) => Math.asinh(node / scale));
  const laid: { node: number; weight: number }[] = [];
  places.forEach((place, j) => {
    const reach = (sign: number) => {
      const neighbour = places[j + sign] ?? place;
      const far = Math.asinh((nodes[j] + sign * residuals[j]) / scale);
      return Math.min(Math.abs(neighbour - place) / 2, Math.abs(far - place));
    };
    const begin = place - reach(-1);
    const length = place + reach(1) - begin;
    const parts = Math.ceil(length / kernelWidth) || 1;
    for (let i = 0; i < parts; i++) {
      const node = parts === 1 ? nodes[j] : scale * Math.sinh(begin + (length * (i + 0.5)) / parts);
      laid.push({ node, weight: weights[j] / parts });
    }
  });
  return { nodes: laid.map(({ node }) => node), weights: laid.map(({ weight }) => weight) };
}

function bulkScale(nodes: readonly { eigenvalue: number; weight: number }[]): number {
  const byMagnitude = [...nodes].sort((a, b) => Math.abs(a.eigenvalue) - Math.abs(b.eigenvalue));
  let mass = 0;
  let sum = 0;
  for (const { eigenvalue, weight } of byMagnitude) {
    if (mass > 0 && mass + weight > 0.95) break;
    mass += weight;
    sum += weight * Math.abs(eigenvalue);
  }
  return sum / mass;
}
