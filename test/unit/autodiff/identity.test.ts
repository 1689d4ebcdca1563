import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Graph } from '../../../src/autodiff/graph';
import { maximum, minimum } from '../../../src/autodiff/operations';
import { buildProgram } from '../../../src/autodiff/program';
import { createBackend } from '../../../src/backends/create';
import type { BackendName } from '../../../src/backends/choice';

const SPECIAL = [Infinity, -Infinity, NaN, 0, -0];

describe('numbers that JSON writes alike are different nodes', () => {
  it('as fills and as exponents', () => {
    const graph = new Graph();
    assert.equal(new Set(SPECIAL.map((value) => graph.fill(value))).size, SPECIAL.length);
    SPECIAL.forEach((value) => assert.ok(Object.is(graph.fill(value).attributes.value, value)));
    const x = graph.input('x', []);
    assert.equal(
      new Set(SPECIAL.map((exponent) => graph.node('power', [x], { exponent }, { shape: [] }))).size,
      5,
    );
  });

  for (const name of ['reference', 'onnxruntime', 'wasm', 'cpu'] satisfies BackendName[])
    it(`and are computed so by ${name}`, async () => {
      const graph = new Graph();
      const x = graph.input('x', [2]);
      const fill = (value: number) => graph.fill(value, [2]);
      const outputs = {
        // First made, so that it is what the others would be taken for.
        high: maximum(x, fill(Infinity)),
        below: maximum(x, fill(-Infinity)),
        above: minimum(x, fill(Infinity)),
        // 1 / 0 and 1 / -0: zeros short enough to be stored once.
        plus: graph.node('div', [fill(1), graph.constant(Float64Array.of(0, 0), [2])], {}, { shape: [2] }),
        minus: graph.node('div', [fill(1), graph.constant(Float64Array.of(-0, -0), [2])], {}, { shape: [2] }),
      };
      const backend = await createBackend({ names: [name], threads: 1 });
      const executable = await backend.compile(buildProgram(outputs));
      const values = await executable.run({ x: Float32Array.of(-2, 3) });
      const named = Object.keys(outputs).map((output, i) => [output, [...values[i]]] as const);
      assert.deepEqual(Object.fromEntries(named), {
        high: [Infinity, Infinity],
        below: [-2, 3],
        above: [-2, 3],
        plus: [Infinity, Infinity],
        minus: [-Infinity, -Infinity],
      });
      await executable.dispose();
    });
});
