import { add, matmul, mul, tanh } from '../../../../src/autodiff/operations';
import { dense } from '../../../../src/network/dense';
import { lossSpec } from '../../../../src/network/loss-spec';
import { perRowLoss } from '../../../../src/network/losses';
import type { Model, ModelTensor, TensorRole } from '../../../../src/network/model';
import { batchNorm } from '../../../../src/network/normalization';
import { dropout, normalizeBatch } from '../../../../src/network/stochastic';
import { NO_SCALING, type Split } from '../../../../src/objective/data/split';
import { runFileSchema } from '../../../../src/contract/run-file';
import { type TrackerOptions, createTracker } from '../../../../src/training/curvature/create';
import { createOptimizer } from '../../../../src/training/optimizers/create';

export const EPSILON = 1e-3;

/** inputs -> units, batch norm, tanh, dropout -> 1, with zero weights: theta says what they are. */
export function batchNormed(inputs: number, units: number, rate = 0): Model {
  const tensor = (name: string, shape: number[], role: TensorRole, trainable = true): ModelTensor => ({
    name,
    layer: name.split('/')[0],
    shape,
    role,
    trainable,
    data: new Float64Array(shape.reduce((size, extent) => size * extent, 1)),
  });
  const tensors = [
    tensor('first/kernel', [inputs, units], 'kernel'),
    tensor('first/bias', [units], 'bias'),
    tensor('norm/gamma', [units], 'norm'),
    tensor('norm/beta', [units], 'norm'),
    tensor('norm/mean', [units], 'statistic', false),
    tensor('norm/variance', [units], 'statistic', false),
    tensor('second/kernel', [units, 1], 'kernel'),
    tensor('second/bias', [1], 'bias'),
  ];
  return {
    name: 'batch-normed',
    inputs: [{ name: 'x', shape: [inputs], dtype: 'float' }],
    tensors,
    outputShape: [1],
    apply: (_graph, nodes, [x], training) => {
      const at = (name: string) => nodes.get(name)!;
      const first = dense(x, at('first/kernel'), at('first/bias'));
      const [gamma, beta, mean, variance] = ['gamma', 'beta', 'mean', 'variance'].map((n) => at(`norm/${n}`));
      if (!training)
        return [
          matmul(tanh(batchNorm(first, { mean, variance, gamma, beta }, 1, EPSILON)), at('second/kernel')),
        ].map((y) => add(y, at('second/bias')));
      const batch = normalizeBatch(first, 1, EPSILON);
      training.update(tensors[4], batch.mean);
      training.update(tensors[5], batch.variance);
      const hidden = tanh(add(mul(batch.normalized, gamma), beta));
      return [dense(dropout(hidden, rate, training), at('second/kernel'), at('second/bias'))];
    },
    layers: [],
    compiledLoss: undefined,
    layout: undefined,
    notes: [],
  };
}

/**
 * The mean squared error of {@link batchNormed} in training mode over all rows, and its gradient, written out by hand
 * in float64 (Ioffe & Szegedy 2015, section 3).
 */
export function byHand(
  theta: Float64Array,
  x: ArrayLike<number>,
  targets: ArrayLike<number>,
  inputs: number,
): { loss: number; gradient: Float64Array } {
  const rows = targets.length;
  const units = (theta.length - 1) / (inputs + 4);
  const gradient = new Float64Array(theta.length);
  const [bias, gamma, beta, last] = [0, 1, 2, 3].map((k) => (inputs + k) * units);
  const normal = new Float64Array(rows * units);
  const hidden = new Float64Array(rows * units);
  const inverse = new Float64Array(units);
  const errors = new Float64Array(rows).fill(theta[last + units]);
  for (let i = 0; i < units; i++) {
    let mean = 0;
    for (let p = 0; p < rows; p++) {
      let z = theta[bias + i];
      for (let j = 0; j < inputs; j++) z += theta[j * units + i] * x[p * inputs + j];
      normal[p * units + i] = z;
      mean += z / rows;
    }
    let variance = 0;
    for (let p = 0; p < rows; p++) variance += (normal[p * units + i] - mean) ** 2 / rows;
    inverse[i] = 1 / Math.sqrt(variance + EPSILON);
    for (let p = 0; p < rows; p++) {
      const n = (normal[p * units + i] - mean) * inverse[i];
      normal[p * units + i] = n;
      hidden[p * units + i] = Math.tanh(theta[gamma + i] * n + theta[beta + i]);
      errors[p] += theta[last + i] * hidden[p * units + i];
    }
  }
  let loss = 0;
  for (let p = 0; p < rows; p++) {
    errors[p] -= targets[p];
    loss += errors[p] ** 2 / rows;
    gradient[last + units] += (2 * errors[p]) / rows;
  }
  const slopes = new Float64Array(rows);
  for (let i = 0; i < units; i++) {
    let [sum, along] = [0, 0];
    for (let p = 0; p < rows; p++) {
      const h = hidden[p * units + i];
      const n = normal[p * units + i];
      const slope = (2 * errors[p]) / rows;
      gradient[last + i] += slope * h;
      const inner = slope * theta[last + i] * (1 - h * h);
      gradient[gamma + i] += inner * n;
      gradient[beta + i] += inner;
      slopes[p] = inner * theta[gamma + i];
      sum += slopes[p];
      along += slopes[p] * n;
    }
    for (let p = 0; p < rows; p++) {
      const outer = inverse[i] * (slopes[p] - sum / rows - (normal[p * units + i] * along) / rows);
      gradient[bias + i] += outer;
      for (let j = 0; j < inputs; j++) gradient[j * units + i] += outer * x[p * inputs + j];
    }
  }
  return { loss, gradient };
}

/** A tracker of a regression computed here in float64. */
export function trackerOf(
  model: Model,
  train: Split,
  run: Readonly<Record<string, unknown>>,
  more: Partial<TrackerOptions> = {},
) {
  const parsed = runFileSchema.parse({ data: 'points.npz', model: { kind: 'mlp' }, steps: 1, ...run });
  const spec = lossSpec('mean-squared-error');
  return createTracker({
    model,
    head: {
      labelShape: [1],
      labelDtype: 'float',
      perRow: (output, labels) => perRowLoss(output, labels, spec),
      convexInput: (output) => output,
    },
    train,
    rows: Int32Array.from({ length: train.rows }, (_, i) => i),
    scaling: NO_SCALING,
    rearrangement: undefined,
    backend: 'reference',
    local: true,
    run: parsed,
    optimizer: createOptimizer(parsed.optimizer),
    batchSize: train.rows,
    signal: new AbortController().signal,
    ...more,
  });
}
