import type { ConvAttributes } from '../../autodiff/graph';
import { sizeOf } from '../../core/size-of';
import type { Kernels } from './kernel';
import type { Tensor, Tf } from './tf';
import { padded, sliced } from './rearrange';
import type { Value } from './value';

type Convolution = 'conv' | 'convInputGradient' | 'convKernelGradient';

/** Strides and dilations of a convolution whose padding has been done. */
type Steps = Pick<ConvAttributes, 'strides' | 'dilations'>;

const ones = (count: number): number[] => new Array<number>(count).fill(1);
const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => i + from);

/** [N, C, spatial...] as [N, spatial..., C]; the kernels of cpu and wasm know no other layout. */
const channelsLast = (tf: Tf, x: Tensor): Tensor => tf.transpose(x, [0, ...range(x.rank - 2, 2), 1]);
const channelsFirst = (tf: Tf, x: Tensor): Tensor =>
  tf.transpose(x, [0, x.rank - 1, ...range(x.rank - 2, 1)]);

/** [N, C, spatial...] as [C, spatial..., N]. */
const rowsLast = (tf: Tf, x: Tensor): Tensor => tf.transpose(x, [1, ...range(x.rank - 2, 2), 0]);
/** [C, spatial..., O] as [O, C, spatial...]. */
const outputsFirst = (tf: Tf, x: Tensor): Tensor => tf.transpose(x, [x.rank - 1, ...range(x.rank - 1)]);

/** Padding of [N, spatial..., C] or [C, spatial..., N]: the first and last axes get none. */
const around = (counts: readonly number[]): number[] => [0, ...counts, 0];

/** x [N, spatial..., C] with kernel [window..., C, O] by the library's convolution, which takes two spatial axes. */
function convolve(tf: Tf, x: Tensor, kernel: Tensor, { strides, dilations }: Steps): Tensor {
  if (strides.length === 1) {
    const wide = convolve(tf, tf.expandDims(x, 1), tf.expandDims(kernel, 0), {
      strides: [1, ...strides],
      dilations: [1, ...dilations],
    });
    return tf.squeeze(wide, [1]);
  }
  if (strides.length > 2) return sumOverFirstAxis(tf, x, kernel, { strides, dilations });
  // Not both at once in this library.
  if (strides.some((stride) => stride > 1) && dilations.some((dilation) => dilation > 1))
    return convolve(tf, x, dilated(tf, kernel, dilations), { strides, dilations: [1, 1] });
  const pair = (values: readonly number[]) => values as [number, number];
  const [image, filter] = [x as Parameters<Tf['conv2d']>[0], kernel as Parameters<Tf['conv2d']>[1]];
  return tf.conv2d(image, filter, pair(strides), 'valid', 'NHWC', pair(dilations));
}

/** The kernel [window..., C, O] with the zeros between its taps written out. */
function dilated(tf: Tf, kernel: Tensor, dilations: readonly number[]): Tensor {
  const none = kernel.shape.map(() => 0);
  return padded(tf, kernel, {
    low: none,
    high: none,
    interior: [...dilations.map((dilation) => dilation - 1), 0, 0],
  });
}

/** More than two spatial axes: the sum over the taps of the first one of convolutions along the rest. */
function sumOverFirstAxis(tf: Tf, x: Tensor, kernel: Tensor, { strides, dilations }: Steps): Tensor {
  const [n, extent, ...rest] = x.shape;
  const [taps, ...inner] = kernel.shape;
  const count = Math.floor((extent - (taps - 1) * dilations[0] - 1) / strides[0]) + 1;
  const steps = [1, strides[0], ...ones(rest.length)];
  const parts = range(taps).map((tap) => {
    const starts = [0, tap * dilations[0], ...rest.map(() => 0)];
    const planes = sliced(tf, x, { starts, counts: [n, count, ...rest], strides: steps });
    const one = sliced(tf, kernel, {
      starts: [tap, ...inner.map(() => 0)],
      counts: [1, ...inner],
      strides: ones(inner.length + 1),
    });
    return convolve(tf, tf.reshape(planes, [n * count, ...rest]), tf.reshape(one, inner), {
      strides: strides.slice(1),
      dilations: dilations.slice(1),
    });
  });
  const sum = parts.reduce((a, b) => tf.add(a, b));
  return tf.reshape(sum, [n, count, ...sum.shape.slice(1)]);
}

/** One channel to each group's input: the library has a kernel for two spatial axes and equal strides. */
const isDepthwise = (kernel: Tensor, groups: number, { strides }: Steps): boolean =>
  groups > 1 && kernel.shape[kernel.rank - 2] === 1 && strides.length === 2 && strides[0] === strides[1];

