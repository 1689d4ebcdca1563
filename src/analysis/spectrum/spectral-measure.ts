import { estimateMean, mean, type Estimate } from '../statistics';

/** A Gauss quadrature of one probe: nodes ascending, weights summing to 1. */
export interface Quadrature {
  readonly nodes: readonly number[];
  readonly weights: readonly number[];
  /** How far from a node the nearest eigenvalue may be; none where the nodes are eigenvalues. */
  readonly residuals?: readonly number[];
  /** The same probe's after fewer steps: what the others have changed is the least that they may be off. */
  readonly coarser?: Quadrature;
}

/**
 * The spectral measure of a P x P matrix (mass 1/P at each eigenvalue) as far as it is known: k eigenvalues
 * exactly, the other P - k through the quadratures of probes uniform on the sphere in their complement.
 *
 * Standard errors. For such a probe v in n = P - k dimensions Var(v'f(A)v) = 2/(n+2) Var f, the second variance
 * over the spectrum, which all probes together estimate far better than their few values' own spread does; the
 * spread also sees where nodes happen to fall. The larger of the two counts, and beside it what a quadrature's last steps
 * have changed, where that is known: where nodes fall is the same for all probes, so that their spread hardly sees it.
 */
export class SpectralMeasure {
  private readonly remaining: number;

  constructor(
    private readonly dimension: number,
    private readonly exact: readonly number[],
    private readonly quadratures: readonly Quadrature[],
  ) {
    this.remaining = dimension - exact.length;
  }

  get probes(): number {
    return this.quadratures.length;
  }

  /** The same measure with every probe's quadrature replaced, those of fewer steps too. */
  map(change: (quadrature: Quadrature) => Quadrature): SpectralMeasure {
    const changed = this.quadratures.map((quadrature) => ({
      ...change(quadrature),
      ...(quadrature.coarser ? { coarser: change(quadrature.coarser) } : {}),
    }));
    return new SpectralMeasure(this.dimension, this.exact, changed);
  }

  /** All nodes, ascending, with weights that sum to 1. */
  nodes(): { eigenvalue: number; weight: number }[] {
    const share = this.remaining / (this.dimension * this.probes);
    return [
      ...this.exact.map((eigenvalue) => ({ eigenvalue, weight: 1 / this.dimension })),
      ...this.quadratures.flatMap(({ nodes, weights }) =>
        nodes.map((eigenvalue, j) => ({ eigenvalue, weight: share * weights[j] })),
      ),
    ].sort((a, b) => a.eigenvalue - b.eigenvalue);
  }

  /** tr f(A) / P. */
  average(f: (eigenvalue: number) => number): Estimate {
    return this.assemble(f, (quadrature) => integral(quadrature, f));
  }

  /** tr f(A) / tr g(A); 0 when the denominator vanishes. The error is the delta method's. */
  ratio(f: (eigenvalue: number) => number, g: (eigenvalue: number) => number): Estimate {
    const denominator = this.average(g).value;
    if (denominator === 0) return { value: 0, standardError: 0 };
    const value = this.average(f).value / denominator;
    const deviation = this.average((x) => f(x) - value * g(x));
    return { value, standardError: deviation.standardError / Math.abs(denominator) };
  }

  /**
   * The mass below a threshold. A node stands for eigenvalues on both sides of it, so the distribution function
   * is taken half a weight up at each node and linear between them, which the bounds of Chebyshev, Markov and
   * Stieltjes allow and which halves the error of a plain count.
   */
  massBelow(threshold: number): Estimate {
    const indicator = (x: number) => (x < threshold ? 1 : 0);
    return this.assemble(indicator, (quadrature) => distribution(quadrature, threshold));
  }

  private assemble(f: (eigenvalue: number) => number, read: (quadrature: Quadrature) => number): Estimate {
    const known = this.exact.reduce((sum, value) => sum + f(value), 0);
    if (this.probes === 0) return { value: known / this.dimension, standardError: 0 };
    const rest = this.quadratures.map(read);
    const centre = mean(rest);
    const spread = mean(
      this.quadratures.map((quadrature) => integral(quadrature, (x) => (f(x) - centre) ** 2)),
    );
    const expected = Math.sqrt((2 * spread) / ((this.remaining + 2) * this.probes));
    const observed = this.probes > 1 ? estimateMean(rest).standardError : 0;
    const moved = centre - mean(this.quadratures.map((quadrature) => read(quadrature.coarser ?? quadrature)));
    const share = this.remaining / this.dimension;
    return {
      value: known / this.dimension + share * centre,
      standardError: share * Math.hypot(Math.max(expected, observed), moved),
    };
  }
}

function integral({ nodes, weights }: Quadrature, f: (eigenvalue: number) => number): number {
  return nodes.reduce((sum, node, j) => sum + weights[j] * f(node), 0);
}

function distribution({ nodes, weights }: Quadrature, threshold: number): number {
  let below = 0;
  for (let j = 0; j < nodes.length; j++) {
    const middle = below + weights[j] / 2;
    if (nodes[j] >= threshold) {
      if (j === 0) return 0;
      const previous = below - weights[j - 1] / 2;
      const part = (threshold - nodes[j - 1]) / (nodes[j] - nodes[j - 1]);
      return previous + part * (middle - previous);
    }
    below += weights[j];
  }
  return below;
}
