import type { ConvAttributes } from '../../../autodiff/graph';
import type { ProgramNode } from '../../../autodiff/program';
import { convAttributes, convolutionOps, interleave } from '../emit/convolution';
import type { Emission, LayoutTable } from '../emission';
import { NCHWC, type Attributes } from '../model-builder';
import type { Tensor } from '../tensor';
import { Blocked, roundUp } from './layout';

type Convolution = 'conv' | 'convInputGradient' | 'convKernelGradient';

/** A convolution that does this many times the work because channels fill up blocks is left to the standard operators. */
const MOST_WASTE = 2;

/** Is the convolution of `inputs` with `outputs` channels worth filling up? Few inputs are read in plain order. */
function isWorthBlocks(inputs: number, outputs: number, block: number): boolean {
  const read = inputs < block ? inputs : roundUp(inputs, block);
  return read * roundUp(outputs, block) <= MOST_WASTE * inputs * outputs;
}

/** A kernel [O, C, window...] with its elements in the order the runtime reads: blocks of outputs, of inputs, the window, inputs, outputs. */
function kernelInBlocks(kernel: Tensor, block: number): Tensor {
  const [o, c, h, w] = kernel.shape;
  const outputs = roundUp(o, block);
  const inputs = c < block ? c : roundUp(c, block);
  const padded = kernel.pad([0, 0, 0, 0], [outputs - o, inputs - c, 0, 0]);
  const inner = c < block ? 1 : block;
  return padded
    .reshape([outputs / block, block, inputs / inner, inner, h, w])
    .transpose([0, 2, 4, 5, 3, 1])
    .reshape([outputs, inputs, h, w]);
}

/** What a blocked convolution reads: fewer channels than a block stay in plain order. */
function source(x: Tensor | Blocked, block: number): Tensor {
  if (x instanceof Blocked) return x.nominal;
  return x.shape[1] < block ? x : Blocked.of(x, block).nominal;
}

/**
 * One convolution in blocks: x [N, C, H, W] as {@link source} gives it, the kernel as {@link kernelInBlocks} does. The
 * runtime divides by zero on channels that fill no block: they must never reach it.
 */
function convolve(x: Tensor, kernel: Tensor, attributes: ConvAttributes, block: number): Blocked {
  const [n, inputs] = x.shape;
  const [outputs, perGroup, ...window] = kernel.shape;
  if (outputs % block !== 0 || perGroup !== inputs || (inputs > block && inputs % block !== 0))
    throw new Error(`a convolution of ${inputs} with ${outputs} channels is not in blocks of ${block}`);
  const { strides, dilations } = attributes;
  const options = convAttributes(attributes);
  const space = window.map((width, i) => {
    const room = x.shape[i + 2] + options.pads[i] + options.pads[i + 2] - (width - 1) * dilations[i] - 1;
    return Math.floor(room / strides[i]) + 1;
  });
  return written(x, kernel, { shape: [n, outputs, ...space], options, block, addends: {} });
}

interface Addends {
  readonly bias?: Tensor;
  readonly sum?: Blocked;
  readonly ownsSum?: boolean;
}

function written(
  x: Tensor,
  kernel: Tensor,
  {
    shape,
    options,
    block,
    addends,
  }: {
    readonly shape: readonly number[];
    readonly options: Attributes;
    readonly block: number;
    readonly addends: Addends;
  },
): Blocked {
  const { bias, sum, ownsSum } = addends;
  const more = sum
    ? [kernel.name, bias?.name ?? '', sum.nominal.name]
    : [kernel.name, ...(bias ? [bias.name] : [])];
  const again = (added: Addends) =>
    written(x, kernel, { shape, options, block, addends: { ...addends, ...added } });
  return Blocked.seen(x.apply(`${NCHWC}/Conv`, shape, options, more), block, {
    plusBias: (value) => (bias ? undefined : again({ bias: value })),
    plus: (value, isOwn) => {
      if (!sum) return again({ sum: value, ownsSum: isOwn });
      const inner = ownsSum ? sum.product?.plus(value, isOwn) : undefined;
      return inner && again({ sum: inner });
    },
  });
}

