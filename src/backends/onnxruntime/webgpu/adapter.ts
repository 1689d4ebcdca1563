import { UserError } from '../../../core/errors';
import { ort } from '../runtime';
import { ModelBuilder } from '../model-builder';

/** What opens a session on WebGPU. An operator that the provider lacks is an error, and not computed elsewhere in silence. */
export const WEBGPU_SESSION: ort.InferenceSession.SessionOptions = {
  // The other layout moves values about, and meets a condition that it has no kernel to move.
  executionProviders: [{ name: 'webgpu', preferredLayout: 'NCHW' }],
  extra: { session: { disable_cpu_ep_fallback: '1' } },
};

let found: Promise<void> | undefined;

/**
 * Tries a model of one operator, once a process.
 * @throws UserError where nothing on this machine computes it
 */
export function assertAdapter(): Promise<void> {
  return (found ??= tried());
}

async function tried(): Promise<void> {
  const model = new ModelBuilder();
  const x = model.input('x', 'float', [2]);
  const [y] = model.node('Neg', [x]);
  let values: ArrayLike<number>;
  try {
    const bytes = model.finish([{ name: y, shape: [2] }]);
    const session = await ort.InferenceSession.create(bytes, { ...WEBGPU_SESSION, logSeverityLevel: 4 });
    const result = await session.run({ x: new ort.Tensor('float32', Float32Array.of(1, -2), [2]) });
    values = result[y].data as Float32Array;
    await session.release();
  } catch {
    throw new UserError(
      'WebGPU finds no graphics processor here: it takes Vulkan on Linux (libvulkan.so.1 and a driver), Direct3D 12 on Windows, Metal on macOS with Apple silicon.',
    );
  }
  if (values[0] !== -1 || values[1] !== 2)
    throw new UserError('WebGPU gives wrong numbers on this graphics processor.');
}
