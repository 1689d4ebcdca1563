import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gradient, hvp } from '../../src/autodiff/differentiate';
import { Graph, type Node, type Op } from '../../src/autodiff/graph';
import * as ops from '../../src/autodiff/operations';
import { buildProgram } from '../../src/autodiff/program';
import type { Shape } from '../../src/autodiff/shape';
import { sizeOf } from '../../src/core/size-of';
import type { Backend, Feeds, TensorData } from '../../src/backends/backend';
import { ReferenceBackend } from '../../src/backends/reference/reference';
import { random } from '../../src/core/random';

/** A function of some tensors of random shapes, written into a graph. */
export interface PrimitiveCase {
  readonly shapes: readonly Shape[];
  readonly build: (inputs: readonly Node[]) => Node;
  readonly place?: (value: number, position: number) => number;
  /** int32 inputs, below the given bound. */
  readonly indices?: { readonly shape: Shape; readonly below: number };
}

const extent = fc.integer({ min: 1, max: 5 });
const shape = fc.array(extent, { minLength: 0, maxLength: 4 });
const flags = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 });
const counts = fc.array(fc.nat({ max: 3 }), { minLength: 12, maxLength: 12 });
const positive = (value: number) => 0.3 + Math.abs(value);
/** All different by more than float32 can blur, and never zero. */
const distinct = (value: number, position: number) =>
  0.05 * Math.round(20 * value) + 0.002 + 0.003 * (position % 13);

/** An elementwise function of operands some of whose axes are repeated. */
const elementwise = (count: number, build: PrimitiveCase['build'], place?: PrimitiveCase['place']) =>
  fc
    .tuple(shape, flags, fc.array(fc.nat({ max: 2 }), { minLength: count, maxLength: count }))
    .map(([s, short, drop]): PrimitiveCase => ({
      shapes: [s, ...drop.slice(1).map((n, i) => s.map((e, a) => (short[4 * i + a] ? 1 : e)).slice(n))],
      build,
      place,
    }));

const axis = fc.record({
  window: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 3 }),
  dilation: fc.integer({ min: 1, max: 3 }),
  before: fc.integer({ min: 0, max: 3 }),
  after: fc.integer({ min: 0, max: 3 }),
  extra: fc.integer({ min: 0, max: 5 }),
});
const axes = fc.array(axis, { minLength: 1, maxLength: 3 });
const few = fc.integer({ min: 1, max: 3 });

const convolution = (wrap: (y: Node) => Node) =>
  fc.tuple(axes, few, few, few, few).map(([space, n, groups, perGroup, out]): PrimitiveCase => ({
    shapes: [
      [n, groups * perGroup, ...space.map((a) => (a.window - 1) * a.dilation + 1 + a.extra)],
      [groups * out, perGroup, ...space.map((a) => a.window)],
    ],
    build: ([x, kernel]) =>
      wrap(
        ops.conv(x, kernel, {
          strides: space.map((a) => a.stride),
          padding: space.map((a) => [a.before, a.after] as const),
          dilations: space.map((a) => a.dilation),
          groups,
        }),
      ),
  }));

const pooling = (build: (x: Node, y: Node, attributes: Parameters<typeof ops.maxPool>[1]) => Node) =>
  fc.tuple(axes, few, few).map(([space, n, c]): PrimitiveCase => {
    const s = [n, c, ...space.map((a) => a.window + a.extra)];
    const attributes = {
      window: space.map((a) => a.window),
      strides: space.map((a) => a.stride),
      padding: space.map((a) => [Math.min(a.before, a.window - 1), Math.min(a.after, a.window - 1)] as const),
    };
    return { shapes: [s, s], build: ([x, y]) => build(x, y, attributes), place: distinct };
  });

const axesOf = fc.tuple(shape, flags).map(([s, on]) => ({ s, on: s.flatMap((_, a) => (on[a] ? [a] : [])) }));

/** Cases that put each primitive, and by their derivatives its family, to work. */
export const primitiveCases: Record<
  Exclude<Op, 'input' | 'fill' | 'constant'>,
  fc.Arbitrary<PrimitiveCase>
