import type { ConvAttributes } from '../../../autodiff/graph';
import type { ProgramNode } from '../../../autodiff/program';
import { sizeOf } from '../../../core/size-of';
import type { EmitTable, Operands } from '../emission';
import type { Tensor } from '../tensor';

const zeros = (shape: readonly number[]): number[] => shape.map(() => 0);
const ones = (shape: readonly number[]): number[] => shape.map(() => 1);

/** ONNX's form of the attributes: all paddings before, then all after. */
export function convAttributes({ strides, padding, dilations, groups }: ConvAttributes) {
  const pads = [...padding.map(([before]) => before), ...padding.map(([, after]) => after)];
  return { strides, pads, dilations, group: groups };
}

/** The attributes of ONNX's `Conv`. */
export type ConvForm = ReturnType<typeof convAttributes>;

/** What is convolved with what, of which shape the result is, and a value a channel that is added to it. */
export interface Convolution {
  readonly x: Tensor;
  readonly kernel: Tensor;
  readonly shape: readonly number[];
  readonly form: ConvForm;
  readonly bias?: Tensor;
}

/** How one convolution is written. */
export type Convolve = (convolution: Convolution) => Tensor;

/** As ONNX's own operator. */
export const asConv: Convolve = ({ x, kernel, shape, form, bias }) =>
  x.apply('Conv', shape, form, [kernel.name, ...(bias ? [bias.name] : [])]);

const forward = (node: ProgramNode<'conv'>, emission: Operands, convolve: Convolve, bias?: Tensor): Tensor =>
  convolve({
    x: emission.whole(node, 0),
    kernel: emission.whole(node, 1),
    shape: node.shape,
    form: convAttributes(node.attributes),
    bias,
  });

/** A convolution without strides. */
function dense(
  x: Tensor,
  kernel: Tensor,
  { pads, dilations, group }: Omit<ConvForm, 'strides'>,
  convolve: Convolve,
): Tensor {
  const space = kernel.shape.slice(2);
  const shape = space.map(
    (width, i) => x.shape[i + 2] + pads[i] + pads[i + space.length] - (width - 1) * dilations[i],
  );
  return convolve({
    x,
    kernel,
    shape: [x.shape[0], kernel.shape[0], ...shape],
    form: { strides: ones(space), pads, dilations, group },
  });
}

/**
 * The kernel [O, C / groups, taps * stride...] as one of C * strides output channels: a plain convolution with it gives
 * the transposed convolution's result phase by phase (stride 1: the result itself). Channels are swapped within each
 * group, taps run back to front.
 */
function phaseKernel(kernel: Tensor, groups: number, strides: readonly number[]): Tensor {
  const [o, perGroup, ...extents] = kernel.shape;
  const taps = extents.map((extent, i) => extent / strides[i]);
  const tapAxes = taps.map((_, i) => 3 + 2 * i);
  const phaseAxes = taps.map((_, i) => 4 + 2 * i);
  return kernel
    .reshape([groups, o / groups, perGroup, ...taps.flatMap((tap, i) => [tap, strides[i]])])
    .reverse(tapAxes)
    .transpose([0, 2, ...phaseAxes, 1, ...tapAxes])
    .reshape([groups * perGroup * sizeOf(strides), o / groups, ...taps]);
}

/**
 * The transposed convolution. Each position of the result belongs to one phase of the stride and sees every stride-th
 * element of the kernel only: all phases are channels of one small convolution of the cotangent, interleaved after it
 * (Shi et al. 2016, section 3.2). Dilated kernels with a stride instead take zeros between the cotangent's elements.
 */
function inputGradient(
  node: ProgramNode<'convInputGradient'>,
  emission: Operands,
  convolve: Convolve,
): Tensor {
  const { strides, padding, dilations, groups, inputSpatial } = node.attributes;
  const y = emission.whole(node, 0);
  const kernel = emission.whole(node, 1);
  if (strides.every((stride, i) => stride === 1 || dilations[i] === 1))
    return interleaved(node, y, kernel, convolve);
  const spatial = y.shape.slice(2);
  const reach = kernel.shape.slice(2).map((width, i) => (width - 1) * dilations[i]);
  const low = padding.map(([before], i) => reach[i] - before);
  const high = inputSpatial.map((extent, i) => extent - 1 - (spatial[i] - 1) * strides[i] + padding[i][0]);
  const gaps = strides.map((stride) => stride - 1);
  const spread = y.insertZeros([0, 0, ...low], [0, 0, ...high], [0, 0, ...gaps]);
  const form = { pads: zeros([...low, ...high]), dilations, group: groups };
  return dense(spread, phaseKernel(kernel, groups, ones(strides)), form, convolve);
}

