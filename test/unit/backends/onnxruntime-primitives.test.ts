import { test } from 'node:test';
import fc from 'fast-check';
import { OnnxRuntimeBackend } from '../../../src/backends/onnxruntime/onnxruntime';
import { agreesWithReference, primitiveCases } from '../../support/primitive-cases';

for (const [op, arbitrary] of Object.entries(primitiveCases))
  test(`${op}: as the reference, with its derivatives`, async () => {
    const native = await OnnxRuntimeBackend.open({ threads: 2 });
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.integer({ min: 1, max: 1e6 }), (each, seed) =>
        agreesWithReference(native, each, seed),
      ),
      { seed: 11, numRuns: 25 },
    );
  });