> = {
  neg: elementwise(1, ([x]) => ops.neg(x)),
  exp: elementwise(1, ([x]) => ops.exp(x)),
  log: elementwise(1, ([x]) => ops.log(x), positive),
  sqrt: elementwise(1, ([x]) => ops.sqrt(x), positive),
  reciprocal: elementwise(1, ([x]) => ops.reciprocal(x), positive),
  tanh: elementwise(1, ([x]) => ops.tanh(x)),
  sigmoid: elementwise(1, ([x]) => ops.sigmoid(x)),
  softplus: elementwise(1, ([x]) => ops.softplus(x)),
  erf: elementwise(1, ([x]) => ops.erf(x)),
  sin: elementwise(1, ([x]) => ops.sin(x)),
  cos: elementwise(1, ([x]) => ops.cos(x)),
  atan: elementwise(1, ([x]) => ops.atan(x)),
  floor: elementwise(1, ([x]) => ops.floor(x)),
  abs: elementwise(1, ([x]) => ops.abs(x)),
  sign: elementwise(1, ([x]) => ops.mul(x, ops.sign(x))),
  relu: elementwise(1, ([x]) => ops.relu(x), distinct),
  stopGradient: elementwise(1, ([x]) => ops.mul(x, ops.stopGradient(x))),
  power: elementwise(1, ([x]) => ops.power(x, 2.5), positive),
  add: elementwise(2, ([a, b]) => ops.add(a, b)),
  sub: elementwise(2, ([a, b]) => ops.sub(b, a)),
  mul: elementwise(2, ([a, b]) => ops.mul(a, b)),
  div: elementwise(2, ([a, b]) => ops.div(a, b), positive),
  maximum: elementwise(2, ([a, b]) => ops.maximum(a, b), distinct),
  minimum: elementwise(2, ([a, b]) => ops.minimum(a, b), distinct),
  greater: elementwise(2, ([a, b]) => ops.mul(a, ops.greater(a, b)), distinct),
  equal: elementwise(2, ([a, b]) => ops.mul(b, ops.equal(ops.sign(a), ops.sign(b)))),
  select: elementwise(
    3,
    ([a, b, c]) => ops.select(ops.sub(ops.relu(c), 0.5), a, ops.select(ops.greater(b, 0), b, c)),
    distinct,
  ),
  reshape: shape.map((s) => ({ shapes: [s], build: ([x]) => ops.reshape(ops.tanh(x), [1, sizeOf(s)]) })),
  transpose: shape.chain((s) =>
    fc
      .shuffledSubarray(
        s.map((_, i) => i),
        { minLength: s.length },
      )
      .map((permutation) => ({
        shapes: [s],
        build: ([x]) => ops.tanh(ops.reverse(ops.transpose(x, permutation), [])),
      })),
  ),
  broadcast: fc.tuple(shape, flags, fc.array(extent, { maxLength: 2 })).map(([s, short, lead]) => ({
    shapes: [s.map((n, a) => (short[a] ? 1 : n))],
    build: ([x]) =>
      ops.concat([ops.broadcast(x, [2, ...lead, ...s]), ops.broadcast(ops.tanh(x), [1, ...lead, ...s])], 0),
  })),
  slice: fc.tuple(shape, counts).map(([s, draw]) => ({
    shapes: [s.map((n) => n + 3)],
    build: ([x]) =>
      ops.slice(
        x,
        s.map((_, a) => Math.min(draw[a], 2)),
        s.map((n, a) => Math.max(3, n + draw[4 + a])),
        s.map((_, a) => 1 + draw[8 + a]),
      ),
  })),
  pad: fc.tuple(shape, counts).map(([s, draw]) => {
    const [low, high, interior] = [0, 4, 8].map((start) => draw.slice(start, start + s.length));
    return { shapes: [s], build: ([x]) => ops.pad(x, low, high, interior) };
  }),
  concat: fc.tuple(shape, extent).map(([s, n]) => ({
    shapes: [
      [2, ...s],
      [n, ...s],
    ],
    build: ([a, b]) => ops.concat([a, b, ops.tanh(a), a.graph.fill(0.5, [1, ...s])], 0),
  })),
  reverse: axesOf.map(({ s, on }) => ({ shapes: [s], build: ([x]) => ops.mul(ops.reverse(x, on), x) })),
  reduceSum: axesOf.map(({ s, on }) => ({ shapes: [s], build: ([x]) => ops.reduceSum(ops.tanh(x), on) })),
  reduceMax: axesOf.map(({ s, on }) => ({
    shapes: [s],
    build: ([x]) => ops.reduceMax(x, on),
    place: distinct,
  })),
  matmul: fc
    .tuple(fc.array(extent, { maxLength: 2 }), extent, extent, extent, flags)
    .map(([batch, m, k, n, on]) => {
      const [ta, tb, shared, negative, added] = on;
      const sb = tb ? [n, k] : [k, n];
      return {
        shapes: [
          [...batch, ...(ta ? [k, m] : [m, k])],
          shared ? sb : [...batch, ...sb],
          [...batch, m, n],
          [n],
        ],
        build: ([a, b, c, bias]) => {
          const product = ops.matmul(a, ops.broadcast(b, [...batch, ...sb]), ta, tb);
          const addend = added ? c : bias;
          return negative ? ops.sub(addend, product) : ops.sub(ops.add(product, addend), c);
        },
      };
    }),
  conv: convolution((y) => y),
  // Their own derivatives are met in the second derivatives of a convolution.
  convInputGradient: convolution((y) => ops.tanh(y)),
  convKernelGradient: fc
    .tuple(
      convolution((y) => y),
      fc.boolean(),
    )
    .map(([c, first]) => ({
      ...c,
      shapes: [...c.shapes, [c.shapes[1][0], ...c.shapes[0].slice(2).map(() => 1)]],
      build: ([x, kernel, bias]) => {
        const y = c.build([x, kernel]);
        return ops.tanh(first ? ops.add(y, bias) : ops.add(bias, y));
      },
    })),
  sumPool: pooling((x, _, attributes) => ops.tanh(ops.sumPool(x, attributes))),
  maxPool: pooling((x, _, attributes) => ops.tanh(ops.maxPool(x, attributes))),
  maxPoolGather: pooling((x, y, attributes) => ops.maxPoolGather(x, ops.tanh(y), attributes)),
  maxPoolScatter: pooling((x, y, attributes) =>
    ops.maxPoolScatter(x, ops.tanh(ops.sumPool(y, attributes)), attributes),
  ),
  oneHot: fc.tuple(shape, extent).map(([s, depth]) => ({
    shapes: [[...s, depth]],
    indices: { shape: s, below: depth },
    build: ([x, indices]) => ops.mul(x, ops.oneHot(indices, depth)),
  })),
  gather: fc.tuple(shape, extent, fc.array(extent, { maxLength: 2 })).map(([s, rows, width]) => ({
    shapes: [[rows, ...width]],
    indices: { shape: s, below: rows },
    build: ([table, indices]) => ops.tanh(ops.gather(table, indices)),
  })),
  scatterAdd: fc.tuple(shape, extent, fc.array(extent, { maxLength: 2 })).map(([s, rows, width]) => ({
    shapes: [[...s, ...width]],
    indices: { shape: s, below: rows },
    build: ([updates, indices]) => ops.sin(ops.scatterAdd(updates, indices, rows)),
  })),
};

