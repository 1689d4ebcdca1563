import { claimed } from '../../../../autodiff/shape';
import type { Node } from '../../../../autodiff/graph';
import {
  abs,
  add,
  broadcast,
  concat,
  exp,
  log,
  matmul,
  maximum,
  mul,
  neg,
  power,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  slice,
  sliceAxis,
  spread,
  sqrt,
  square,
  stopGradient,
  sub,
  transpose,
} from '../../../../autodiff/operations';
import { broadcastShapes } from '../../../../autodiff/shape';
import { cumulativeProduct, cumulativeSum, productOver, triangleOf } from '../../../../network/cumulation';
import { dense } from '../../../../network/dense';
import { einsum, einsumLabels } from '../../../../network/einsum';
import { alongAxis } from '../../../../network/scale-channels';
import { UserError } from '../../../../core/errors';
import type { LayerConfig } from '../layers/config';
import type { LayerRow } from '../layers/row';
import { truth } from './elementwise';
import {
  type Operand,
  axesOf,
  axisOf,
  mixesRows,
  nodeOf,
  operandsOf,
  operationRow,
  tensorsOf,
  together,
} from './operands';

type Reduction = (x: Node, axes: readonly number[]) => Node;

const variance: Reduction = (x, axes) =>
  reduceMean(square(sub(x, spread(reduceMean(x, axes), x, axes))), axes);

const logSumExp: Reduction = (x, axes) => {
  const top = reduceMax(stopGradient(x), axes);
  return add(log(reduceSum(exp(sub(x, spread(top, x, axes))), axes)), top);
};

const reductions: Readonly<Record<string, Reduction>> = {
  Amax: reduceMax,
  Amin: (x, axes) => neg(reduceMax(neg(x), axes)),
  All: (x, axes) => sub(1, reduceMax(sub(1, truth(x)), axes)),
  Any: (x, axes) => reduceMax(truth(x), axes),
  Logsumexp: logSumExp,
  Max: reduceMax,
  Mean: reduceMean,
  Min: (x, axes) => neg(reduceMax(neg(x), axes)),
  Prod: productOver,
  Ptp: (x, axes) => add(reduceMax(x, axes), reduceMax(neg(x), axes)),
  Std: (x, axes) => sqrt(variance(x, axes)),
  Sum: reduceSum,
  Var: variance,
};

function kept(reduced: Node, x: Node, axes: readonly number[], config: LayerConfig): Node {
  if (!config.flag('keepdims', false)) return reduced;
  return reshape(
    reduced,
    x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
  );
}

/** x over its Euclidean length along an axis. */
function normalized(x: Node, config: LayerConfig): Node {
  if (config.number('order', 2) !== 2)
    throw new UserError('normalizes by another than the Euclidean length, which is not supported');
  const axes = axesOf(config, 'axis', x);
  const floor = config.number('epsilon', 1e-7) ** 2;
  return mul(x, spread(power(maximum(reduceSum(square(x), axes), floor), -0.5), x, axes));
}

/** The length of x along axes: sums of powers, or the extremes. */
function norm(x: Node, config: LayerConfig): Node {
  const axes = axesOf(config, 'axis', x);
  const { ord = null } = config.raw;
  const order = ord === null || ord === 'fro' ? 2 : ord === 'inf' ? Infinity : Number(ord);
  if ((axes.length > 1 && ord !== null && ord !== 'fro') || !(order > 0))
    throw new UserError(`takes the norm ${JSON.stringify(ord)}, which is not supported`);
  const lengths = () => power(reduceSum(power(abs(x), order), axes), 1 / order);
  const reduced =
    order === 2
      ? sqrt(reduceSum(square(x), axes))
      : order === 1
        ? reduceSum(abs(x), axes)
        : order === Infinity
          ? reduceMax(abs(x), axes)
          : lengths();
  return kept(reduced, x, axes, config);
}

/** The mean along axes, weighted by a constant along the one axis. */
function average(operands: readonly Operand[], config: LayerConfig): Node {
  const [x] = tensorsOf(operands.slice(0, 1));
  const axes = axesOf(config, 'axis', x);
  const weights = operands[1];
  if (!weights) return reduceMean(x, axes);
  if (weights.kind !== 'constant' || weights.shape.length !== 1 || axes.length !== 1)
    throw new UserError('is weighted by more than one constant an entry of the axis, which is not supported');
  const shares = x.graph.constant(
    weights.values.map((weight) => weight / weights.values.reduce((a, b) => a + b)),
    [weights.values.length],
  );
  return reduceSum(mul(x, alongAxis(shares, x, axes[0])), axes);
}

