import { test } from 'node:test';
import fc from 'fast-check';
import { TfjsBackend } from '../../../src/backends/tfjs/tfjs';
import { conv } from '../../../src/autodiff/operations';
import { type PrimitiveCase, agreesWithReference, primitiveCases } from '../../support/primitive-cases';
import { withoutAddon, tensorflowPath } from '../../support/tensorflow-addon';

/** One channel a group: TensorFlow's own kernel for it takes no dilation and no unequal strides. */
const depthwise = (strides: [number, number], outputs: number): PrimitiveCase => ({
  shapes: [
    [2, 3, 7, 8],
    [3 * outputs, 1, 3, 2],
  ],
  build: ([x, kernel]) =>
    conv(x, kernel, {
      strides,
      padding: [
        [1, 2],
        [0, 1],
      ],
      dilations: [2, 3],
      groups: 3,
    }),
});

for (const name of ['cpu', 'wasm', 'tensorflow'] as const)
  for (const [op, arbitrary] of Object.entries(primitiveCases))
    test(
      `${op} on ${name}: as the reference, with its derivatives`,
      {
        skip: name === 'tensorflow' && withoutAddon,
      },
      async () => {
        const backend = await TfjsBackend.open(name, { tensorflowPath });
        await fc.assert(
          fc.asyncProperty(arbitrary, fc.integer({ min: 1, max: 1e6 }), (each, seed) =>
            agreesWithReference(backend, each, seed),
          ),
          { seed: 11, numRuns: 25 },
        );
      },
    );

for (const name of ['cpu', 'wasm', 'tensorflow'] as const)
  test(
    `depthwise convolutions on ${name}: as the reference, with their derivatives`,
    {
      skip: name === 'tensorflow' && withoutAddon,
    },
    async () => {
      const backend = await TfjsBackend.open(name, { tensorflowPath });
      for (const strides of [
        [1, 1],
        [2, 2],
        [2, 1],
      ] as [number, number][])
        for (const outputs of [1, 2]) await agreesWithReference(backend, depthwise(strides, outputs), 5);
    },
  );
