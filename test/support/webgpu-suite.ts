import fc from 'fast-check';
import { messageOf } from '../../src/core/errors';
import { OnnxRuntimeBackend } from '../../src/backends/onnxruntime/onnxruntime';
import { convolutional, perceptron } from './curvature-programs';
import { networkAgrees } from './network-agrees';
import { profileAgrees } from './webgpu-placement';
import { agreesWithReference, primitiveCases } from './primitive-cases';

// Holds WebGPU against the reference, in a process of its own that begins with a Vulkan driver in its environment. Each
// check ends in a line of JSON: its name, and what was wrong.

/** A software device compiles a shader for every shape: few cases for each primitive. */
const CASES = 3;

/** What came of one check. */
export interface Checked {
  readonly name: string;
  readonly error?: string;
}

async function checked(name: string, check: () => Promise<void>): Promise<void> {
  const error = await check().then(
    () => undefined,
    (thrown: unknown) => messageOf(thrown),
  );
  console.log(JSON.stringify({ name, error } satisfies Checked));
}

async function main(): Promise<void> {
  const webgpu = await OnnxRuntimeBackend.open({ threads: 1, device: 'webgpu' });
  for (const [op, arbitrary] of Object.entries(primitiveCases))
    await checked(op, () =>
      fc.assert(
        fc.asyncProperty(arbitrary, fc.integer({ min: 1, max: 1e6 }), (each, seed) =>
          agreesWithReference(webgpu, each, seed),
        ),
        { seed: 11, numRuns: CASES, endOnFailure: true },
      ),
    );
  for (const [name, build] of Object.entries({ perceptron, convolutional }))
    await checked(name, () => networkAgrees(webgpu, build, 1));
  await checked('placement', () => profileAgrees(convolutional));
}

void main();
