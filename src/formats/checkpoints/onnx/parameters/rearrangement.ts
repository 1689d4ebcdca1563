import { stridesOf } from '../../../../autodiff/shape';
import { sizeOf } from '../../../../core/size-of';
import type { OnnxNode, OnnxTensor } from '../description';

/** Ranks beyond this have too many orders to try, and no exporter turns them. */
const HIGHEST_RANK = 4;

/**
 * The order of `source`'s axes that gives the numbers of `copy`, one after the other; undefined if none does.
 * Numbers that are all one say nothing, whatever their order: for those the first order that fits is as good as another.
 */
export function orderOfAxes(source: OnnxTensor, copy: OnnxTensor): readonly number[] | undefined {
  if (source.data.length !== copy.data.length || source.shape.length > HIGHEST_RANK) return undefined;
  const wanted = withoutOnes(copy.shape);
  return orders(source.shape.map((_, axis) => axis)).find(
    (order) =>
      withoutOnes(order.map((axis) => source.shape[axis])).join() === wanted.join() &&
      matches(source, copy, order),
  );
}

const withoutOnes = (shape: readonly number[]) => shape.filter((extent) => extent !== 1);

function orders(axes: readonly number[]): number[][] {
  if (axes.length === 0) return [[]];
  return axes.flatMap((axis) =>
    orders(axes.filter((other) => other !== axis)).map((rest) => [axis, ...rest]),
  );
}

function matches({ shape, data }: OnnxTensor, copy: OnnxTensor, order: readonly number[]): boolean {
  const strides = stridesOf(shape);
  const turned = order.map((axis) => shape[axis]);
  const own = stridesOf(turned);
  return copy.data.every((value, i) => {
    const from = own.reduce(
      (sum, stride, a) => sum + (Math.floor(i / stride) % turned[a]) * strides[order[a]],
      0,
    );
    return Object.is(value, data[from]) || value === data[from];
  });
}

/** Do its numbers differ, so that another tensor with the same ones is no accident? */
export const isVaried = ({ data }: OnnxTensor): boolean =>
  data.length >= 4 && data.some((value) => value !== data[0]);

/** Nodes, and the shape one of them needs, that compute `copy` from `source`. */
export function rearranging(
  source: OnnxTensor,
  copy: OnnxTensor,
  order: readonly number[],
): { nodes: OnnxNode[]; shape: OnnxTensor } {
  const turned = `${copy.name} (turned)`;
  const shape: OnnxTensor = {
    name: `${copy.name} (shape)`,
    type: 'integer',
    stored: 'INT64',
    shape: [copy.shape.length],
    data: Float64Array.from(copy.shape),
  };
  const node = (operator: string, inputs: string[], output: string, attributes: OnnxNode['attributes']) => ({
    name: output,
    domain: '',
    operator,
    overload: '',
    inputs,
    outputs: [output],
    attributes,
  });
  if (sizeOf(copy.shape) !== source.data.length) throw new RangeError('a rearrangement keeps all numbers');
  return {
    nodes: [
      node('Transpose', [source.name], turned, new Map([['perm', order]])),
      node('Reshape', [turned, shape.name], copy.name, new Map()),
    ],
    shape,
  };
}