/** Differences of neighbours along an axis, as often as the settings say. */
function differences(x: Node, config: LayerConfig): Node {
  const axis = axisOf(config, 'axis', x);
  return Array.from(claimed(config.integer('n', 1))).reduce<Node>(
    (y) => sub(sliceAxis(y, axis, 1, y.shape[axis]), sliceAxis(y, axis, 0, y.shape[axis] - 1)),
    x,
  );
}

/** The numbers on a diagonal of two axes, as a new last axis. */
function diagonalOf(x: Node, config: LayerConfig): Node {
  const [a, b] = [config.integer('axis1', 0), config.integer('axis2', 1)].map((axis) =>
    axis < 0 ? axis + x.shape.length : axis,
  );
  if (a === 0 || b === 0) throw mixesRows();
  const offset = config.integer('offset', 0);
  const others = x.shape.flatMap((_, axis) => (axis === a || axis === b ? [] : [axis]));
  const [n, m] = [x.shape[a], x.shape[b]];
  const length = Math.min(n + Math.min(offset, 0), m - Math.max(offset, 0));
  const first = offset < 0 ? -offset * m : offset;
  const kept = others.map((axis) => x.shape[axis]);
  const flat = reshape(transpose(x, [...others, a, b]), [...kept, n * m]);
  const starts = [...kept.map(() => 0), first];
  const limits = [...kept, first + (length - 1) * (m + 1) + 1];
  return slice(flat, starts, limits, [...kept.map(() => 1), m + 1]);
}

/** The vector product along an axis of three. */
function crossProduct(operands: readonly Operand[], config: LayerConfig): Node {
  const [a, b] = together(operands);
  const axis = a.shape.length - 1;
  const along = ['axisa', 'axisb', 'axisc'].map((key) => config.integer(key, -1));
  if (axis === 0) throw mixesRows();
  if (a.shape[axis] !== 3 || along.some((own) => own !== -1 && own !== axis))
    throw new UserError('is supported along a last axis of three numbers only');
  const turned = (x: Node, by: number) =>
    concat([sliceAxis(x, axis, by, 3), sliceAxis(x, axis, 0, by)], axis);
  return sub(mul(turned(a, 1), turned(b, 2)), mul(turned(a, 2), turned(b, 1)));
}

/** The integral along an axis by the trapezoidal rule. */
function trapezoid(x: Node, config: LayerConfig): Node {
  if ((config.raw.x ?? null) !== null)
    throw new UserError('is given places of its own, which is not supported');
  const axis = axisOf(config, 'axis', x);
  const [from, to] = [sliceAxis(x, axis, 0, x.shape[axis] - 1), sliceAxis(x, axis, 1, x.shape[axis])];
  return mul(reduceSum(add(from, to), [axis]), config.number('dx', 1) / 2);
}

/** The distances of every point of one set [..., n, width] from every point of another [..., m, width]. */
function distances(operands: readonly Operand[]): Node {
  const [a, b] = tensorsOf(operands);
  const rank = a.shape.length;
  if (rank < 3 || b.shape.length !== rank) throw mixesRows();
  const apart = (x: Node, axis: number) => reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]);
  return sqrt(reduceSum(square(sub(apart(a, rank - 1), apart(b, rank - 2))), [rank]));
}

/** The product of matrices over the last two axes; the others broadcast. */
function product(operands: readonly Operand[]): Node {
  const [left, right] = operands;
  const like = tensorsOf(operands.filter(({ kind }) => kind === 'tensor'))[0];
  if (
    left.kind === 'tensor' &&
    right.kind === 'constant' &&
    right.shape.length <= 2 &&
    right.shape.length > 0
  ) {
    const { graph } = like;
    if (right.shape.length === 2) return dense(left.node, graph.constant(right.values, right.shape));
    const column = dense(left.node, graph.constant(right.values, [right.shape[0], 1]));
    return reshape(column, column.shape.slice(0, -1));
  }
  const [a, b] = [nodeOf(left, like), nodeOf(right, like)];
  const ranks = [a, b].map(({ shape }) => shape.length);
  const rows = operands.flatMap(({ kind }, i) => (kind === 'tensor' ? [ranks[i]] : []));
  // Where rows are rows of a matrix, or stand beside another axis, one row's product would read the others.
  if (Math.min(...rows) < 3 || Math.min(...rows) !== Math.max(...ranks)) throw mixesRows();
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return matmul(
    broadcast(a, [...batch, ...a.shape.slice(-2)]),
    broadcast(b, [...batch, ...b.shape.slice(-2)]),
  );
}

/** A sum of products by indices, in which the index of the rows must stay the first. */
function einsumOf(operands: readonly Operand[], config: LayerConfig): Node {
  const { subscripts } = config.raw;
  if (typeof subscripts !== 'string') throw new UserError('has no subscripts');
  const [like] = tensorsOf(operands.filter(({ kind }) => kind !== 'constant'));
  const nodes = operands.map((operand) =>
    operand.kind === 'constant' ? like.graph.constant(operand.values, operand.shape) : operand.node,
  );
  const { terms, output } = einsumLabels(subscripts, nodes);
  if (operands.some(({ kind }, i) => kind === 'tensor' && terms[i][0] !== output[0])) throw mixesRows();
  return einsum(subscripts, nodes);
}

