import { estimateMean, mean, type Estimate } from '../statistics';

/** A Gauss quadrature of one probe: nodes ascending, weights summing to 1. */
export interface Quadrature {
  readonly nodes: readonly number[];
  readonly weights: readonly number[];
  /** How far from a node the nearest eigenvalue may be; none where the nodes are eigenvalues. */
  readonly residuals?: readonly number[];
}

/**
 * The spectral measure of a P x P matrix (mass 1/P at each eigenvalue) as far as it is known: k eigenvalues
 * exactly, the other P - k through the quadratures of probes uniform on the sphere in their complement.
 *
 * Standard errors. For such a probe v in n = P - k dimensions Var(v'f(A)v) = 2/(n+2) Var f, the second variance
 * over the spectrum, which all probes together estimate far better than their few values' own spread does; the
 * spread also sees where nodes happen to fall. The larger of the two is given.
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

  /** The same measure with every probe's quadrature replaced. */
  map(change: (quadrature: Quadrature) => Quadrature): SpectralMeasure {
    return new SpectralMeasure(this.dimension, this.exact, this.quadratures.map(change));
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
    const rest = this.quadratures.map((quadrature) => integral(quadrature, f));
    return this.assemble(f, rest, f);
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
    const rest = this.quadratures.map((quadrature) => distribution(quadrature, threshold));
    return this.assemble(indicator, rest, indicator);
  }

  private assemble(
    onExact: (eigenvalue: number) => number,
    rest: readonly number[],
    f: (eigenvalue: number) => number,
  ): Estimate {
    const known = this.exact.reduce((sum, value) => sum + onExact(value), 0);
    if (this.probes === 0) return { value: known / this.dimension, standardError: 0 };
    const centre = mean(rest);
    const spread = mean(
      this.quadratures.map((quadrature) => integral(quadrature, (x) => (f(x) - centre) ** 2)),
    );
    const expected = Math.sqrt((2 * spread) / ((this.remaining + 2) * this.probes));
    const observed = this.probes > 1 ? estimateMean(rest).standardError : 0;
    const share = this.remaining / this.dimension;
    return {
      value: known / this.dimension + share * centre,
      standardError: share * Math.max(expected, observed),
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
