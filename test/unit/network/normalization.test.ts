import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gradient, hvp } from '../../../src/autodiff/differentiate';
import { Graph, type Node } from '../../../src/autodiff/graph';
import { reduceMean, relu, square } from '../../../src/autodiff/operations';
import { convolution } from '../../../src/network/convolution';
import { dense } from '../../../src/network/dense';
import { sumOf } from '../../../src/network/merging';
import { batchNorm, groupNorm, layerNorm, rmsNorm, unitNorm } from '../../../src/network/normalization';
import { flatten } from '../../../src/network/shaping';
import { close, countOps, evaluate, tensor, valuesOf } from './evaluate';

const settings = { strides: [1, 1], dilations: [1, 1], padding: 'same', order: 'last' } as const;
const wave = (phase: number) => (i: number) => Math.sin(1.7 * i + phase);

function statistics(graph: Graph, channels: number) {
  return {
    gamma: tensor(graph, [channels], wave(0.1)),
    beta: tensor(graph, [channels], wave(0.2)),
    mean: tensor(graph, [channels], wave(0.3)),
    variance: tensor(graph, [channels], (i) => 0.5 + i),
  };
}

/** Batch norm of known values by its formula. */
function expected(values: readonly number[], channels: number): number[] {
  return values.map((value, i) => {
    const c = i % channels;
    return (wave(0.1)(c) * (value - wave(0.3)(c))) / Math.sqrt(0.5 + c + 1e-3) + wave(0.2)(c);
  });
}

describe('batch norm in inference mode', () => {
  it('is its formula where nothing precedes it', async () => {
    const graph = new Graph();
    const x = tensor(graph, [2, 2, 3], wave(0));
    close(await valuesOf(batchNorm(x, statistics(graph, 3), 2, 1e-3)), expected(await valuesOf(x), 3));
  });

  for (const biased of [false, true])
    it(`goes into the kernel of a convolution ${biased ? 'with' : 'without'} bias`, async () => {
      const graph = new Graph();
      const x = tensor(graph, [2, 6, 6, 2], wave(0));
      const kernel = graph.input('kernel', [3, 3, 2, 3]);
      const bias = biased ? tensor(graph, [3], [1, 2, 3]) : undefined;
      const y = convolution(x, kernel, bias, settings);
      const z = batchNorm(y, statistics(graph, 3), 3, 1e-3);
      const feeds = { kernel: Float64Array.from({ length: 54 }, (_, i) => Math.cos(i)) };
      const [before, after] = await evaluate([y, z], feeds);
      close(after, expected(Array.from(before), 3));
      const counts = countOps([z]);
      assert.equal(counts.conv, 1);
      // The factor multiplies the kernel: no product of the activations' size remains.
      assert.ok(!hasProduct([z], z.shape), 'activations are not scaled');
    });

  it('goes into the kernel of a dense layer over three axes', async () => {
    const graph = new Graph();
    const x = tensor(graph, [5, 4, 2], wave(0));
    const kernel = tensor(graph, [2, 3], wave(1));
    const y = dense(x, kernel, tensor(graph, [3], [1, 2, 3]));
    const z = batchNorm(y, statistics(graph, 3), 2, 1e-3);
    close(await valuesOf(z), expected(await valuesOf(y), 3));
    assert.equal(countOps([z]).matmul, 1);
    assert.ok(!hasProduct([z], [20, 3]) && !hasProduct([z], [5, 4, 3]));
  });

  it('stays beside a kernel that is larger than its output', async () => {
    const graph = new Graph();
    const x = tensor(graph, [1, 8], wave(0));
    const y = dense(x, tensor(graph, [8, 3], wave(1)));
    const z = batchNorm(y, statistics(graph, 3), 1, 1e-3);
    assert.ok(hasProduct([z], [1, 3]));
    close(await valuesOf(z), expected(await valuesOf(y), 3));
  });
});

function hasProduct(outputs: readonly Node[], shape: readonly number[]): boolean {
  const seen = new Set<Node>();
  const visit = (node: Node): boolean => {
    if (seen.has(node)) return false;
    seen.add(node);
    const size = node.shape.reduce((a, b) => a * b, 1);
    const wanted = shape.reduce((a, b) => a * b, 1);
    return (node.op === 'mul' && size === wanted) || node.inputs.some(visit);
  };
  return outputs.some(visit);
}

describe('layout', () => {
  it('keeps images in the order of the primitives between input and flatten', () => {
    const graph = new Graph();
    const kernels = [
      graph.input('k1', [3, 3, 2, 4]),
      graph.input('k2', [3, 3, 4, 4]),
      graph.input('k3', [8 * 8 * 4, 2]),
    ];
    const image = graph.input('x', [3, 8, 8, 2]);
    const norm = (x: Node) => batchNorm(x, statistics(graph, 4), 3, 1e-3);
    const first = relu(norm(convolution(image, kernels[0], graph.input('bias', [4]), settings)));
    const second = relu(sumOf([norm(convolution(first, kernels[1], undefined, settings)), first]));
    const output = dense(flatten(second, 'last'), kernels[2]);
    const loss = reduceMean(square(output));
    const gradients = gradient(loss, kernels);
    const vector = kernels.map(({ shape }, i) => graph.input(`v${i}`, shape));
    const products = hvp(gradients, kernels, vector);

    // Forward: the input, each kernel, and before flatten.
    assert.equal(countOps([output]).transpose, 4);
    // Backward: each kernel's gradient and after flatten; the transposed kernels are shared.
    assert.equal(countOps([output, ...gradients]).transpose, 4 + 3);
    // The product adds: the vector on both convolutions, its tangent before flatten, and what comes out per kernel.
    const all = countOps([output, ...gradients, ...products]).transpose;
    assert.equal(all, 7 + 2 + 1 + 3, `${all} transposes`);
  });
});

describe('normalization over a row', () => {
  it('layer norm has mean 0 and variance 1 over its axes, then gamma and beta', async () => {
    const graph = new Graph();
    const x = tensor(graph, [2, 4], [1, 2, 3, 6, -1, -1, 5, 5]);
    const gamma = tensor(graph, [4], [1, 2, 1, 1]);
    const beta = tensor(graph, [4], [0, 0, 10, 0]);
    const values = await valuesOf(layerNorm(x, [1], 0.5, { gamma, beta }));
    const s = 1 / Math.sqrt(3.5 + 0.5);
    const t = 1 / Math.sqrt(9 + 0.5);
    close(values, [-2 * s, -2 * s, 10, 3 * s, -3 * t, -6 * t, 10 + 3 * t, 3 * t]);
  });

  it('rms, unit and group norm are their formulas', async () => {
    const graph = new Graph();
    const x = tensor(graph, [1, 4], [1, -1, 3, 5]);
    close(
      await valuesOf(rmsNorm(x, [1], 0)),
      [1, -1, 3, 5].map((v) => v / 3),
    );
    close(
      await valuesOf(unitNorm(x, [1])),
      [1, -1, 3, 5].map((v) => v / 6),
    );
    close(await valuesOf(groupNorm(x, { axis: 1, groups: 2, epsilon: 0 })), [1, -1, -1, 1]);
    assert.throws(() => groupNorm(x, { axis: 1, groups: 3, epsilon: 0 }), /equal groups/);
  });
});
