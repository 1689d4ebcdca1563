import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Graph, type Node } from '../../../src/autodiff/graph';
import { erfOf, mul, reshape, sigmoid, transpose } from '../../../src/autodiff/operations';
import * as activations from '../../../src/network/activations';
import { logSoftmax, logitsOf, softmax } from '../../../src/network/softmax';
import { close, tensor, valuesOf } from './evaluate';

const points = [-7, -2.5, -1, -0.3, 0.2, 0.9, 2, 5.5];

/** Each activation beside the formula of its definition. */
const table: readonly [string, (x: Node) => Node, (x: number) => number][] = [
  ['relu', (x) => activations.rectify(x), (x) => Math.max(0, x)],
  [
    'relu with a ceiling',
    (x) => activations.rectify(x, { ceiling: 1.5 }),
    (x) => Math.min(Math.max(0, x), 1.5),
  ],
  [
    'relu with all options',
    (x) => activations.rectify(x, { slope: 0.1, threshold: 0.5, ceiling: 3 }),
    (x) => (x >= 3 ? 3 : x >= 0.5 ? x : 0.1 * (x - 0.5)),
  ],
  ['leaky relu', (x) => activations.leakyRelu(x, 0.2), (x) => (x > 0 ? x : 0.2 * x)],
  ['elu', (x) => activations.elu(x, 0.7), (x) => (x > 0 ? x : 0.7 * Math.expm1(x))],
  ['selu', activations.selu, (x) => 1.05070098735548 * (x > 0 ? x : 1.67326324235437 * Math.expm1(x))],
  ['celu', (x) => activations.celu(x, 2), (x) => (x > 0 ? x : 2 * Math.expm1(x / 2))],
  ['gelu', (x) => activations.gelu(x), (x) => (x / 2) * (1 + erfOf(x / Math.SQRT2))],
  [
    'gelu by tanh',
    (x) => activations.gelu(x, true),
    (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ],
  ['silu', activations.silu, (x) => x / (1 + Math.exp(-x))],
  ['mish', activations.mish, (x) => x * Math.tanh(Math.log1p(Math.exp(x)))],
  ['softsign', activations.softsign, (x) => x / (1 + Math.abs(x))],
  ['log sigmoid', activations.logSigmoid, (x) => -Math.log1p(Math.exp(-x))],
  ['squareplus', (x) => activations.squareplus(x), (x) => (x + Math.sqrt(x * x + 4)) / 2],
  ['tanh shrink', activations.tanhShrink, (x) => x - Math.tanh(x)],
  ['hard tanh', activations.hardTanh, (x) => Math.min(1, Math.max(-1, x))],
  ['hard sigmoid', (x) => activations.hardSigmoid(x, 0.2), (x) => Math.min(1, Math.max(0, 0.2 * x + 0.5))],
  ['hard silu', activations.hardSilu, (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6],
  ['hard shrink', (x) => activations.hardShrink(x), (x) => (Math.abs(x) > 0.5 ? x : 0)],
  ['soft shrink', (x) => activations.softShrink(x), (x) => Math.sign(x) * Math.max(0, Math.abs(x) - 0.5)],
  ['sparse plus', activations.sparsePlus, (x) => (x <= -1 ? 0 : x >= 1 ? x : (x + 1) ** 2 / 4)],
  ['sparse sigmoid', activations.sparseSigmoid, (x) => Math.min(1, Math.max(0, (x + 1) / 2))],
];

describe('activations', () => {
  for (const [name, apply, formula] of table)
    it(`${name} is its definition`, async () => {
      const x = tensor(new Graph(), [points.length], points);
      close(await valuesOf(apply(x)), points.map(formula), 1e-13);
    });

  it('gates one half of an axis by the other', async () => {
    const x = tensor(new Graph(), [1, 4], [1, 2, 0, 3]);
    close(await valuesOf(activations.glu(x)), [0.5, 2 / (1 + Math.exp(-3))]);
  });
});

describe('softmax', () => {
  it('sums to 1 and does not overflow', async () => {
    const x = tensor(new Graph(), [1, 3], [1000, 999, -1000]);
    const odds = Math.exp(-1);
    close(await valuesOf(softmax(x)), [1 / (1 + odds), odds / (1 + odds), 0]);
    close(await valuesOf(logSoftmax(x)), [
      -Math.log1p(odds),
      -1 - Math.log1p(odds),
      -2000 - Math.log1p(odds),
    ]);
  });

  it('shows its logits through transposes and reshapes that keep the classes whole', () => {
    const graph = new Graph();
    const x = graph.input('x', [2, 3, 4]);
    const y = softmax(x);
    assert.equal(logitsOf(y)?.logits, x);
    assert.equal(logitsOf(y)?.axis, 2);
    const moved = logitsOf(transpose(y, [0, 2, 1]));
    assert.equal(moved?.logits, transpose(x, [0, 2, 1]));
    assert.equal(moved?.axis, 1);
    assert.equal(logitsOf(reshape(y, [6, 4]))?.logits, reshape(x, [6, 4]));
    assert.equal(logitsOf(reshape(y, [2, 12])), undefined);
    assert.equal(logitsOf(mul(y, 0.5)), undefined);
  });

  it('is the same node for a transposed argument', () => {
    const graph = new Graph();
    const x = graph.input('x', [2, 4, 3]);
    const y = softmax(transpose(x, [0, 2, 1]));
    assert.equal(logitsOf(y)?.logits, transpose(x, [0, 2, 1]));
    assert.equal(logitsOf(y)?.axis, 2);
  });

  it('shows the logits of a sigmoid', () => {
    const x = new Graph().input('x', [2, 1]);
    assert.equal(logitsOf(sigmoid(x))?.logits, x);
    assert.equal(logitsOf(reshape(sigmoid(x), [2]))?.kind, 'sigmoid');
  });
});
