import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReferenceBackend } from '../../../src/backends/reference/reference';
import { TfjsBackend } from '../../../src/backends/tfjs/tfjs';
import { convolutional, curvatureProgram, perceptron } from '../../support/curvature-programs';
import { tensorflowPath, withoutAddon } from '../../support/tensorflow-addon';

for (const backend of ['cpu', 'wasm', 'tensorflow'] as const)
  for (const [name, build] of Object.entries({ perceptron, convolutional }))
    for (const vectors of [0, 1, 4])
      test(
        `${name} on ${backend}: loss, gradient and ${vectors} products as the reference`,
        {
          skip: backend === 'tensorflow' && withoutAddon,
        },
        async () => {
          const { program, feeds } = curvatureProgram(build, vectors);
          const executable = await (await TfjsBackend.open(backend, { tensorflowPath })).compile(program);
          const reference = await new ReferenceBackend().compile(program);
          const [actual, expected] = [await executable.run(feeds), await reference.run(feeds)];
          const again = await executable.run(feeds);
          await executable.dispose();
          program.outputs.forEach(({ name: output }, i) => {
            const scale = Math.max(...Array.from(expected[i], Math.abs));
            const off = Math.max(...Array.from(expected[i], (value, j) => Math.abs(value - actual[i][j])));
            assert.ok(off <= 1e-5 * scale, `${output}: ${off} of ${scale}`);
            assert.deepEqual(again[i], actual[i], 'a second run gives the same digits');
          });
        },
      );
