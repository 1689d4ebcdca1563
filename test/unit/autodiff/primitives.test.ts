import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as ops from '../../../src/autodiff/operations';
import { rules } from '../../../src/autodiff/primitives/table';
import { type Case, checkDerivatives } from '../../support/differences';

const extent = fc.integer({ min: 1, max: 4 });
const shape = fc.array(extent, { minLength: 0, maxLength: 4 });
const positive = (value: number) => 0.3 + Math.abs(value);
/** Away from kinks at 0, further than a difference's step. */
const offZero = (value: number) => value + Math.sign(value) * 0.05;
/** All different by more than a step, whatever the draw. */
const distinct = (value: number, position: number) => 0.05 * Math.round(10 * value) + 0.003 * (position % 13);

const unary = (build: Case['build'], place?: Case['place']) =>
  shape.map((s): Case => ({ shapes: [s], build, place }));
const binary = (build: Case['build'], place?: Case['place']) =>
  shape.map((s): Case => ({ shapes: [s, s], build, place }));

const window = fc.record({
  window: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  before: fc.integer({ min: 0, max: 1 }),
  after: fc.integer({ min: 0, max: 1 }),
});

const pooling = fc
  .tuple(
    fc.array(window, { minLength: 1, maxLength: 2 }),
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 2 }),
  )
  .map(([axes, n, c]) => ({
    shape: [n, c, ...axes.map((axis) => axis.window + 2)],
    attributes: {
      window: axes.map((axis) => axis.window),
      strides: axes.map((axis) => axis.stride),
      padding: axes.map(
        (axis) => [Math.min(axis.before, axis.window - 1), Math.min(axis.after, axis.window - 1)] as const,
      ),
    },
  }));

const convolution = fc
  .tuple(
    fc.array(
      fc.record({
        w: window,
        dilation: fc.integer({ min: 1, max: 2 }),
        extra: fc.integer({ min: 0, max: 2 }),
      }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 2 }),
    fc.integer({ min: 1, max: 2 }),
  )
  .map(([axes, n, groups, perGroup, out]): Case => ({
    shapes: [
      [n, groups * perGroup, ...axes.map(({ w, dilation, extra }) => (w.window - 1) * dilation + 1 + extra)],
      [groups * out, perGroup, ...axes.map(({ w }) => w.window)],
    ],
    build: ([x, kernel]) =>
      ops.conv(x, kernel, {
        strides: axes.map(({ w }) => w.stride),
        padding: axes.map(({ w }) => [w.before, w.after] as const),
        dilations: axes.map(({ dilation }) => dilation),
        groups,
      }),
  }));

const permuted = shape.chain((s) =>
  fc
    .shuffledSubarray(
      s.map((_, i) => i),
      { minLength: s.length },
    )
    .map((permutation) => ({ s, permutation })),
);

const indices = Int32Array.of(2, 0, 1, 2, 2, 0);

