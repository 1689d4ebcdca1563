import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gradient, hvp } from '../../../src/autodiff/differentiate';
import { Graph, type Node } from '../../../src/autodiff/graph';
import { mul, reduceSum, sin, square } from '../../../src/autodiff/operations';
import { buildProgram } from '../../../src/autodiff/program';
import { Emission } from '../../../src/backends/onnxruntime/emission';
import type { Feeds } from '../../../src/backends/backend';
import { standardOps } from '../../../src/backends/onnxruntime/emit/table';
import { OnnxRuntimeBackend } from '../../../src/backends/onnxruntime/onnxruntime';
import { byReadiness } from '../../../src/backends/onnxruntime/readiness';

/** More tensors than have ports of their own, and one in the last bundle alone. */
const TENSORS = 257;

/** w_i is [2] for every i; the loss sums sin(w_i)^2 a_i, whose Hessian is diagonal: 2 a_i cos(2 w_i). */
function manyTensors() {
  const graph = new Graph();
  const weights = Array.from({ length: TENSORS }, (_, i) => graph.input(`w${i}`, [2]));
  const terms = weights.map((w, i) => mul(square(sin(w)), graph.fill(1 + (i % 3), [2])));
  const loss = terms.map((term) => reduceSum(term)).reduce((all, term) => sum(all, term));
  const vector = weights.map((w, i) => graph.input(`v${i}`, w.shape));
  const products = hvp(gradient(loss, weights), weights, vector);
  return buildProgram(Object.fromEntries(products.map((node, i) => [`p${i}`, node])));
}

const sum = (a: Node, b: Node): Node => a.graph.node('add', [a, b], {}, { shape: a.shape });

test('a model of many small tensors has few ports', () => {
  const { parts } = new Emission(manyTensors()).run(standardOps);
  assert.deepEqual(
    parts.map(({ taken, given, inputs, outputs }) => [
      taken.length,
      given.length,
      inputs.length,
      outputs.length,
    ]),
    [[17, 9, 2 * TENSORS, TENSORS]],
  );
});

test('values that cross in bundles are what they would be alone, in the memory offered for them', async () => {
  const backend = await OnnxRuntimeBackend.open({ threads: 1 });
  const executable = await backend.compile(manyTensors());
  const at = (i: number) => [0.1 + i / 100, -0.7 + i / 200];
  const feeds = Object.fromEntries(
    Array.from({ length: TENSORS }, (_, i) => [
      [`w${i}`, Float32Array.from(at(i))] as const,
      [`v${i}`, Float32Array.of(i, 2)] as const,
    ]).flat(),
  );
  const place = new Float32Array(2);
  const offers: readonly Feeds[] = [{}, { p7: place }];
  for (const into of offers) {
    const values = await executable.run(feeds, undefined, into);
    values.forEach((value, i) =>
      value.forEach((entry, k) => {
        const exact = 2 * (1 + (i % 3)) * Math.cos(2 * at(i)[k]) * [i, 2][k];
        assert.ok(Math.abs(entry - exact) <= 1e-5 * (1 + i), `${i} ${k}`);
      }),
    );
    values[5][0] = NaN;
    if ('p7' in into) assert.deepEqual(place, values[7]);
  }
  await executable.dispose();
});

test('many values handed on leave a program in one part', () => {
  const graph = new Graph();
  const wide = Array.from({ length: 1100 }, (_, i) => graph.input(`w${i}`, [2]));
  const program = buildProgram(
    Object.fromEntries(wide.map((w, i) => [`p${i}`, mul(sin(w), graph.input(`v${i}`, [2]))])),
  );
  const partOf = (name: string) => (name.startsWith('v') ? 'all' : 'point');
  const { parts } = new Emission(program).run(standardOps, partOf);
  assert.deepEqual(
    parts.map(({ part }) => part),
    ['all'],
  );
});

test('operators in order of readiness come after what they take, all of them once', () => {
  const node = (name: string, input: string[]) => ({ opType: 'Add', input, output: [name] });
  // Out and back: what is made on the way out is read in reverse on the way back.
  const out = Array.from({ length: 3000 }, (_, i) =>
    node(`out${i}`, [i === 0 ? 'fed' : `out${i - 1}`, 'stored']),
  );
  const turned = out.map(({ output }, i) => node(`turned${i}`, [output[0]])).reverse();
  const back = out
    .map((_, i) => node(`back${i}`, [i === 2999 ? 'out2999' : `back${i + 1}`, `turned${i}`]))
    .reverse();
  const given = [...out, ...turned, ...back];
  const order = byReadiness(given);
  const place = new Map(order.map(({ output }, i) => [output![0], i]));
  assert.equal(place.size, given.length);
  order.forEach(({ input }, i) => input!.forEach((name) => assert.ok((place.get(name) ?? -1) < i)));
  // Nothing waits for its turn: what is turned follows what it is made of.
  turned.forEach((_, i) => assert.ok(place.get(`turned${i}`)! - place.get(`out${i}`)! <= 2));
  const few = given.slice(0, 10);
  assert.equal(byReadiness(few), few);
});
