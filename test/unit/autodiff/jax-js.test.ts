import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Array as JaxArray, lax as LaxModule, numpy as NumpyModule } from '@jax-js/jax';
import { gradient, hvp } from '../../../src/autodiff/differentiate';
import { Graph, type Node } from '../../../src/autodiff/graph';
import * as ops from '../../../src/autodiff/operations';
import { buildProgram } from '../../../src/autodiff/program';
import type { Shape } from '../../../src/autodiff/shape';
import { sizeOf } from '../../../src/core/size-of';
import { ReferenceBackend } from '../../../src/backends/reference/reference';
import { dense } from '../../../src/network/dense';
import { gelu } from '../../../src/network/activations';
import { layerNorm } from '../../../src/network/normalization';
import { lossSpec } from '../../../src/network/loss-spec';
import { perRowLoss } from '../../../src/network/losses';
import { random } from '../../../src/core/random';

// Whole networks against an independent automatic differentiation, written twice: once in each one's terms.

/** The part of jax-js that the networks below use; it counts references, so an array used twice is passed by `.ref`. */
interface Jax {
  readonly np: typeof NumpyModule;
  readonly lax: typeof LaxModule;
  grad(
    f: (...weights: JaxArray[]) => JaxArray,
    options: { argnums: number[] },
  ): (...weights: JaxArray[]) => JaxArray[];
  jvp(
    f: (...weights: JaxArray[]) => JaxArray[],
    primals: JaxArray[],
    tangents: JaxArray[],
  ): [JaxArray[], JaxArray[]];
}

let jax: Jax;

before(async () => {
  // jax-js asks for it at import; float16 is not used here.
  const scope = globalThis as { Float16Array?: unknown };
  scope.Float16Array ??= Float32Array;
  const module = await import('@jax-js/jax');
  await module.init('cpu');
  module.defaultDevice('cpu');
  jax = { np: module.numpy, lax: module.lax, grad: module.grad, jvp: module.jvp };
});

interface Network {
  readonly x: Shape;
  readonly weights: readonly Shape[];
  ours(x: Node, weights: readonly Node[]): Node;
  theirs(x: JaxArray, weights: readonly JaxArray[]): JaxArray;
}

const CLASSES = 3;
const labelsOf = (rows: number) => Int32Array.from({ length: rows }, (_, i) => (5 * i + 1) % CLASSES);

/** Mean cross-entropy of logits in jax-js. */
function crossEntropy(logits: JaxArray, rows: number): JaxArray {
  const { np } = jax;
  const oneHot = Array.from(labelsOf(rows), (label) =>
    Array.from({ length: CLASSES }, (_, c) => (c === label ? 1 : 0)),
  );
  const picked = np.sum(np.multiply(logits.ref, np.array(oneHot, { dtype: np.float64 })));
  const normalizers = np.sum(np.log(np.sum(np.exp(logits), 1)));
  return np.multiply(np.subtract(normalizers, picked), 1 / rows);
}

