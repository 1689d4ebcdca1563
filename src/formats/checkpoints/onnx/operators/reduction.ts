import type { Node } from '../../../../autodiff/graph';
import {
  abs,
  log,
  neg,
  reduceMax,
  reduceMean,
  reduceSum,
  reshape,
  sqrt,
  square,
} from '../../../../autodiff/operations';
import { ShapeError, normalizeAxes } from '../../../../autodiff/shape';
import { sizeOf } from '../../../../core/size-of';
import { cumulativeSum, productOver } from '../../../../network/cumulation';
import { logSumExp } from '../../../../network/softmax';
import { type OperatorCall, positive } from '../call';
import { known } from '../value';
import { type OperatorRow, row } from './row';

/** Axes are an attribute in older versions of the set, an input in newer ones; reduced axes stay with extent 1 by default. */
function axesOf(call: OperatorCall, rank: number): number[] {
  const axes = call.listOrInput('axes', 1) ?? [];
  const none = call.number('noop_with_empty_axes', 0) !== 0;
  if (axes.length > 0) return normalizeAxes(axes, rank);
  return none ? [] : Array.from({ length: rank }, (_, axis) => axis);
}

const reducedShape = (shape: readonly number[], axes: readonly number[], keep: boolean) =>
  keep
    ? shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
    : shape.filter((_, axis) => !axes.includes(axis));

const reduction = (name: string, reduce: (x: Node, axes: readonly number[]) => Node): OperatorRow =>
  row(name, (call) => {
    const x = call.floats(0);
    const axes = axesOf(call, x.shape.length);
    if (sizeOf(x.shape) === 0) throw new ShapeError('it reduces a tensor without numbers');
    return reshape(reduce(x, axes), reducedShape(x.shape, axes, call.number('keepdims', 1) !== 0));
  });

/** One axis after the other, the last first, each without overflow. */
const logSumExpOver = (x: Node, axes: readonly number[]): Node =>
  [...axes].reverse().reduce((inner, axis) => logSumExp(inner, axis), x);

/** A product: of all numbers of a shape, or of floats along axes. */
function product(call: OperatorCall) {
  if (call.value(0).kind === 'computed') return floatProduct.build(call);
  const { type, shape, data } = call.numbers(0);
  const reduced = reducedShape(shape, axesOf(call, shape.length), call.number('keepdims', 1) !== 0);
  if (sizeOf(reduced) !== 1) throw new ShapeError('only the product of all numbers is supported');
  return known(type, reduced, Float64Array.of(sizeOf([...data])));
}

const floatProduct = reduction('ReduceProd', productOver);

export const reductionRows: readonly OperatorRow[] = [
  reduction('ReduceMean', reduceMean),
  reduction('ReduceSum', reduceSum),
  reduction('ReduceMax', reduceMax),
  reduction('ReduceMin', (x, axes) => neg(reduceMax(neg(x), axes))),
  reduction('ReduceL1', (x, axes) => reduceSum(abs(x), axes)),
  reduction('ReduceL2', (x, axes) => sqrt(reduceSum(square(x), axes))),
  reduction('ReduceSumSquare', (x, axes) => reduceSum(square(x), axes)),
  reduction('ReduceLogSum', (x, axes) => log(reduceSum(x, axes))),
  reduction('ReduceLogSumExp', logSumExpOver),
  row('ReduceProd', product),
  row('CumSum', (call) => {
    const x = call.floats(0);
    const flag = (name: string) => call.number(name, 0) !== 0;
    return cumulativeSum(x, positive(call.scalar(1), x.shape.length), {
      exclusive: flag('exclusive'),
      reverse: flag('reverse'),
    });
  }),
];
