import type { ConvAttributes, Node } from '../graph';
import { ShapeError, shapeText } from '../shape';
import { add } from './elementwise';
import type { Rule } from './rule';

type Convolution = 'conv' | 'convInputGradient' | 'convKernelGradient';

/** Extent of one spatial axis after sliding a window over it. */
export function slidExtent(
  extent: number,
  {
    window,
    stride,
    pads: [before, after],
    dilation = 1,
  }: {
    readonly window: number;
    readonly stride: number;
    readonly pads: readonly [number, number];
    readonly dilation?: number;
  },
): number {
  return Math.floor((extent + before + after - (window - 1) * dilation - 1) / stride) + 1;
}

function convSpatial(
  input: readonly number[],
  kernel: readonly number[],
  attributes: ConvAttributes,
): number[] {
  return input.map((extent, i) =>
    slidExtent(extent, {
      window: kernel[i],
      stride: attributes.strides[i],
      pads: attributes.padding[i],
      dilation: attributes.dilations[i],
    }),
  );
}

function attributesOf({ strides, padding, dilations, groups }: ConvAttributes): ConvAttributes {
  return {
    strides: [...strides],
    padding: padding.map(([a, b]) => [a, b] as const),
    dilations: [...dilations],
    groups,
  };
}

/**
 * Cross-correlation, as deep learning means "convolution": x [N, C, spatial...] with kernel [O, C / groups, spatial...]
 * gives [N, O, spatial...], for any number of spatial axes.
 *
 * ```ts
 * import { Graph } from '../../src/autodiff/graph';
 * import { conv } from '../../src/autodiff/operations';
 * import { tensor, valuesOf } from '../../test/unit/network/evaluate';
 * const graph = new Graph();
 * const image = tensor(graph, [1, 1, 4], [1, 2, 4, 8]);
 * const difference = tensor(graph, [1, 1, 2], [-1, 1]);
 * const plain = { strides: [1], dilations: [1], padding: [[0, 0]] as [number, number][], groups: 1 };
 * await valuesOf(conv(image, difference, plain)); // => [1, 2, 4]
 * ```
 *
 * @throws ShapeError where kernel, channels and groups do not fit.
 */
export function conv(x: Node, kernel: Node, attributes: ConvAttributes): Node {
  const [n, c, ...spatial] = x.shape;
  const [o, perGroup, ...window] = kernel.shape;
  if (window.length !== spatial.length || perGroup * attributes.groups !== c || o % attributes.groups !== 0)
    throw new ShapeError(
      `no convolution of ${shapeText(x.shape)} with a kernel ${shapeText(kernel.shape)} in ${attributes.groups} groups`,
    );
  const shape = [n, o, ...convSpatial(spatial, window, attributes)];
  return x.graph.node('conv', [x, kernel], attributesOf(attributes), { shape });
}

/** The transpose of {@link conv} in its first argument: cotangent [N, O, ...] to [N, C, inputSpatial...]. */
export function convInputGradient(
  cotangent: Node,
  kernel: Node,
  attributes: ConvAttributes & { readonly inputSpatial: readonly number[] },
): Node {
  const { inputSpatial } = attributes;
  const channels = kernel.shape[1] * attributes.groups;
  checkGradient(
    cotangent,
    { input: inputSpatial, kernel: kernel.shape.slice(2), channels: kernel.shape[0] },
    attributes,
  );
  return cotangent.graph.node(
    'convInputGradient',
    [cotangent, kernel],
    { ...attributesOf(attributes), inputSpatial: [...inputSpatial] },
    { shape: [cotangent.shape[0], channels, ...inputSpatial] },
  );
}

/** The transpose of {@link conv} in its second argument: x and cotangent [N, O, ...] to [O, C / groups, kernelSpatial...]. */
export function convKernelGradient(
  x: Node,
  cotangent: Node,
  attributes: ConvAttributes & { readonly kernelSpatial: readonly number[] },
): Node {
  const { kernelSpatial } = attributes;
  checkGradient(
    cotangent,
    { input: x.shape.slice(2), kernel: kernelSpatial, channels: cotangent.shape[1] },
    attributes,
  );
  return x.graph.node(
    'convKernelGradient',
    [x, cotangent],
    { ...attributesOf(attributes), kernelSpatial: [...kernelSpatial] },
    { shape: [cotangent.shape[1], x.shape[1] / attributes.groups, ...kernelSpatial] },
  );
}

function checkGradient(
  cotangent: Node,
  {
    input,
    kernel,
    channels,
  }: { readonly input: readonly number[]; readonly kernel: readonly number[]; readonly channels: number },
  attributes: ConvAttributes,
): void {
  const spatial = convSpatial(input, kernel, attributes);
  if (cotangent.shape[1] !== channels || spatial.some((extent, i) => extent !== cotangent.shape[2 + i]))
    throw new ShapeError(
      `a convolution's result is not ${shapeText(cotangent.shape)} but ${channels} x ${spatial}`,
    );
}

/** JVP of an operation linear in each of its two inputs. */
function bilinearJvp<O extends Convolution>(
  apply: (a: Node, b: Node, attributes: Node<O>['attributes']) => Node,
) {
  return (node: Node<O>, [da, db]: readonly (Node | undefined)[]): Node | undefined => {
    const first = da && apply(da, node.inputs[1], node.attributes);
    const second = db && apply(node.inputs[0], db, node.attributes);
    return first && second ? add(first, second) : (first ?? second);
  };
}

const spatialOf = (node: Node): readonly number[] => node.shape.slice(2);

/** Each of the three is bilinear, and its transposes are the other two: the family is closed. */
export const convolutionRules: { readonly [O in Convolution]: Rule<O> } = {
  conv: {
    jvp: bilinearJvp(conv),
    vjp: ({ inputs: [x, kernel], attributes }, cotangent) => [
      convInputGradient(cotangent, kernel, { ...attributes, inputSpatial: spatialOf(x) }),
      convKernelGradient(x, cotangent, { ...attributes, kernelSpatial: spatialOf(kernel) }),
    ],
  },
  convInputGradient: {
    jvp: bilinearJvp(convInputGradient),
    vjp: ({ inputs: [y, kernel], attributes }, cotangent) => [
      conv(cotangent, kernel, attributes),
      convKernelGradient(cotangent, y, { ...attributes, kernelSpatial: spatialOf(kernel) }),
    ],
  },
  convKernelGradient: {
    jvp: bilinearJvp(convKernelGradient),
    vjp: ({ inputs: [x, y], attributes }, cotangent) => [
      convInputGradient(y, cotangent, { ...attributes, inputSpatial: spatialOf(x) }),
      conv(x, cotangent, attributes),
    ],
  },
};