/** The value with `channels` channels: in blocks where they fill them. */
const fitted = (x: Blocked, channels: number): Tensor | Blocked =>
  channels === x.channels ? x : x.standard(channels);

const isPlane = (node: ProgramNode<Convolution>): boolean =>
  node.attributes.groups === 1 && node.attributes.strides.length === 2;

/** An operand of a convolution in the layout it is in already. */
function operand(node: ProgramNode<Convolution>, emission: Emission, input: number): Tensor | Blocked {
  const value = emission.value(node, input);
  return value instanceof Blocked ? value : emission.whole(node, input);
}

function forward(node: ProgramNode<'conv'>, emission: Emission, block: number): Tensor | Blocked | undefined {
  const kernel = emission.whole(node, 1);
  const [outputs, inputs] = kernel.shape;
  if (!isWorthBlocks(inputs, outputs, block)) return undefined;
  const x = source(operand(node, emission, 0), block);
  return fitted(convolve(x, kernelInBlocks(kernel, block), node.attributes, block), outputs);
}

/**
 * The kernel [O, C, taps * stride...] of {@link convolve} for all phases of a strided transposed convolution: channels in
 * blocks, each block once a phase, so that {@link interleave} moves whole blocks.
 */
function phaseKernel(kernel: Tensor, strides: readonly number[], block: number): Tensor {
  const [o, c, ...extents] = kernel.shape;
  const channels = roundUp(c, block);
  const [th, tw] = extents.map((extent, i) => Math.ceil(extent / strides[i]));
  const [sh, sw] = strides;
  return kernel
    .pad([0, 0, 0, 0], [0, channels - c, th * sh - extents[0], tw * sw - extents[1]])
    .reshape([o, channels / block, block, th, sh, tw, sw])
    .reverse([3, 5])
    .transpose([1, 4, 6, 2, 0, 3, 5])
    .reshape([channels * sh * sw, o, th, tw]);
}

/** As the standard operators' transposed convolution, phase by phase. */
function inputGradient(
  node: ProgramNode<'convInputGradient'>,
  emission: Emission,
  block: number,
): Tensor | Blocked | undefined {
  const { padding, dilations, inputSpatial } = node.attributes;
  const kernel = emission.whole(node, 1);
  const [outputs, channels, ...window] = kernel.shape;
  const isPoint = window.every((width) => width === 1);
  // A kernel of one element leaves all other phases zero: they are put in afterwards.
  const strides = isPoint ? [1, 1] : node.attributes.strides;
  if (!isWorthBlocks(outputs, channels, block)) return undefined;
  if (strides.some((stride, i) => stride !== 1 && dilations[i] !== 1)) return undefined;
  const y = operand(node, emission, 0);
  const space = y instanceof Blocked ? y.nominal.shape.slice(2) : y.shape.slice(2);
  const taps = window.map((width, i) => Math.ceil(width / strides[i]));
  const before = padding.map(([low], i) => (isPoint ? 0 : Math.floor(low / strides[i])));
  const last = inputSpatial.map((extent, i) =>
    isPoint ? space[i] - 1 : Math.floor((extent - 1 + padding[i][0]) / strides[i]),
  );
  const pads = before.map(
    (start, i) => [(taps[i] - 1) * dilations[i] - start, last[i] + 1 - space[i]] as const,
  );
  if (pads.flat().some((count) => count < 0)) return undefined;
  const phases = kernelInBlocks(phaseKernel(kernel, strides, block), block);
  const attributes = { strides: [1, 1], padding: pads, dilations, groups: 1 };
  const product = convolve(source(y, block), phases, attributes, block);
  if (isPoint) return fitted(spreadOut(product, node.attributes), channels);
  if (
    strides.every(
      (stride, i) =>
        stride === 1 && before[i] === padding[i][0] && product.tensor.shape[i + 2] === inputSpatial[i],
    )
  )
    return fitted(product, channels);
  const whole = interleave(product.tensor, [...strides, 1]);
  const starts = padding.map(([low], i) => low - before[i] * strides[i]);
  const [n, blocks] = whole.shape;
  const limits = [n, blocks, ...starts.map((start, i) => start + inputSpatial[i]), block];
  return fitted(new Blocked(whole.slice([0, 0, ...starts, 0], limits, [1, 1, 1, 1, 1])), channels);
}

