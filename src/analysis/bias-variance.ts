/** What the mean loss over the rows is made of: what all networks of a setting share, and how they differ. */
export interface BiasVariance {
  readonly bias: number;
  readonly variance: number;
}

/** What networks say of the same rows, and what is right: each [rows, width], row after row. */
export interface Predictions {
  readonly width: number;
  readonly targets: ArrayLike<number>;
  /** A network each. Of {@link entropyBiasVariance} the logarithms of probabilities. */
  readonly members: readonly ArrayLike<number>[];
}

/**
 * The decomposition of the squared error (Geman, Bienenstock and Doursat 1992, equation 2.2): bias² is that of the mean
 * prediction, variance the mean squared distance from it, both summed over the width and averaged over rows. Their sum is
 * the members' mean squared error.
 *
 * ```ts
 * import { squaredBiasVariance } from '../../src/analysis/bias-variance';
 * squaredBiasVariance({ width: 1, targets: [0], members: [[1], [3]] }); // => { bias: 4, variance: 1 }
 * ```
 */
export function squaredBiasVariance({ width, targets, members }: Predictions): BiasVariance {
  const rows = targets.length / width;
  let [bias, variance] = [0, 0];
  for (let i = 0; i < targets.length; i++) {
    let mean = 0;
    for (const member of members) mean += member[i] / members.length;
    bias += (targets[i] - mean) ** 2 / rows;
    for (const member of members) variance += (member[i] - mean) ** 2 / members.length / rows;
  }
  return { bias, variance };
}

/**
 * The decomposition of the Kullback-Leibler divergence (Heskes 1998, equations 5 to 7): with p̄ the normalized geometric mean
 * of the predicted distributions, bias is KL(target ‖ p̄) and variance the mean of KL(p̄ ‖ prediction). Their sum is the
 * members' mean KL(target ‖ prediction), which is their cross-entropy where the target is one class. In nats, averaged over
 * rows; members are logarithms of probabilities.
 *
 * ```ts
 * import { entropyBiasVariance } from '../../src/analysis/bias-variance';
 * const half = [Math.log(0.5), Math.log(0.5)];
 * entropyBiasVariance({ width: 2, targets: [0.5, 0.5], members: [half, half] }); // => { bias: 0, variance: 0 }
 * ```
 */
export function entropyBiasVariance({ width, targets, members }: Predictions): BiasVariance {
  const rows = targets.length / width;
  const means = new Float64Array(width);
  let [bias, variance] = [0, 0];
  for (let row = 0; row < rows; row++) {
    let most = -Infinity;
    for (let i = 0; i < width; i++) {
      means[i] = 0;
      for (const member of members) means[i] += member[row * width + i] / members.length;
      most = Math.max(most, means[i]);
    }
    let sum = 0;
    for (let i = 0; i < width; i++) sum += Math.exp(means[i] - most);
    const logarithm = most + Math.log(sum);
    // Σ p̄ (log p̄ - mean log p) is the same for every class: minus the logarithm of what the geometric mean sums to.
    variance -= logarithm / rows;
    for (let i = 0; i < width; i++) {
      const target = targets[row * width + i];
      if (target > 0) bias += (target * (Math.log(target) - means[i] + logarithm)) / rows;
    }
  }
  return { bias, variance };
}

/**
 * The jackknife's pseudo-values (Tukey 1958) of a decomposition, one for each member: n times that of all less n - 1 times
 * that of all others. Their mean is the decomposition without what having few members adds to bias and takes from variance
 * (of the squared error exactly, else to the first order), and their spread is its error; bias and variance of a member
 * add up to its own loss.
 */
export function pseudoValues(
  { members, ...rest }: Predictions,
  decompose: (predictions: Predictions) => BiasVariance,
): BiasVariance[] {
  const n = members.length;
  const whole = decompose({ ...rest, members });
  return members.map((_, left) => {
    const others = decompose({ ...rest, members: members.filter((__, i) => i !== left) });
    return {
      bias: n * whole.bias - (n - 1) * others.bias,
      variance: n * whole.variance - (n - 1) * others.variance,
    };
  });
}
