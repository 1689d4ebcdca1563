import type { ConvAttributes } from '../../autodiff/graph';
import { type Shape, sizeOf, stridesOf } from '../../autodiff/shape';
import { type Kernel, forEachIndex } from './kernel';

/** Every multiplication of a convolution, as positions in its input, kernel and output. */
function forEachTap(
  input: Shape,
  kernel: Shape,
  output: Shape,
  { strides, padding, dilations, groups }: ConvAttributes,
  visit: (input: number, kernel: number, output: number) => void,
): void {
  const [n, o] = output;
  const perGroup = kernel[1];
  const outputsPerGroup = o / groups;
  const inputSpatial = input.slice(2);
  const inputStrides = stridesOf(input);
  const window = kernel.slice(2);
  const places = output.slice(2);
  const taps = sizeOf(window);
  const positions = sizeOf(places);
  forEachIndex(places, (place, at) => {
    forEachIndex(window, (offset, tap) => {
      let spatial = 0;
      for (let axis = 0; axis < places.length; axis++) {
        const where = place[axis] * strides[axis] - padding[axis][0] + offset[axis] * dilations[axis];
        if (where < 0 || where >= inputSpatial[axis]) return;
        spatial += where * inputStrides[axis + 2];
      }
      for (let row = 0; row < n; row++)
        for (let channel = 0; channel < o; channel++) {
          const first = Math.floor(channel / outputsPerGroup) * perGroup;
          const out = (row * o + channel) * positions + at;
          for (let c = 0; c < perGroup; c++)
            visit(
              row * inputStrides[0] + (first + c) * inputStrides[1] + spatial,
              (channel * perGroup + c) * taps + tap,
              out,
            );
        }
    });
  });
}

export const productKernels: {
  readonly [O in 'matmul' | 'conv' | 'convInputGradient' | 'convKernelGradient']: Kernel<O>;
} = {
  matmul: ([a, b], { transposeA, transposeB }, shape) => {
    const [m, n] = shape.slice(-2);
    const k = a.shape[a.shape.length - (transposeA ? 2 : 1)];
    const [rowA, innerA] = transposeA ? [1, m] : [k, 1];
    const [innerB, columnB] = transposeB ? [1, k] : [n, 1];
    const out = new Float64Array(sizeOf(shape));
    for (let batch = 0; batch < sizeOf(shape.slice(0, -2)); batch++)
      for (let i = 0; i < m; i++)
        for (let l = 0; l < k; l++) {
          const factor = a.data[batch * m * k + i * rowA + l * innerA];
          const row = (batch * m + i) * n;
          const from = batch * k * n + l * innerB;
          for (let j = 0; j < n; j++) out[row + j] += factor * b.data[from + j * columnB];
        }
    return out;
  },
  conv: ([x, kernel], attributes, shape) => {
    const out = new Float64Array(sizeOf(shape));
    forEachTap(x.shape, kernel.shape, shape, attributes, (i, k, o) => (out[o] += x.data[i] * kernel.data[k]));
    return out;
  },
  convInputGradient: ([y, kernel], attributes, shape) => {
    const out = new Float64Array(sizeOf(shape));
    forEachTap(shape, kernel.shape, y.shape, attributes, (i, k, o) => (out[i] += y.data[o] * kernel.data[k]));
    return out;
  },
  convKernelGradient: ([x, y], attributes, shape) => {
    const out = new Float64Array(sizeOf(shape));
    forEachTap(x.shape, shape, y.shape, attributes, (i, k, o) => (out[k] += x.data[i] * y.data[o]));
    return out;
  },
};