function interleaved(
  { attributes, shape }: ProgramNode<'convInputGradient'>,
  y: Tensor,
  kernel: Tensor,
  convolve: Convolve,
): Tensor {
  const { strides, padding, dilations, groups, inputSpatial } = attributes;
  const [n, channels] = shape;
  const taps = kernel.shape.slice(2).map((width, i) => Math.ceil(width / strides[i]));
  const missing = kernel.shape.slice(2).map((width, i) => taps[i] * strides[i] - width);
  const phases = phaseKernel(kernel.pad(zeros(kernel.shape), [0, 0, ...missing]), groups, strides);
  // Positions q of all phases r cover the padded input at q * stride + r.
  const first = padding.map(([before], i) => Math.floor(before / strides[i]));
  const last = inputSpatial.map((extent, i) => Math.floor((extent - 1 + padding[i][0]) / strides[i]));
  const low = first.map((start, i) => (taps[i] - 1) * dilations[i] - start);
  const high = last.map((end, i) => end + 1 - y.shape[i + 2]);
  const isCropped = [...low, ...high].some((count) => count < 0);
  const input = isCropped ? y.pad([0, 0, ...low], [0, 0, ...high]) : y;
  const pads = isCropped ? zeros([...low, ...high]) : [...low, ...high];
  const product = dense(input, phases, { pads, dilations, group: groups }, convolve);
  const starts = padding.map(([before], i) => before - first[i] * strides[i]);
  return interleave(product, strides).slice(
    [0, 0, ...starts],
    [n, channels, ...starts.map((start, i) => start + inputSpatial[i])],
    ones(shape),
  );
}

/** Phases [N, C * strides, q...] to positions [N, C, q * stride...], one axis at a time: moves of one axis are fast. */
export function interleave(phases: Tensor, strides: readonly number[]): Tensor {
  const [n, channels, ...positions] = phases.shape;
  const inner = [...positions];
  let x = phases;
  for (let i = strides.length - 1; i >= 0; i--) {
    // [outer phases, this phase, positions up to this axis, what is in place already]
    const lead = n * (channels / sizeOf(strides.slice(i)));
    x = x
      .reshape([lead, strides[i], sizeOf(positions.slice(0, i + 1)), sizeOf(inner.slice(i + 1))])
      .transpose([0, 2, 1, 3]);
    inner[i] *= strides[i];
  }
  return x.reshape([n, channels / sizeOf(strides), ...inner]);
}

/**
 * One dilated convolution: x seen as one image [1, groups N, spatial..., last W * C / groups] whose channels are its rows,
 * the cotangent [O, N, spatial...] as the kernel, the stride as its dilation. Two to six times faster than swapping
 * batch and channels or unrolling windows.
 */
function kernelGradient(
  node: ProgramNode<'convKernelGradient'>,
  emission: Operands,
  convolve: Convolve,
): Tensor {
  const { strides, padding, dilations, groups, kernelSpatial } = node.attributes;
  const x = emission.whole(node, 0);
  const y = emission.whole(node, 1);
  const [n, channels, ...spatial] = x.shape;
  const perGroup = channels / groups;
  const out = y.shape.slice(2);
  const rank = spatial.length;
  const space = spatial.map((_, i) => i);
  const reach = kernelSpatial.map((width, i) => (width - 1) * dilations[i]);
  const low = padding.map(([before]) => before);
  // Exactly the elements that some window reads.
  const used = out.map((extent, i) => (extent - 1) * strides[i] + reach[i] + 1);
  const high = used.map((extent, i) => extent - spatial[i] - low[i]);
  const image = x
    .reshape([n, groups, perGroup, ...spatial])
    .transpose([1, 0, ...space.map((i) => i + 3), 2])
    .pad([0, 0, ...low, 0], [0, 0, ...high, 0])
    .reshape([1, groups * n, ...used.slice(0, -1), used[rank - 1] * perGroup]);
  const kernel = y.transpose([1, 0, ...space.map((i) => i + 2)]);
  const last = rank - 1;
  const positions = kernelSpatial.map((width, i) => (i === last ? (reach[i] + 1) * perGroup : width));
  const gradient = convolve({
    x: image,
    kernel,
    shape: [1, kernel.shape[0], ...positions],
    form: {
      strides: dilations.map((dilation, i) => (i === last ? 1 : dilation)),
      pads: zeros([...out, ...out]),
      dilations: strides.map((stride, i) => (i === last ? stride * perGroup : stride)),
      group: groups,
    },
  });
  const split = [kernel.shape[0], ...kernelSpatial.slice(0, -1), reach[last] + 1, perGroup];
  const full = gradient.reshape(split);
  const picked = full.slice(
    zeros(split),
    split,
    split.map((_, axis) => (axis === split.length - 2 ? dilations[last] : 1)),
  );
  return picked.transpose([0, rank + 1, ...space.map((i) => i + 1)]);
}

/** The sum of a convolution used nowhere else and a value a channel: the convolution's own bias. */
export function withBias(node: ProgramNode<'add'>, emission: Operands): Tensor | undefined {
  for (const [product, addend] of [
    [0, 1],
    [1, 0],
  ]) {
    const conv = emission.absorbable(node, product, 'conv');
    const bias = emission.operand(node, addend);
    const channels = node.shape[1];
    const isPerChannel =
      bias.shape.length === node.shape.length - 1 &&
      bias.shape[0] === channels &&
      sizeOf(bias.shape) === channels;
    // Another table may have written it in other operators.
    const isStandard = emission.model.isResultOf(emission.operand(node, product).name, 'Conv');
    if (conv && isPerChannel && isStandard) return forward(conv, emission, asConv, bias.reshape([channels]));
  }
  return undefined;
}

/** The rows of all convolutions, written by `convolve`. */
export const convolutionsBy = (
  convolve: Convolve,
): Pick<EmitTable, 'conv' | 'convInputGradient' | 'convKernelGradient'> => ({
  conv: (node, emission) => forward(node, emission, convolve),
  convInputGradient: (node, emission) => inputGradient(node, emission, convolve),
  convKernelGradient: (node, emission) => kernelGradient(node, emission, convolve),
});

export const convolutionOps = convolutionsBy(asConv);
