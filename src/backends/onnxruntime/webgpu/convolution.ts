import { type Convolution, type Convolve, asConv } from '../emit/convolution';
import type { Tensor } from '../tensor';

const zeros = (shape: readonly number[]): number[] => shape.map(() => 0);

/** Axes `[from, to)` of channels: the second axis of a value, the first one of a kernel. */
function part(x: Tensor, axis: number, from: number, to: number): Tensor {
  const starts = x.shape.map((_, a) => (a === axis ? from : 0));
  const limits = x.shape.map((extent, a) => (a === axis ? to : extent));
  return x.slice(
    starts,
    limits,
    x.shape.map(() => 1),
  );
}

/** The groups one after the other. */
function byGroups({ x, kernel, shape, form }: Convolution): Tensor {
  const { group } = form;
  const inputs = x.shape[1] / group;
  const outputs = shape[1] / group;
  const results = Array.from({ length: group }, (_, g) =>
    convolve({
      x: part(x, 1, g * inputs, (g + 1) * inputs),
      kernel: part(kernel, 0, g * outputs, (g + 1) * outputs),
      shape: shape.map((extent, axis) => (axis === 1 ? outputs : extent)),
      form: { ...form, group: 1 },
    }),
  );
  const [first, ...rest] = results;
  return first.apply(
    'Concat',
    shape,
    { axis: 1 },
    rest.map(({ name }) => name),
  );
}

/** Zeros around x by an operator of their own. */
function padded(convolution: Convolution): Convolution {
  const { x, form } = convolution;
  const rank = form.strides.length;
  const [low, high] = [form.pads.slice(0, rank), form.pads.slice(rank)];
  return {
    ...convolution,
    x: x.pad([0, 0, ...low], [0, 0, ...high]),
    form: { ...form, pads: zeros(form.pads) },
  };
}

/**
 * Round what the provider lacks or gets wrong (1.30): over three axes it has no groups, and where the kernel is one element
 * or as large as what it slides over, it forgets padding that is at the end alone.
 */
export const convolve: Convolve = (convolution) => {
  const { strides, pads, group } = convolution.form;
  const rank = strides.length;
  if (rank > 2 && group > 1) return byGroups(convolution);
  return asConv(strides.some((_, i) => pads[i] !== pads[i + rank]) ? padded(convolution) : convolution);
};
