import { claimed } from '../../../../../autodiff/shape';
import type { Node } from '../../../../../autodiff/graph';
import {
  abs,
  mul,
  neg,
  power,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  spread,
  sqrt,
  square,
  sub,
} from '../../../../../autodiff/operations';
import { type Shape, ShapeError, stridesOf } from '../../../../../autodiff/shape';
import { sizeOf } from '../../../../../core/size-of';
import { cumulativeProduct, cumulativeSum, productOver } from '../../../../../network/cumulation';
import { logSumExp } from '../../../../../network/softmax';
import { numbersFor } from '../../../onnx/arrays';
import { type Known, type Value, computed, known } from '../../../onnx/value';
import { type AtenCall, floatsOf } from '../call';
import { joined, takenAlong } from '../rearrange';
import { applied } from './pointwise';
import { type AtenRow, rows } from './row';

const reducedShape = (shape: Shape, axes: readonly number[], keep: boolean): number[] =>
  keep
    ? shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
    : shape.filter((_, axis) => !axes.includes(axis));

/** A reduction on numbers, from all values that fall together, and on nodes. */
interface Reduction {
  readonly of: (values: readonly number[]) => number;
  readonly on: (x: Node, axes: readonly number[]) => Node;
  readonly type?: Value['type'];
}

function reduced(call: AtenCall, { of, on, type }: Reduction, axes: readonly number[], keep: boolean): Value {
  const value = call.value(0);
  const shape = reducedShape(value.shape, axes, keep);
  const result = type ?? (value.type === 'boolean' ? 'integer' : value.type);
  return value.kind === 'known'
    ? known(result, shape, reducedNumbers(value, axes, of))
    : computed(reshape(on(floatsOf(call.graph, value), axes), shape), result);
}

function reducedNumbers({ shape, data }: Known, axes: readonly number[], of: Reduction['of']): Float64Array {
  const kept = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const strides = stridesOf(shape);
  const out = numbersFor(kept.map((axis) => shape[axis]));
  const own = stridesOf(kept.map((axis) => shape[axis]));
  const groups = Array.from(out, (): number[] => []);
  data.forEach((value, i) => {
    const at = kept.reduce((sum, axis, k) => sum + own[k] * (Math.floor(i / strides[axis]) % shape[axis]), 0);
    groups[at].push(value);
  });
  return out.map((_, i) => of(groups[i]));
}

/** Rows by whether all axes are reduced, or those of the second argument, which may stay with extent 1. */
const reductions = (names: readonly string[], reduction: Reduction): AtenRow[] =>
  rows(names, (call) =>
    reduced(call, reduction, call.axes(1, call.value(0).shape.length), call.flag('keepdim', false)),
  );

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const minimumOver = (x: Node, axes: readonly number[]): Node => neg(reduceMax(neg(x), axes));

const sum: Reduction = { of: total, on: reduceSum };
const mean: Reduction = { of: (values) => total(values) / values.length, on: reduceMean, type: 'float' };
const largest: Reduction = { of: (values) => Math.max(...values), on: reduceMax };
const smallest: Reduction = { of: (values) => Math.min(...values), on: minimumOver };
const product: Reduction = { of: (values) => values.reduce((a, b) => a * b, 1), on: productOver };
const any: Reduction = { of: (values) => Number(values.some(Boolean)), on: reduceMax, type: 'boolean' };
const all: Reduction = { of: (values) => Number(values.every(Boolean)), on: minimumOver, type: 'boolean' };

/** The first of its results; where the extremum stands is not differentiable and not supported. */
const along = (reduction: Reduction) => (call: AtenCall) => {
  const axis = call.axis(1, call.value(0).shape.length);
  return reduced(call, reduction, [axis], call.flag('keepdim', false));
};

/** Mean and variance over axes; `correction` is taken from the count, 1 by default. */
function moments(call: AtenCall, axes: readonly number[]): { readonly mean: Node; readonly variance: Node } {
  const x = call.floats(0);
  const unbiased =
    call.argument('unbiased') ?? (typeof call.argument(1) === 'boolean' ? call.argument(1) : undefined);
  const correction = typeof unbiased === 'boolean' ? Number(unbiased) : call.number('correction', 1);
  const count = sizeOf(axes.map((axis) => x.shape[axis]));
  if (count <= correction)
    throw new ShapeError(`a variance of ${count} numbers with correction ${correction}`);
  const mean = reduceMean(x, axes);
  const sums = reduceSum(square(sub(x, spread(mean, x, axes))), axes);
  return { mean, variance: mul(1 / (count - correction), sums) };
}

