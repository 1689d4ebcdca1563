import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OnnxRuntimeBackend } from '../../../src/backends/onnxruntime/onnxruntime';
import { ReferenceBackend } from '../../../src/backends/reference/reference';
import { convolutional, curvatureProgram, perceptron } from '../../support/curvature-programs';

for (const [name, build] of Object.entries({ perceptron, convolutional }))
  for (const vectors of [0, 1, 2, 4])
    test(`${name}: loss, gradient and ${vectors} products as the reference`, async () => {
      const { program, feeds } = curvatureProgram(build, vectors);
      const native = await (await OnnxRuntimeBackend.open({ threads: 2 })).compile(program);
      const reference = await new ReferenceBackend().compile(program);
      const [actual, expected] = [await native.run(feeds), await reference.run(feeds)];
      const again = await native.run(feeds);
      await native.dispose();
      program.outputs.forEach(({ name: output }, i) => {
        const scale = Math.max(...Array.from(expected[i], Math.abs));
        const off = Math.max(...Array.from(expected[i], (value, j) => Math.abs(value - actual[i][j])));
        assert.ok(off <= 1e-5 * scale, `${output}: ${off} of ${scale}`);
        assert.deepEqual(again[i], actual[i], 'a second run gives the same digits');
      });
    });
