import { UserError } from '../../../core/errors';
import { computesNegative } from '../first-model';
import type { ort } from '../runtime';

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
  const right = await computesNegative(WEBGPU_SESSION).catch(() => undefined);
  if (right === undefined)
    throw new UserError(
      'WebGPU finds no graphics processor here: it takes Vulkan on Linux (libvulkan.so.1 and a driver), Direct3D 12 on Windows, Metal on macOS with Apple silicon.',
    );
  if (!right) throw new UserError('WebGPU gives wrong numbers on this graphics processor.');
}