const variance = (
  names: readonly string[],
  from: (found: ReturnType<typeof moments>) => readonly Node[],
): AtenRow[] =>
  rows(names, (call) => {
    const { shape } = call.value(0);
    const axes = call.axes('dim', shape.length);
    const wanted = reducedShape(shape, axes, call.flag('keepdim', false));
    return from(moments(call, axes)).map((node) => reshape(node, wanted));
  });

const overloads = (name: string) => [name, `${name}.dim`, `${name}.correction`];

/** (sum |x|^p)^(1/p) over axes. */
function norm(call: AtenCall, orderAt: number, axesAt: number): Node {
  const x = call.floats(0);
  const axes = call.axes(axesAt, x.shape.length);
  const order = call.number(orderAt, 2);
  const wanted = reducedShape(x.shape, axes, call.flag('keepdim', false));
  return reshape(lengthOf(x, axes, order), wanted);
}

function lengthOf(x: Node, axes: readonly number[], order: number): Node {
  if (order === 2) return sqrt(reduceSum(square(x), axes));
  if (order === 1) return reduceSum(abs(x), axes);
  if (order === Infinity) return reduceMax(abs(x), axes);
  if (order === -Infinity) return minimumOver(abs(x), axes);
  if (order === 0) throw new ShapeError('the number of entries that are not zero has no derivative');
  return power(reduceSum(power(abs(x), order), axes), 1 / order);
}

const frobenius = (call: AtenCall): Node => {
  const x = call.floats(0);
  const axes = call.axes('dim', x.shape.length);
  return reshape(lengthOf(x, axes, 2), reducedShape(x.shape, axes, call.flag('keepdim', false)));
};

/** Running sums, on numbers or nodes. */
function runningSum(call: AtenCall): Value {
  const value = call.value(0);
  const axis = call.axis(1, value.shape.length);
  if (value.kind === 'computed') return computed(cumulativeSum(call.floats(0), axis));
  const stride = stridesOf(value.shape)[axis];
  const data = Float64Array.from(value.data);
  data.forEach((_, i) => {
    if (Math.floor(i / stride) % value.shape[axis] > 0) data[i] += data[i - stride];
  });
  return known(value.type === 'boolean' ? 'integer' : value.type, value.shape, data);
}

/** Each position minus the one before it, `n` times. */
function differences(call: AtenCall): Value {
  const beside = ['prepend', 'append'].map((name) => (call.has(name) ? [call.value(name)] : []));
  const rank = call.value(0).shape.length;
  const axis = call.axis('dim', rank, -1);
  let value = joined(call.graph, [...beside[0], call.value(0), ...beside[1]], axis);
  for (let n = call.number('n', 1); n > 0; n--) {
    const extent = value.shape[axis];
    const places = (from: number) => Array.from(claimed(extent - 1), (_, i) => i + from);
    const parts = [takenAlong(value, axis, places(1)), takenAlong(value, axis, places(0))];
    value = applied(call, parts, { of: (a, b) => a - b, on: sub });
  }
  return value;
}

export const reductionRows: readonly AtenRow[] = [
  ...reductions(['sum', 'sum.dim_IntList'], sum),
  ...reductions(['mean', 'mean.dim'], mean),
  ...reductions(['amax', 'max'], largest),
  ...reductions(['amin', 'min'], smallest),
  ...reductions(['prod', 'prod.dim_int'], product),
  ...reductions(['any', 'any.dim', 'any.dims'], any),
  ...reductions(['all', 'all.dim', 'all.dims'], all),
  ...rows('max.dim', along(largest)),
  ...rows('min.dim', along(smallest)),
  ...variance(overloads('var'), ({ variance }) => [variance]),
  ...variance(overloads('std'), ({ variance }) => [sqrt(variance)]),
  ...variance(overloads('var_mean'), ({ mean, variance }) => [variance, mean]),
  ...variance(overloads('std_mean'), ({ mean, variance }) => [sqrt(variance), mean]),
  ...rows('logsumexp', (call) => {
    const x = call.floats(0);
    const axes = call.axes(1, x.shape.length);
    const found = [...axes].sort((a, b) => b - a).reduce((inner, axis) => logSumExp(inner, axis), x);
    return reshape(found, reducedShape(x.shape, axes, call.flag('keepdim', false)));
  }),
  ...rows('linalg_vector_norm', (call) => norm(call, 1, 2)),
  ...rows(['norm.ScalarOpt_dim', 'norm.Scalar'], (call) => norm(call, 1, 2)),
  ...rows(['frobenius_norm.dim', 'linalg_matrix_norm'], frobenius),
  ...rows('cumsum', runningSum),
  ...rows('cumprod', (call) => {
    const x = call.floats(0);
    return cumulativeProduct(x, call.axis(1, x.shape.length));
  }),
  ...rows('diff', differences),
];
