import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradient, hvp } from '../../../src/autodiff/differentiate';
import { Graph, type Node } from '../../../src/autodiff/graph';
import { add, matmul, mul, pad, reduceSum, sliceAxis, take, tanh } from '../../../src/autodiff/operations';
import { buildProgram } from '../../../src/autodiff/program';
import { sum } from '../../../src/autodiff/sum';
import { ReferenceBackend } from '../../../src/backends/reference/reference';
import { random } from '../../../src/core/random';

const normal = (length: number, stream: number) => {
  const draws = random(3, stream);
  return Float64Array.from({ length }, () => draws.normal());
};

async function evaluate(outputs: Record<string, Node>, feeds: Record<string, Float64Array>) {
  const executable = await new ReferenceBackend().compile(buildProgram(outputs));
  return executable.run(feeds);
}

const close = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).forEach((value, i) =>
    assert.ok(Math.abs(value - b[i]) < 1e-12, `${value} and ${b[i]} at ${i}`),
  );

/** What `sum` must equal: the terms added one by one. */
const addedUp = (terms: readonly Node[]) => terms.reduce((all, term) => add(all, term));

void test('pieces beside one another are laid out, in any order and with gaps', async () => {
  const graph = new Graph();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => graph.input(name, [2, 3]));
  const terms = [pad(b, [0, 4], [0, 5]), pad(a, [0, 0], [0, 9]), c && pad(c, [0, 9], [0, 0])];
  const whole = sum(terms);
  assert.equal(whole.op, 'concat');
  const feeds = { a: normal(6, 1), b: normal(6, 2), c: normal(6, 3) };
  const [ours, plain] = await evaluate({ ours: whole, plain: addedUp(terms) }, feeds);
  close(ours, plain);
});

void test('pieces that overlap, or lie along different axes, are added up', async () => {
  const graph = new Graph();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => graph.input(name, [2, 2]));
  const terms = [pad(a, [0, 0], [0, 1]), pad(b, [0, 1], [0, 0]), pad(c, [0, 0], [0, 1], [0, 0])];
  const feeds = { a: normal(4, 1), b: normal(4, 2), c: normal(4, 3) };
  const [ours, plain] = await evaluate({ ours: sum(terms), plain: addedUp(terms) }, feeds);
  close(ours, plain);
});

void test('products of matrices become one, transposed or not, beside other terms', async () => {
  for (const [transposeA, transposeB] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ]) {
    const graph = new Graph();
    const [m, n] = [3, 2];
    const terms = [1, 4, 2].map((k, i) => {
      const a = graph.input(`a${i}`, transposeA ? [k, m] : [m, k]);
      const b = graph.input(`b${i}`, transposeB ? [n, k] : [k, n]);
      return matmul(a, b, transposeA, transposeB);
    });
    const other = graph.input('other', [m, n]);
    const whole = sum([terms[0], other, terms[1], terms[2]]);
    const { nodes } = buildProgram({ whole });
    assert.equal(nodes.filter(({ op }) => op === 'matmul').length, 1);
    const feeds: Record<string, Float64Array> = { other: normal(m * n, 9) };
    [1, 4, 2].forEach((k, i) => {
      feeds[`a${i}`] = normal(k * m, i);
      feeds[`b${i}`] = normal(k * n, i + 4);
    });
    const [ours, plain] = await evaluate({ ours: whole, plain: addedUp([...terms, other]) }, feeds);
    close(ours, plain);
  }
});

void test('the gradient and product of a recurrence hold one product a weight and no padding, however long', () => {
  const opsOf = (steps: number) => {
    const graph = new Graph();
    const [x, w, u, v] = [
      graph.input('x', [steps, 4, 3]),
      graph.input('w', [3, 6]),
      graph.input('u', [3, 6]),
      graph.input('v', [3, 6]),
    ];
    let state: Node = graph.fill(0, [4, 3]);
    for (let t = 0; t < steps; t++) {
      const gates = add(matmul(take(x, 0, t), w), matmul(state, u));
      state = mul(tanh(sliceAxis(gates, 1, 0, 3)), tanh(sliceAxis(gates, 1, 3, 6)));
    }
    const gradients = gradient(reduceSum(state), [w, u]);
    const [along] = hvp([gradients[1]], [u], [v]);
    const { nodes } = buildProgram({ a: gradients[0], b: gradients[1], along });
    return {
      pads: nodes.filter(({ op }) => op === 'pad').length,
      // Of whole weights: their gradients, and the two terms of the tangent.
      products: nodes.filter(({ op, shape }) => op === 'matmul' && shape[0] === 3).length,
    };
  };
  assert.deepEqual(opsOf(5), { pads: 0, products: 4 });
  assert.deepEqual(opsOf(9), opsOf(5));
});