const cases: Record<string, fc.Arbitrary<Case>> = {
  neg: unary(([x]) => ops.neg(x)),
  exp: unary(([x]) => ops.exp(x)),
  log: unary(([x]) => ops.log(x), positive),
  sqrt: unary(([x]) => ops.sqrt(x), positive),
  reciprocal: unary(([x]) => ops.reciprocal(x), positive),
  tanh: unary(([x]) => ops.tanh(x)),
  sigmoid: unary(([x]) => ops.sigmoid(x)),
  softplus: unary(([x]) => ops.softplus(x)),
  erf: unary(([x]) => ops.erf(x)),
  sin: unary(([x]) => ops.sin(x)),
  cos: unary(([x]) => ops.cos(x)),
  atan: unary(([x]) => ops.atan(x)),
  floor: unary(
    ([x]) => ops.floor(x),
    (value) => Math.floor(value) + 0.5,
  ),
  abs: unary(([x]) => ops.abs(x), offZero),
  sign: unary(([x]) => ops.mul(x, ops.sign(x)), offZero),
  relu: unary(([x]) => ops.relu(x), offZero),
  stopGradient: unary(([x]) => ops.mul(x, x.graph.fill(1, x.shape))),
  power: unary(([x]) => ops.power(x, 2.5), positive),
  add: binary(([a, b]) => ops.add(a, b)),
  sub: binary(([a, b]) => ops.sub(a, b)),
  mul: binary(([a, b]) => ops.mul(a, b)),
  div: binary(([a, b]) => ops.div(a, b), positive),
  maximum: binary(([a, b]) => ops.maximum(a, b), distinct),
  minimum: binary(([a, b]) => ops.minimum(a, b), distinct),
  greater: binary(([a, b]) => ops.mul(a, ops.greater(a, b)), distinct),
  equal: binary(([a, b]) => ops.mul(a, ops.sub(1, ops.equal(a, b))), distinct),
  select: binary(([a, b]) => ops.select(ops.greater(a, 0), a, b), offZero),
  reshape: shape.map((s) => ({
    shapes: [s],
    build: ([x]) => ops.reshape(ops.tanh(x), [s.reduce((a, b) => a * b, 1)]),
  })),
  transpose: permuted.map(({ s, permutation }) => ({
    shapes: [s],
    build: ([x], g) =>
      ops.mul(
        ops.transpose(x, permutation),
        g.constant(
          Float64Array.from({ length: s.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i)),
          permutation.map((axis) => s[axis]),
        ),
      ),
  })),
  broadcast: fc
    .tuple(shape, fc.infiniteStream(fc.boolean()), fc.array(extent, { maxLength: 2 }))
    .map(([s, ones, lead]) => {
      const source = s.map((n) => (ones.next().value ? 1 : n));
      return {
        shapes: [source, [...lead, ...s]],
        build: ([x, y]) => ops.mul(ops.broadcast(x, [...lead, ...s]), y),
      };
    }),
  slice: shape.map((s) => ({
    shapes: [s.map((n) => n + 2)],
    build: ([x]) =>
      ops.slice(
        x,
        s.map(() => 1),
        s.map((n) => n + 2),
        s.map((_, a) => 1 + (a % 2)),
      ),
  })),
  pad: shape.map((s) => ({
    shapes: [s],
    build: ([x]) =>
      ops.pad(
        x,
        s.map((_, a) => a % 2),
        s.map((_, a) => (a + 1) % 3),
        s.map((_, a) => a % 3),
      ),
  })),
  concat: fc.tuple(shape, extent).map(([s, n]) => ({
    shapes: [
      [2, ...s],
      [n, ...s],
    ],
    build: ([a, b]) => ops.concat([a, b, ops.tanh(a)], 0),
  })),
  reverse: shape.map((s) => ({
    shapes: [s],
    build: ([x]) =>
      ops.mul(
        ops.reverse(
          x,
          s.map((_, a) => a),
        ),
        x,
      ),
  })),
  reduceSum: fc.tuple(shape, fc.infiniteStream(fc.boolean())).map(([s, on]) => {
    const axes = s.flatMap((_, axis) => (on.next().value ? [axis] : []));
    return { shapes: [s], build: ([x]) => ops.reduceSum(ops.mul(x, x), axes) };
  }),
  reduceMax: shape.map((s) => ({
    shapes: [[...s, 3]],
    build: ([x]) => ops.reduceMax(x, [s.length]),
    place: distinct,
  })),
  matmul: fc
    .tuple(fc.array(extent, { maxLength: 2 }), extent, extent, extent, fc.boolean(), fc.boolean())
    .map(([batch, m, k, n, ta, tb]) => ({
      shapes: [
        [...batch, ...(ta ? [k, m] : [m, k])],
        [...batch, ...(tb ? [n, k] : [k, n])],
      ],
      build: ([a, b]) => ops.matmul(a, b, ta, tb),
    })),
  conv: convolution,
  // Their own rules are met in the second derivatives of a convolution's gradient.
  convInputGradient: convolution.map((c) => ({
    ...c,
    build: (inputs, g) => ops.tanh(c.build([ops.tanh(inputs[0]), inputs[1]], g)),
  })),
  convKernelGradient: convolution.map((c) => ({
    ...c,
    build: (inputs, g) => ops.exp(ops.mul(0.1, c.build([inputs[0], ops.tanh(inputs[1])], g))),
  })),
  sumPool: pooling.map(({ shape: s, attributes }) => ({
    shapes: [s],
    build: ([x]) => ops.sumPool(ops.tanh(x), attributes),
  })),
  maxPool: pooling.map(({ shape: s, attributes }) => ({
    shapes: [s],
    build: ([x]) => ops.tanh(ops.maxPool(x, attributes)),
    place: distinct,
  })),
  maxPoolGather: pooling.map(({ shape: s, attributes }) => ({
    shapes: [s, s],
    build: ([x, y]) => ops.maxPoolGather(x, ops.tanh(y), attributes),
    place: distinct,
  })),
  maxPoolScatter: pooling.map(({ shape: s, attributes }) => ({
    shapes: [s],
    build: ([x]) => ops.maxPoolScatter(x, ops.tanh(ops.sumPool(x, attributes)), attributes),
    place: distinct,
  })),
  oneHot: extent.map((n) => ({
    shapes: [[6, n + 2]],
    build: ([x], g) =>
      ops.mul(
        x,
        ops.oneHot(
          g.constant(
            indices.map((i) => Math.min(i, n)),
            [6],
          ),
          n + 2,
        ),
      ),
  })),
  gather: extent.map((width) => ({
    shapes: [[3, width]],
    build: ([table], g) => ops.tanh(ops.gather(table, g.constant(indices, [2, 3]))),
  })),
  scatterAdd: extent.map((width) => ({
    shapes: [[6, width]],
    build: ([updates], g) => ops.tanh(ops.scatterAdd(updates, g.constant(indices, [6]), 4)),
  })),
};

const LEAVES = ['input', 'fill', 'constant'];

test('every primitive has a case', () => {
  const missing = Object.keys(rules).filter((op) => !(op in cases) && !LEAVES.includes(op));
  assert.deepEqual(missing, []);
});

for (const [op, arbitrary] of Object.entries(cases))
  test(`${op}: gradient and Hessian-vector product agree with differences`, async () => {
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.integer({ min: 1, max: 1e6 }), (each, seed) =>
        checkDerivatives(each, seed),
      ),
      { seed: 7, numRuns: 12 },
    );
  });
