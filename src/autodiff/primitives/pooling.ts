import type { Node, WindowAttributes } from '../graph';
import { ShapeError, sameShape, shapeText } from '../shape';
import { pad } from './arrangement';
import { slidExtent } from './convolution';
import { type Rule, linearRule } from './rule';

type Pooling = 'sumPool' | 'maxPool' | 'maxPoolGather' | 'maxPoolScatter';

function attributesOf({ window, strides, padding }: WindowAttributes): WindowAttributes {
  return { window: [...window], strides: [...strides], padding: padding.map(([a, b]) => [a, b] as const) };
}

function pooledShape(x: Node, { window, strides, padding }: WindowAttributes): number[] {
  const [n, c, ...spatial] = x.shape;
  if (spatial.length !== window.length || padding.some(([a, b], i) => a >= window[i] || b >= window[i]))
    throw new ShapeError(`the window ${shapeText(window)} does not fit ${shapeText(x.shape)}`);
  return [
    n,
    c,
    ...spatial.map((extent, i) =>
      slidExtent(extent, { window: window[i], stride: strides[i], pads: padding[i] }),
    ),
  ];
}

/** The sum over each window of the spatial axes of x [N, C, spatial...]; padding adds zeros. */
export function sumPool(x: Node, attributes: WindowAttributes): Node {
  return x.graph.node('sumPool', [x], attributesOf(attributes), { shape: pooledShape(x, attributes) });
}

/** The transpose of {@link sumPool}, itself a sum over windows of the cotangent spread out by the stride. */
function sumPoolTranspose(node: Node<'sumPool'>, cotangent: Node): Node {
  const { window, strides, padding } = node.attributes;
  const spatial = node.inputs[0].shape.slice(2);
  const low = window.map((width, i) => width - 1 - padding[i][0]);
  const high = spatial.map((extent, i) => extent + padding[i][0] - (node.shape[i + 2] - 1) * strides[i] - 1);
  const spread = pad(
    cotangent,
    [0, 0, ...low],
    [0, 0, ...high],
    [0, 0, ...strides.map((stride) => stride - 1)],
  );
  return sumPool(spread, { window, strides: strides.map(() => 1), padding: window.map(() => [0, 0]) });
}

/** The maximum over each window; padding never wins. Among ties the first in row-major order is the one that counts. */
export function maxPool(x: Node, attributes: WindowAttributes): Node {
  return x.graph.node('maxPool', [x], attributesOf(attributes), { shape: pooledShape(x, attributes) });
}

/**
 * From `values`, shaped as x, the one at each window's maximum of x.
 * @throws ShapeError for values of another shape.
 */
export function maxPoolGather(x: Node, values: Node, attributes: WindowAttributes): Node {
  if (!sameShape(x.shape, values.shape))
    throw new ShapeError(
      `${shapeText(values.shape)} cannot be gathered by the windows of ${shapeText(x.shape)}`,
    );
  return x.graph.node('maxPoolGather', [x, values], attributesOf(attributes), {
    shape: pooledShape(x, attributes),
  });
}

/**
 * The transpose of {@link maxPoolGather} in `values`: adds each window's cotangent where x has its maximum.
 * @throws ShapeError for cotangents that are not one a window.
 */
export function maxPoolScatter(x: Node, cotangent: Node, attributes: WindowAttributes): Node {
  if (!sameShape(cotangent.shape, pooledShape(x, attributes)))
    throw new ShapeError(`${shapeText(cotangent.shape)} are not the windows of ${shapeText(x.shape)}`);
  return x.graph.node('maxPoolScatter', [x, cotangent], attributesOf(attributes), { shape: x.shape });
}

/** Where the maximum lies is taken as constant: the almost-everywhere derivative. */
export const poolingRules: { readonly [O in Pooling]: Rule<O> } = {
  sumPool: linearRule((node, tangent) => sumPool(tangent, node.attributes), sumPoolTranspose),
  maxPool: {
    jvp: (node, [tangent]) => tangent && maxPoolGather(node.inputs[0], tangent, node.attributes),
    vjp: (node, cotangent) => [maxPoolScatter(node.inputs[0], cotangent, node.attributes)],
  },
  maxPoolGather: {
    jvp: (node, [, tangent]) => tangent && maxPoolGather(node.inputs[0], tangent, node.attributes),
    vjp: (node, cotangent) => [undefined, maxPoolScatter(node.inputs[0], cotangent, node.attributes)],
  },
  maxPoolScatter: {
    jvp: (node, [, tangent]) => tangent && maxPoolScatter(node.inputs[0], tangent, node.attributes),
    vjp: (node, cotangent) => [undefined, maxPoolGather(node.inputs[0], cotangent, node.attributes)],
  },
};
