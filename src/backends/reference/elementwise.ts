import { erfOf, sigmoidOf, softplusOf } from '../../autodiff/primitives/elementwise';
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

/** NaN passes, as in every other backend. */
const relu = (x: number) => (x > 0 || Number.isNaN(x) ? x : 0);

export const elementwiseKernels = {
  neg: unary((x) => -x),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  reciprocal: unary((x) => 1 / x),
  tanh: unary(Math.tanh),
  sigmoid: unary(sigmoidOf),
  softplus: unary(softplusOf),
  erf: unary(erfOf),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  atan: unary(Math.atan),
  floor: unary(Math.floor),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  relu: unary(relu),
  stopGradient: unary((x) => x),
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