const networks: Record<string, Network> = {
  'dense, tanh and sigmoid': {
    x: [6, 4],
    weights: [[4, 5], [5], [5, 4], [4], [4, CLASSES]],
    ours: (x, [w1, b1, w2, b2, w3]) => dense(ops.sigmoid(dense(ops.tanh(dense(x, w1, b1)), w2, b2)), w3),
    theirs: (x, [w1, b1, w2, b2, w3]) => {
      const { np } = jax;
      const first = np.tanh(np.add(np.matmul(x, w1), b1));
      const second = np.add(np.matmul(first, w2), b2);
      const squashed = np.divide(1, np.add(1, np.exp(np.negative(second))));
      return np.matmul(squashed, w3);
    },
  },
  'convolution, stride, max pooling': {
    x: [3, 2, 7, 7],
    weights: [
      [4, 2, 3, 3],
      [3, 4, 2, 2],
      [12, CLASSES],
    ],
    ours: (x, [k1, k2, w]) => {
      const window = {
        strides: [1, 1],
        padding: [
          [1, 1],
          [1, 1],
        ],
        dilations: [1, 1],
        groups: 1,
      } as const;
      const first = ops.tanh(ops.conv(x, k1, window));
      const pooled = ops.maxPool(first, {
        window: [2, 2],
        strides: [2, 2],
        padding: [
          [0, 0],
          [0, 0],
        ],
      });
      const second = ops.relu(
        ops.conv(pooled, k2, {
          strides: [1, 1],
          padding: [
            [0, 0],
            [0, 0],
          ],
          dilations: [1, 1],
          groups: 1,
        }),
      );
      return dense(ops.reshape(second, [3, 12]), w);
    },
    theirs: (x, [k1, k2, w]) => {
      const { np, lax } = jax;
      const first = np.tanh(
        lax.convGeneralDilated(
          x,
          k1,
          [1, 1],
          [
            [1, 1],
            [1, 1],
          ],
        ),
      );
      const pooled = lax.reduceWindow(first, (a) => np.max(a), [1, 1, 2, 2], [1, 1, 2, 2]);
      const second = np.maximum(lax.convGeneralDilated(pooled, k2, [1, 1], 'VALID'), 0);
      return np.matmul(np.reshape(second, [3, 12]), w);
    },
  },
  'layer normalization and tanh gelu': {
    x: [5, 4],
    weights: [[4, 6], [6], [6], [6, CLASSES]],
    ours: (x, [w1, gamma, beta, w2]) =>
      dense(gelu(layerNorm(dense(x, w1), [1], 1e-3, { gamma, beta }), true), w2),
    theirs: (x, [w1, gamma, beta, w2]) => {
      const { np } = jax;
      const y = np.matmul(x, w1);
      const centred = np.subtract(y.ref, np.mean(y, 1, { keepdims: true }));
      const variance = np.mean(np.multiply(centred.ref, centred.ref), 1, { keepdims: true });
      const normal = np.divide(centred, np.sqrt(np.add(variance, 1e-3)));
      const z = np.add(np.multiply(normal, gamma), beta);
      // Its erf is good to 1e-7 only, so the tanh form is compared here.
      const cubic = np.multiply(np.multiply(z.ref, z.ref), np.multiply(0.044715, z.ref));
      const inner = np.multiply(Math.sqrt(2 / Math.PI), np.add(z.ref, cubic));
      const phi = np.multiply(0.5, np.add(1, np.tanh(inner)));
      return np.matmul(np.multiply(z, phi), w2);
    },
  },
};

for (const [name, network] of Object.entries(networks))
  test(`${name}: gradient and Hessian-vector product agree with jax-js in float64`, async () => {
    const stream = random(17);
    const draw = (shape: Shape) => Float64Array.from({ length: sizeOf(shape) }, () => stream.normal());
    const [rows] = network.x;
    const x = draw(network.x);
    const weights = network.weights.map(draw);
    const vector = network.weights.map(draw);

    const graph = new Graph();
    const inputs = network.weights.map((shape, i) => graph.input(`w${i}`, shape));
    const along = network.weights.map((shape, i) => graph.input(`v${i}`, shape));
    const logits = network.ours(graph.constant(x, network.x), inputs);
    const losses = perRowLoss(
      logits,
      graph.constant(labelsOf(rows), [rows]),
      lossSpec('categorical-crossentropy'),
    );
    const gradients = gradient(ops.reduceMean(losses), inputs);
    const products = hvp(gradients, inputs, along);
    const named = (prefix: string, nodes: readonly Node[]) =>
      nodes.map((node, i) => [`${prefix}${i}`, node] as const);
    const outputs = Object.fromEntries([...named('g', gradients), ...named('h', products)]);
    const executable = await new ReferenceBackend().compile(buildProgram(outputs));
    const feeds = [
      ...weights.map((w, i) => [`w${i}`, w] as const),
      ...vector.map((v, i) => [`v${i}`, v] as const),
    ];
    const ours = (await executable.run(Object.fromEntries(feeds))).flatMap((part) => Array.from(part));

    const { np } = jax;
    const array = (data: Float64Array, shape: Shape) =>
      np.reshape(np.array(Array.from(data), { dtype: np.float64 }), [...shape]);
    const loss = (...w: JaxArray[]) => crossEntropy(network.theirs(array(x, network.x), w), rows);
    const slope = jax.grad(loss, { argnums: network.weights.map((_, i) => i) });
    const lift = (values: readonly Float64Array[]) =>
      values.map((value, i) => array(value, network.weights[i]));
    const theirs = jax
      .jvp(slope, lift(weights), lift(vector))
      .flat()
      .flatMap((part) => Array.from(np.ravel(part).js() as number[]));

    assert.equal(ours.length, theirs.length);
    ours.forEach((value, i) =>
      assert.ok(
        Math.abs(value - theirs[i]) <= 1e-9 * Math.max(1, Math.abs(theirs[i])),
        `[${i}] ${value}, jax-js ${theirs[i]}`,
      ),
    );
  });
