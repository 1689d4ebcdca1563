import { random } from '../../../../src/core/random';

/** 20 points of [-1, 1] and the Chebyshev polynomial of degree 4 there. */
export const POINTS = Float64Array.from({ length: 20 }, (_, i) => -1 + (2 * i) / 19);
export const TARGETS = POINTS.map((x) => 8 * x ** 4 - 8 * x * x + 1);
export const UNITS = 100;

/** Glorot-uniform kernels and zero biases of 1 -> units tanh -> 1: kernel, bias, kernel, bias. */
export function glorotStart(seed: number, units = UNITS): Float64Array {
  const source = random(seed, 9);
  const limit = Math.sqrt(6 / (1 + units));
  const theta = new Float64Array(3 * units + 1);
  for (let i = 0; i < units; i++) theta[i] = limit * (2 * source.uniform() - 1);
  for (let i = 0; i < units; i++) theta[2 * units + i] = limit * (2 * source.uniform() - 1);
  return theta;
}

/** The same with a batch norm of factor 1 and offset 0 before the tanh. */
export function glorotBatchNormed(seed: number, units: number): Float64Array {
  const plain = glorotStart(seed, units);
  const theta = new Float64Array(5 * units + 1);
  theta.set(plain.subarray(0, 2 * units));
  theta.fill(1, 2 * units, 3 * units);
  theta.set(plain.subarray(2 * units), 4 * units);
  return theta;
}

/** The gradient of the mean squared error over the points, written out by hand in float64. */
export function gradientByHand(theta: Float64Array): Float64Array {
  const gradient = new Float64Array(theta.length);
  const hidden = new Float64Array(UNITS);
  for (let p = 0; p < POINTS.length; p++) {
    let output = theta[3 * UNITS];
    for (let i = 0; i < UNITS; i++) {
      hidden[i] = Math.tanh(theta[i] * POINTS[p] + theta[UNITS + i]);
      output += theta[2 * UNITS + i] * hidden[i];
    }
    const slope = (2 * (output - TARGETS[p])) / POINTS.length;
    gradient[3 * UNITS] += slope;
    for (let i = 0; i < UNITS; i++) {
      gradient[2 * UNITS + i] += slope * hidden[i];
      const inner = slope * theta[2 * UNITS + i] * (1 - hidden[i] * hidden[i]);
      gradient[UNITS + i] += inner;
      gradient[i] += inner * POINTS[p];
    }
  }
  return gradient;
}
