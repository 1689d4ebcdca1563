import type { Unary } from '../../autodiff/graph';
import { unaryValues } from '../../autodiff/primitives/elementwise';
import type { Kernel, Tensor } from './kernel';

type Plain = (inputs: readonly Tensor[]) => Float64Array;

const unary =
  (f: (x: number) => number): Plain =>
  ([{ data }]) => {
    const out = new Float64Array(data.length);
    for (let i = 0; i < out.length; i++) out[i] = f(data[i]);
    return out;
  };

const binary =
  (f: (a: number, b: number) => number): Plain =>
  ([{ data: a }, { data: b }]) => {
    const out = new Float64Array(a.length);
    for (let i = 0; i < out.length; i++) out[i] = f(a[i], b[i]);
    return out;
  };

/** Sums and products are most of a derivative: loops of their own, without a call for each element. */
const add: Plain = ([{ data: a }, { data: b }]) => {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i];
  return out;
};

const mul: Plain = ([{ data: a }, { data: b }]) => {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i];
  return out;
};

const sub: Plain = ([{ data: a }, { data: b }]) => {
  const out = new Float64Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i];
  return out;
};

const select: Plain = ([{ data: mask }, { data: a }, { data: b }]) => {
  const out = new Float64Array(mask.length);
  for (let i = 0; i < out.length; i++) out[i] = mask[i] !== 0 ? a[i] : b[i];
  return out;
};

export const elementwiseKernels = {
  ...(Object.fromEntries(Object.entries(unaryValues).map(([op, value]) => [op, unary(value)])) as Record<
    Unary,
    Plain
  >),
  power: ((inputs, { exponent }) => unary((x) => x ** exponent)(inputs)) as Kernel<'power'>,
  add,
  sub,
  mul,
  div: binary((a, b) => a / b),
  maximum: binary(Math.max),
  minimum: binary(Math.min),
  greater: binary((a, b) => (a > b ? 1 : 0)),
  equal: binary((a, b) => (a === b ? 1 : 0)),
  select,
};