const named = (prefix: string, nodes: readonly Node[]) =>
  Object.fromEntries(nodes.map((node, i) => [`${prefix}${i}`, node] as const));

/** Largest difference, relative to the largest value; to the size of the inputs where all values nearly cancel. */
function error(actual: ArrayLike<number>, reference: TensorData): number {
  const expected = Array.from(reference);
  assert.equal(actual.length, expected.length);
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0.1);
  return expected.reduce((most, value, i) => {
    const off = Math.abs(value - actual[i]);
    return Number.isNaN(off) ? Infinity : Math.max(most, off / scale);
  }, 0);
}

/** Asserts that the case's value, gradient and Hessian-vector product agree with the reference, relative to the largest. */
export async function agreesWithReference(
  backend: Backend,
  each: PrimitiveCase,
  seed: number,
): Promise<void> {
  const { shapes, build, place = (value) => value, indices } = each;
  const stream = random(seed);
  const graph = new Graph();
  const inputs = shapes.map((s, i) => graph.input(`x${i}`, s));
  const vectors = shapes.map((s, i) => graph.input(`v${i}`, s));
  const value = build(indices ? [...inputs, graph.input('indices', indices.shape, 'int32')] : inputs);
  const loss = ops.reduceSum(ops.mul(ops.mul(value, value), 0.5));
  const gradients = gradient(loss, inputs);
  const program = buildProgram({
    value,
    ...named('g', gradients),
    ...named('h', hvp(gradients, inputs, vectors)),
  });
  const feeds: Record<string, Feeds[string]> = {};
  shapes.forEach((s, i) => {
    feeds[`x${i}`] = Float32Array.from({ length: sizeOf(s) }, (_, j) => place(stream.normal(), j + 5 * i));
    feeds[`v${i}`] = Float32Array.from({ length: sizeOf(s) }, () => stream.normal());
  });
  if (indices)
    feeds.indices = Int32Array.from({ length: sizeOf(indices.shape) }, () =>
      Math.floor(stream.uniform() * indices.below),
    );
  const [ours, theirs] = [await backend.compile(program), await new ReferenceBackend().compile(program)];
  const [actual, expected] = [await ours.run(feeds), await theirs.run(feeds)];
  await ours.dispose();
  program.outputs.forEach(({ name }, i) =>
    assert.ok(error(actual[i], expected[i]) < 2e-5, `${name} is off by ${error(actual[i], expected[i])}`),
  );
}