/** x [N, spatial..., C] with kernel [window..., C / groups, O]. */
function convolveGroups(
  tf: Tf,
  x: Tensor,
  { kernel, groups, steps }: { readonly kernel: Tensor; readonly groups: number; readonly steps: Steps },
): Tensor {
  if (groups === 1) return convolve(tf, x, kernel, steps);
  if (isDepthwise(kernel, groups, steps)) return convolveDepthwise(tf, x, { kernel, groups, steps });
  const inputs = tf.split(x, groups, x.rank - 1);
  const kernels = tf.split(kernel, groups, kernel.rank - 1);
  return tf.concat(
    inputs.map((input, i) => convolve(tf, input, kernels[i], steps)),
    x.rank - 1,
  );
}

/** TensorFlow's kernel knows no dilation. */
function convolveDepthwise(
  tf: Tf,
  x: Tensor,
  { kernel, groups, steps }: { readonly kernel: Tensor; readonly groups: number; readonly steps: Steps },
): Tensor {
  const filter = dilated(tf, kernel, steps.dilations);
  const [height, width, , outputs] = filter.shape;
  return tf.depthwiseConv2d(
    x as Parameters<Tf['depthwiseConv2d']>[0],
    tf.reshape(filter, [height, width, groups, outputs / groups]),
    steps.strides as [number, number],
    'valid',
  );
}

/** A kernel [O, C / groups, window...] as [window..., C / groups, O]. */
const windowFirst = (tf: Tf, kernel: Tensor): Tensor =>
  tf.transpose(kernel, [...range(kernel.rank - 2, 2), 1, 0]);

/** The kernel of the transposed convolution: back to front, inputs and outputs exchanged within each group. */
function reversedKernel(tf: Tf, kernel: Tensor, groups: number): Tensor {
  const [outputs, perGroup, ...window] = kernel.shape;
  const taps = sizeOf(window);
  const split = tf.reshape(kernel, [groups, outputs / groups, perGroup, taps]);
  const flipped = tf.reverse(tf.transpose(split, [3, 1, 0, 2]), [0]);
  return tf.reshape(flipped, [...window, outputs / groups, groups * perGroup]);
}

export function convolutionKernels(tf: Tf): Kernels<Convolution> {
  const last = (x: Value) => x.derived('channels last', () => channelsLast(tf, x.whole));
  return {
    conv: ([x, kernel], { padding, groups, ...steps }) => {
      const [low, high] = [0, 1].map((end) => around(padding.map((ends) => ends[end])));
      const input = padded(tf, last(x), { low, high });
      const filter = kernel.derived('window first', () => windowFirst(tf, kernel.whole));
      return channelsFirst(tf, convolveGroups(tf, input, { kernel: filter, groups, steps }));
    },
    convInputGradient: ([y, kernel], { padding, strides, dilations, groups, inputSpatial }) => {
      const window = kernel.shape.slice(2);
      const places = y.shape.slice(2);
      const reach = window.map((extent, i) => (extent - 1) * dilations[i]);
      const low = reach.map((extent, i) => extent - padding[i][0]);
      const high = inputSpatial.map((extent, i) => extent + padding[i][0] - (places[i] - 1) * strides[i] - 1);
      const spread = around(strides.map((stride) => stride - 1));
      const input = padded(tf, last(y), { low: around(low), high: around(high), interior: spread });
      const filter = kernel.derived(`reversed ${groups}`, () => reversedKernel(tf, kernel.whole, groups));
      return channelsFirst(
        tf,
        convolveGroups(tf, input, {
          kernel: filter,
          groups,
          steps: { strides: ones(window.length), dilations },
        }),
      );
    },
    // Rows and channels exchanged: a convolution of x by the cotangent, its strides and dilations exchanged as well.
    convKernelGradient: ([x, y], { padding, strides, dilations, groups, kernelSpatial }, shape) => {
      const places = y.shape.slice(2);
      const extents = places.map(
        (count, i) => (count - 1) * strides[i] + 1 + (kernelSpatial[i] - 1) * dilations[i],
      );
      const low = around(padding.map(([before]) => before));
      const high = around(extents.map((extent, i) => extent - x.shape[i + 2] - padding[i][0]));
      const input = x.derived('rows last', () => rowsLast(tf, x.whole));
      const cotangent = y.derived('window first', () =>
        tf.transpose(y.whole, [...range(places.length, 2), 0, 1]),
      );
      const inputs = tf.split(padded(tf, input, { low, high }), groups, 0);
      const kernels = tf.split(cotangent, groups, cotangent.rank - 1);
      const steps = { strides: dilations, dilations: strides };
      const parts = inputs.map((part, group) => convolve(tf, part, kernels[group], steps));
      return tf.reshape(
        tf.concat(
          parts.map((part) => outputsFirst(tf, part)),
          0,
        ),
        [...shape],
      );
    },
  };
}
