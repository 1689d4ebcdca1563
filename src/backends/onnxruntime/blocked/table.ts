import type { Op } from '../../../autodiff/graph';
import type { ProgramNode } from '../../../autodiff/program';
import { sameShape } from '../../../autodiff/shape';
import { elementwiseOps } from '../emit/elementwise';
import { standardOps } from '../emit/table';
import type { Emission, Emit, LayoutEmit, LayoutTable, Operands } from '../emission';
import type { Tensor } from '../tensor';
import { blockedConvolutions } from './convolution';
import { Blocked, type Product, operandInBlocks } from './layout';

/** The operands of an elementwise node as tensors that broadcast in blocks. */
function inBlocks(emission: Emission, block: number): Operands {
  const operand = (node: ProgramNode, input: number): Tensor => {
    const value = emission.value(node, input);
    return value instanceof Blocked ? value.tensor : operandInBlocks(value, node.shape, block);
  };
  return { model: emission.model, operand, whole: operand, absorbable: () => undefined };
}

/** An elementwise row that works in blocks as soon as one of its operands is in blocks. */
const elementwise =
  (row: Emit<Op>, block: number): LayoutEmit<Op> =>
  (node, emission) =>
    node.inputs.some((_, i) => emission.value(node, i) instanceof Blocked)
      ? new Blocked(row(node, inBlocks(emission, block)))
      : row(node, emission);

/** A sum with a convolution's result, made in the convolution: a bias a channel, or what it starts from. */
function accumulated(node: ProgramNode<'add'>, emission: Emission, block: number): Blocked | undefined {
  for (const [product, addend] of [
    [1, 0],
    [0, 1],
  ]) {
    const value = emission.value(node, product);
    if (!(value instanceof Blocked) || !value.product || !emission.readsAlone(node, product)) continue;
    const other = emission.value(node, addend);
    const sum = added(value.product, other, node, { isOwn: emission.readsAlone(node, addend), block });
    if (sum) return sum;
  }
  return undefined;
}

function added(
  product: Product,
  other: Tensor | Blocked,
  { shape }: ProgramNode<'add'>,
  { isOwn, block }: { readonly isOwn: boolean; readonly block: number },
): Blocked | undefined {
  if (other instanceof Blocked) return product.plus(other, isOwn);
  if (sameShape(other.shape, shape)) return product.plus(Blocked.of(other, block), false);
  const isPerChannel = other.shape.length === 3 && sameShape(other.shape, [shape[1], 1, 1]);
  return isPerChannel ? product.plusBias(other.reshape([shape[1]])) : undefined;
}

/** Sums over rows and positions: the channels come out in plain order. */
function reduceSum(node: ProgramNode<'reduceSum'>, emission: Emission): Tensor {
  const value = emission.value(node, 0);
  const { axes } = node.attributes;
  const overPositions = axes.includes(2) && axes.includes(3);
  if (!(value instanceof Blocked) || !overPositions || axes.includes(1))
    return standardOps.reduceSum(node, emission);
  const sums = value.tensor.sum([2, 3]);
  return (axes.includes(0) ? sums.sum([0]) : sums).reshape(node.shape);
}

/** As the standard operators, with convolutions in blocks of channels and what is between them kept in blocks. */
export function blockedOps(block: number): LayoutTable {
  const rows = Object.fromEntries(
    // A node's own row: the table is keyed by op, which the union of nodes hides from the compiler.
    Object.entries(elementwiseOps).map(([op, row]) => [op, elementwise(row as Emit<Op>, block)]),
  ) as unknown as Pick<LayoutTable, keyof typeof elementwiseOps>;
  return {
    ...standardOps,
    ...rows,
    ...blockedConvolutions(block),
    add: (node, emission) => accumulated(node, emission, block) ?? rows.add(node, emission),
    reduceSum,
    transpose: (node, emission) => {
      const value = emission.value(node, 0);
      const toChannelsLast = node.attributes.permutation.join() === '0,2,3,1';
      return value instanceof Blocked && toChannelsLast
        ? value.channelsLast()
        : standardOps.transpose(node, emission);
    },
  };
}
