import type { ConvAttributes } from '../../autodiff/graph';
import { type Shape, stridesOf } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import { type Kernel, type Tensor, forEachIndex } from './kernel';
import { addProduct, transposed } from './matrix';

/**
 * The matrix [channels * taps, places] of what each entry of a kernel meets at each place, as positions in one row's
 * channels of a group; -1 in the padding (im2col).
 */
function columnPositions(
  input: Shape,
  kernel: Shape,
  output: Shape,
  { strides, padding, dilations }: ConvAttributes,
): Int32Array {
  const [, channels, ...window] = kernel;
  const [, , ...places] = output;
  const inputStrides = stridesOf(input);
  const [taps, count] = [sizeOf(window), sizeOf(places)];
  const positions = new Int32Array(channels * taps * count).fill(-1);
  forEachIndex(window, (offset, tap) => {
    forEachIndex(places, (place, at) => {
      let spatial = 0;
      for (let axis = 0; axis < places.length; axis++) {
        const where = place[axis] * strides[axis] - padding[axis][0] + offset[axis] * dilations[axis];
        if (where < 0 || where >= input[axis + 2]) return;
        spatial += where * inputStrides[axis + 2];
      }
      for (let c = 0; c < channels; c++)
        positions[(c * taps + tap) * count + at] = c * inputStrides[1] + spatial;
    });
  });
  return positions;
}

/** What a convolution is made of, one row and one group after another. */
interface Part {
  /** Where the row's channels of the group begin in the input, and the group's in kernel and output. */
  readonly input: number;
  readonly kernel: number;
  readonly output: number;
  /** Output channels of the group; channels times taps; places. */
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

function forEachPart(
  { input, kernel, output }: { readonly input: Shape; readonly kernel: Shape; readonly output: Shape },
  { groups }: ConvAttributes,
  visit: (part: Part) => void,
): void {
  const m = output[1] / groups;
  const k = sizeOf(kernel.slice(1));
  const n = sizeOf(output.slice(2));
  const [inputRow, inputChannel] = stridesOf(input);
  for (let row = 0; row < output[0]; row++)
    for (let group = 0; group < groups; group++)
      visit({
        input: row * inputRow + group * kernel[1] * inputChannel,
        kernel: group * m * k,
        output: (row * groups + group) * m * n,
        m,
        k,
        n,
      });
}

function gather(
  columns: Float64Array,
  source: Tensor['data'],
  from: number,
  positions: Int32Array,
): Float64Array {
  for (let i = 0; i < positions.length; i++) columns[i] = positions[i] < 0 ? 0 : source[from + positions[i]];
  return columns;
}

export const productKernels: {
  readonly [O in 'matmul' | 'conv' | 'convInputGradient' | 'convKernelGradient']: Kernel<O>;
} = {
  matmul: ([a, b], { transposeA, transposeB }, shape) => {
    const [m, n] = shape.slice(-2);
    const k = a.shape[a.shape.length - (transposeA ? 2 : 1)];
    const out = new Float64Array(sizeOf(shape));
    for (let batch = 0; batch < sizeOf(shape.slice(0, -2)); batch++) {
      const left = a.data.subarray(batch * m * k, (batch + 1) * m * k);
      const right = b.data.subarray(batch * k * n, (batch + 1) * k * n);
      addProduct(
        out.subarray(batch * m * n, (batch + 1) * m * n),
        transposeA ? transposed(left, k, m) : left,
        transposeB ? transposed(right, n, k) : right,
        { m, k, n },
      );
    }
    return out;
  },
  conv: ([x, kernel], attributes, shape) => {
    const out = new Float64Array(sizeOf(shape));
    const positions = columnPositions(x.shape, kernel.shape, shape, attributes);
    const columns = new Float64Array(positions.length);
    forEachPart(
      { input: x.shape, kernel: kernel.shape, output: shape },
      attributes,
      ({ input, kernel: weights, output, m, k, n }) =>
        addProduct(
          out.subarray(output, output + m * n),
          kernel.data.subarray(weights, weights + m * k),
          gather(columns, x.data, input, positions),
          { m, k, n },
        ),
    );
    return out;
  },
  convInputGradient: ([y, kernel], attributes, shape) => {
    const out = new Float64Array(sizeOf(shape));
    const positions = columnPositions(shape, kernel.shape, y.shape, attributes);
    const columns = new Float64Array(positions.length);
    forEachPart(
      { input: shape, kernel: kernel.shape, output: y.shape },
      attributes,
      ({ input, kernel: weights, output, m, k, n }) => {
        const turned = transposed(kernel.data.subarray(weights, weights + m * k), m, k);
        addProduct(columns.fill(0), turned, y.data.subarray(output, output + m * n), { m: k, k: m, n });
        for (let i = 0; i < columns.length; i++)
          if (positions[i] >= 0) out[input + positions[i]] += columns[i];
      },
    );
    return out;
  },
  convKernelGradient: ([x, y], attributes, shape) => {
    const out = new Float64Array(sizeOf(shape));
    const positions = columnPositions(x.shape, shape, y.shape, attributes);
    const columns = new Float64Array(positions.length);
    forEachPart(
      { input: x.shape, kernel: shape, output: y.shape },
      attributes,
      ({ input, kernel: weights, output, m, k, n }) =>
        addProduct(
          out.subarray(weights, weights + m * k),
          y.data.subarray(output, output + m * n),
          transposed(gather(columns, x.data, input, positions), k, n),
          { m, k: n, n: k },
        ),
    );
    return out;
  },
};