/** Sums of products of a tensor with a constant over the axes that the settings pair. */
function tensorProduct(operands: readonly Operand[], config: LayerConfig): Node {
  const [left, right] = operands;
  if (left.kind !== 'tensor' || right.kind !== 'constant')
    throw new UserError('is supported with a tensor first and a constant second only');
  const { node } = left;
  const { axes } = config.raw;
  const rank = node.shape.length;
  const counted = (count: number) => Array.from(claimed(count), (_, i) => i);
  const [first, second] =
    typeof axes === 'number'
      ? [counted(axes).map((i) => rank - axes + i), counted(axes)]
      : (axes as unknown[]).map((side) => (Array.isArray(side) ? (side as number[]) : [side as number]));
  const positive = (axis: number, length: number) => (axis < 0 ? axis + length : axis);
  const summed = first.map((axis) => positive(axis, rank));
  const paired = second.map((axis) => positive(axis, right.shape.length));
  if (summed.includes(0)) throw mixesRows();
  const letter = (i: number) => String.fromCharCode(97 + i);
  const a = node.shape.map((_, axis) => letter(axis));
  const b = right.shape.map((_, axis) =>
    paired.includes(axis) ? a[summed[paired.indexOf(axis)]] : letter(rank + axis),
  );
  const rest = [
    ...a.filter((_, axis) => !summed.includes(axis)),
    ...b.filter((_, axis) => !paired.includes(axis)),
  ];
  return einsum(`${a.join('')},${b.join('')}->${rest.join('')}`, [
    node,
    node.graph.constant(right.values, right.shape),
  ]);
}

const cumulation = (name: string, run: (x: Node, axis: number) => Node): LayerRow =>
  operationRow(name, (operands, config) => {
    const [x] = tensorsOf(operands);
    return run(x, axisOf(config, 'axis', x));
  });

/** x below or above a diagonal of its last two axes, 0 elsewhere. */
const triangle = (name: string, keeps: (offset: number, k: number) => boolean): LayerRow =>
  operationRow(name, (operands, config) => {
    const [x] = tensorsOf(operands);
    if (x.shape.length < 3) throw mixesRows();
    const k = config.integer('k', 0);
    return triangleOf(x, (offset) => keeps(offset, k));
  });

export const reducingOperations: readonly LayerRow[] = [
  ...Object.entries(reductions).map(([name, reduce]) =>
    operationRow(name, (operands, config) => {
      const [x] = tensorsOf(operands);
      if (config.optional('initial') !== undefined)
        throw new UserError('sets initial, which is not supported');
      const axes = axesOf(config, 'axis', x);
      return kept(reduce(x, axes), x, axes, config);
    }),
  ),
  operationRow('Moments', (operands, config) => {
    const [x] = tensorsOf(operands);
    const axes = axesOf(config, 'axes', x);
    return [reduceMean(x, axes), variance(x, axes)].map((moment) => kept(moment, x, axes, config));
  }),
  operationRow('Normalize', (operands, config) => normalized(tensorsOf(operands)[0], config)),
  cumulation('Cumsum', cumulativeSum),
  cumulation('Cumprod', cumulativeProduct),
  operationRow('Norm', (operands, config) => norm(tensorsOf(operands)[0], config)),
  operationRow(
    'Average',
    (operands, config, { options }) =>
      average([...operands, ...operandsOf({ kind: 'value', value: options.weights })], config),
    ['weights'],
  ),
  operationRow('Diff', (operands, config) => differences(tensorsOf(operands)[0], config)),
  triangle('Tril', (offset, k) => offset <= k),
  triangle('Triu', (offset, k) => offset >= k),
  operationRow('Diagonal', (operands, config) => diagonalOf(tensorsOf(operands)[0], config)),
  operationRow('Trace', (operands, config) => {
    const diagonal = diagonalOf(tensorsOf(operands)[0], config);
    return reduceSum(diagonal, [diagonal.shape.length - 1]);
  }),
  operationRow('Cross', crossProduct),
  operationRow('Trapezoid', (operands, config) => trapezoid(tensorsOf(operands)[0], config)),
  operationRow('CDist', distances),
  operationRow('Matmul', product),
  operationRow('Dot', (operands) => {
    if (operands[1].kind !== 'constant') throw mixesRows();
    return product(operands);
  }),
  operationRow('Tensordot', tensorProduct),
  operationRow('Einsum', einsumOf),
];
