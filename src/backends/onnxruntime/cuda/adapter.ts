import { UserError } from '../../../core/errors';
import { type ort } from '../runtime';
import { computesNegative } from '../first-model';

/** What opens a session on the first NVIDIA card; an operator that the provider lacks is an error. */
export const CUDA_SESSION: ort.InferenceSession.SessionOptions = {
  executionProviders: [{ name: 'cuda', deviceId: 0 }],
  extra: { session: { disable_cpu_ep_fallback: '1' } },
};

/**
 * Tries a model of one operator.
 * @throws UserError where CUDA does not start in this process, or computes wrongly
 */
export async function assertCuda(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  if (environment['NVIDIA_TF32_OVERRIDE'] !== '0')
    throw new UserError('CUDA computes analyses, pictures and comparisons; training takes another backend.');
  const right = await computesNegative(CUDA_SESSION).catch(() => undefined);
  if (right === undefined)
    throw new UserError(
      'CUDA does not start here: there is no NVIDIA card, or its driver or a library is missing. "landscape setup cuda" says what there is.',
    );
  if (!right) throw new UserError('CUDA gives wrong numbers on this graphics processor.');
}
