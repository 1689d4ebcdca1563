import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Graph } from '../../../src/autodiff/graph';
import { mul, reduceSum } from '../../../src/autodiff/operations';
import {
  type ConvolutionOptions,
  convolution,
  depthwiseConvolution,
  transposedConvolution,
} from '../../../src/network/convolution';
import { averagePool, globalAveragePool, globalMaxPool, maxPool } from '../../../src/network/pooling';
import { windowPadding } from '../../../src/network/windows';
import { close, tensor, valuesOf } from './evaluate';

const options = (rank: number, more: Partial<ConvolutionOptions> = {}): ConvolutionOptions => ({
  strides: new Array<number>(rank).fill(1),
  dilations: new Array<number>(rank).fill(1),
  padding: 'valid',
  order: 'last',
  ...more,
});

const wave = (i: number) => Math.sin(i * 1.3 + 0.4);

describe('window padding', () => {
  const pads = (extent: number, window: number, stride: number, dilation = 1) =>
    windowPadding([extent], { extents: [window], strides: [stride], dilations: [dilation] }, 'same')[0];

  it('puts the odd zero after, as TensorFlow does', () => {
    assert.deepEqual(pads(8, 3, 1), [1, 1]);
    assert.deepEqual(pads(8, 3, 2), [0, 1]);
    assert.deepEqual(pads(28, 5, 2), [1, 2]);
    assert.deepEqual(pads(7, 3, 2), [1, 1]);
    assert.deepEqual(pads(8, 2, 1), [0, 1]);
    assert.deepEqual(pads(8, 3, 1, 2), [2, 2]);
    assert.deepEqual(pads(6, 1, 4), [0, 0]);
  });

  it('puts all causal zeros before', () => {
    assert.deepEqual(windowPadding([9], { extents: [3], strides: [1], dilations: [4] }, 'causal'), [[8, 0]]);
  });
});

describe('convolution', () => {
  it('follows the hand computation with stride 2 and "same" on one axis', async () => {
    const graph = new Graph();
    const x = tensor(graph, [1, 4, 1], [1, 2, 3, 4]);
    const kernel = tensor(graph, [3, 1, 1], [1, 10, 100]);
    const bias = tensor(graph, [1], [0.5]);
    const y = convolution(x, kernel, bias, options(1, { strides: [2], padding: 'same' }));
    // Padding is [0, 1]: windows 1 2 3 and 3 4 0.
    assert.deepEqual(await valuesOf(y), [321.5, 43.5]);
  });

  it('is causal when asked', async () => {
    const graph = new Graph();
    const x = tensor(graph, [1, 4, 1], [1, 2, 3, 4]);
    const kernel = tensor(graph, [2, 1, 1], [10, 1]);
    const y = convolution(x, kernel, undefined, options(1, { padding: 'causal', dilations: [2] }));
    assert.deepEqual(await valuesOf(y), [1, 2, 13, 24]);
  });

  it('agrees with a direct sum for two axes, groups, strides and dilations', async () => {
    const graph = new Graph();
    const x = tensor(graph, [2, 7, 6, 4], wave);
    const kernel = tensor(graph, [3, 2, 2, 6], (i) => Math.cos(i));
    const y = convolution(x, kernel, undefined, options(2, { strides: [2, 1], dilations: [1, 3] }));
    assert.deepEqual(y.shape, [2, 3, 3, 6]);
    const expected: number[] = [];
    for (let n = 0; n < 2; n++)
      for (let i = 0; i < 3; i++)
        for (let j = 0; j < 3; j++)
          for (let o = 0; o < 6; o++) {
            let sum = 0;
            for (let a = 0; a < 3; a++)
              for (let b = 0; b < 2; b++)
                for (let c = 0; c < 2; c++) {
                  const channel = Math.floor(o / 3) * 2 + c;
                  const at = ((n * 7 + (i * 2 + a)) * 6 + (j + 3 * b)) * 4 + channel;
                  sum += wave(at) * Math.cos(((a * 2 + b) * 2 + c) * 6 + o);
                }
            expected.push(sum);
          }
    close(await valuesOf(y), expected);
  });

  it('gives each channel its own filters when depthwise, channel by channel', async () => {
    const graph = new Graph();
    const x = tensor(graph, [1, 2, 2], [1, 10, 2, 20]);
    const kernel = tensor(graph, [1, 2, 2], [1, 2, 3, 4]);
    const y = depthwiseConvolution(x, kernel, undefined, options(1));
    assert.deepEqual(await valuesOf(y), [1, 2, 30, 40, 2, 4, 60, 80]);
  });

  it('reads channels first the same way', async () => {
    const graph = new Graph();
    const x = tensor(graph, [1, 3, 3, 2], wave);
    const moved = tensor(graph, [1, 2, 3, 3], (i) => wave((i % 9) * 2 + Math.floor(i / 9)));
    const kernel = tensor(graph, [2, 2, 2, 1], wave);
    const last = convolution(x, kernel, undefined, options(2));
    const first = convolution(moved, kernel, undefined, options(2, { order: 'first' }));
    close(await valuesOf(first), await valuesOf(last));
  });

  it('has the transposed convolution as its transpose', async () => {
    const graph = new Graph();
    for (const padding of ['same', 'valid'] as const) {
      const settings = options(2, { strides: [2, 3], padding });
      const small = tensor(graph, [2, 3, 2, 3], wave);
      const kernel = tensor(graph, [3, 4, 2, 3], (i) => Math.cos(i));
      const up = transposedConvolution(small, kernel, undefined, settings);
      assert.deepEqual(up.shape, padding === 'same' ? [2, 6, 6, 2] : [2, 7, 7, 2]);
      const large = tensor(graph, up.shape, (i) => Math.sin(i * i));
      const down = convolution(large, kernel, undefined, settings);
      const [left] = await valuesOf(reduceSum(mul(up, large)));
      const [right] = await valuesOf(reduceSum(mul(down, small)));
      close([left], [right]);
    }
  });
});

describe('pooling', () => {
  const settings = { window: [2], strides: [2], padding: 'same', order: 'last' } as const;

  it('does not count padding in a mean', async () => {
    const graph = new Graph();
    const x = tensor(graph, [1, 5, 1], [1, 2, 3, 4, 5]);
    assert.deepEqual(await valuesOf(averagePool(x, settings)), [1.5, 3.5, 5]);
    const square = tensor(graph, [1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const pooled = averagePool(square, { window: [2, 2], strides: [2, 2], padding: 'same', order: 'last' });
    assert.deepEqual(await valuesOf(pooled), [3, 4.5, 7.5, 9]);
  });

  it('never lets padding win a maximum', async () => {
    const graph = new Graph();
    const x = tensor(graph, [1, 5, 1], [-1, -2, -3, -4, -5]);
    assert.deepEqual(await valuesOf(maxPool(x, settings)), [-1, -3, -5]);
  });

  it('pools over all positions', async () => {
    const graph = new Graph();
    const x = tensor(graph, [1, 2, 2, 2], [1, 10, 2, 20, 3, 30, 6, 0]);
    assert.deepEqual(await valuesOf(globalAveragePool(x, 'last')), [3, 15]);
    assert.deepEqual(await valuesOf(globalMaxPool(x, 'last')), [6, 30]);
    assert.deepEqual(globalMaxPool(x, 'last', true).shape, [1, 1, 1, 2]);
  });
});
