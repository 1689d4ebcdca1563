import { UserError } from '../core/errors';
import { type SurfaceRequest, surfaceRequestSchema } from '../contract/surface';
import { type RequestLayer, analyzeRequest } from './merge';

/**
 * What `surface` is asked to do, from settings and what a person chose of the picture; what is undefined counts as left out.
 * @param more where measured places are kept; nowhere if left out.
 * @throws UserError that names the choice that is not right.
 */
export function surfaceRequest(
  checkpoints: readonly string[],
  layer: RequestLayer,
  choices: Readonly<Record<string, unknown>>,
  more: Partial<Pick<SurfaceRequest, 'cache'>> = {},
): SurfaceRequest {
  const settings = analyzeRequest(checkpoints[0], layer);
  const given = Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined));
  const parsed = surfaceRequestSchema.safeParse({ checkpoints, settings, choices: given, ...more });
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map(({ path, message }) => `"${path.join('.')}": ${message}`);
  throw new UserError(`A setting is not right: ${mistakes.join('; ')}.`);
}