/** Zeros between and around the elements of a transposed convolution by single elements. */
function spreadOut(
  { tensor }: Blocked,
  { strides, padding, inputSpatial }: ProgramNode<'convInputGradient'>['attributes'],
): Blocked {
  const low = padding.map(([before]) => -before);
  const high = inputSpatial.map((extent, i) => extent - low[i] - (tensor.shape[i + 2] - 1) * strides[i] - 1);
  const gaps = strides.map((stride) => stride - 1);
  return new Blocked(tensor.insertZeros([0, 0, ...low, 0], [0, 0, ...high, 0], [0, 0, ...gaps, 0]));
}

/**
 * The kernel's gradient as one dilated convolution whose channels are the rows: the input as one image [1, N, H, W * C],
 * the cotangent as its kernel [O, N, H, W] (see the standard operators' row).
 */
function kernelGradient(
  node: ProgramNode<'convKernelGradient'>,
  emission: Emission,
  block: number,
): Tensor | undefined {
  const { strides, padding, dilations, kernelSpatial } = node.attributes;
  const x = operand(node, emission, 0);
  const y = operand(node, emission, 1);
  const [outputs, channels] = node.shape;
  const [rows] = y instanceof Blocked ? y.tensor.shape : y.shape;
  if (!isWorthBlocks(rows, outputs, block)) return undefined;
  const image = x instanceof Blocked ? x.channelsLast() : x.transpose([0, 2, 3, 1]);
  const [out, spatial] = [(y instanceof Blocked ? y.tensor : y).shape.slice(2, 4), image.shape.slice(1, 3)];
  const reach = kernelSpatial.map((width, i) => (width - 1) * dilations[i]);
  // Exactly the elements that some window reads.
  const used = out.map((extent, i) => (extent - 1) * strides[i] + reach[i] + 1);
  const low = padding.map(([before]) => before);
  const high = used.map((extent, i) => extent - spatial[i] - low[i]);
  const windows = image.pad([0, ...low, 0], [0, ...high, 0]).reshape([1, rows, used[0], used[1] * channels]);
  const attributes = {
    strides: [dilations[0], 1],
    padding: [[0, 0] as const, [0, 0] as const],
    dilations: [strides[0], strides[1] * channels],
    groups: 1,
  };
  // A cotangent in plain order is cut into blocks first: moving its elements one by one takes ten times as long.
  const kernel = rowsInBlocks((y instanceof Blocked ? y : Blocked.of(y, block)).tensor);
  const gradient = convolve(source(windows, block), kernel, attributes, block);
  const split = [kernelSpatial[0], reach[1] + 1, channels, outputs];
  return gradient
    .channelsLast(outputs)
    .reshape(split)
    .slice([0, 0, 0, 0], split, [1, dilations[1], 1, 1])
    .transpose([3, 2, 0, 1]);
}

/** {@link kernelInBlocks} of the kernel [C, N, H, W] made of a value in blocks [N, C / block, H, W, block]. */
function rowsInBlocks(y: Tensor): Tensor {
  const [n, blocks, h, w, block] = y.shape;
  const rows = n < block ? n : roundUp(n, block);
  const inner = n < block ? 1 : block;
  return y
    .pad([0, 0, 0, 0, 0], [rows - n, 0, 0, 0, 0])
    .reshape([rows / inner, inner, blocks, h * w, block])
    .transpose([2, 0, 3, 1, 4])
    .reshape([blocks * block, rows, h, w]);
}

/** The three convolutions in blocks where their channels suit, else by their rows in standard operators. */
export const blockedConvolutions = (block: number): Pick<LayoutTable, Convolution> => ({
  conv: (node, emission) =>
    (isPlane(node) && forward(node, emission, block)) || convolutionOps.conv(node, emission),
  convInputGradient: (node, emission) =>
    (isPlane(node) && inputGradient(node, emission, block)) ||
    convolutionOps.convInputGradient(node, emission),
  convKernelGradient: (node, emission) =>
    (isPlane(node) && kernelGradient(node, emission, block)) ||
    convolutionOps.convKernelGradient(node, emission),
});
