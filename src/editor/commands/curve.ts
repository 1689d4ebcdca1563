import type { Services } from '../services';
import { withCurve } from '../store/with-curve';
import { beginLine } from './interpolate';

/** A curve of low loss between two checkpoints, beside the straight line: the first one selected is t = 0. */
export async function curve(services: Services, args: readonly unknown[]): Promise<void> {
  const { curveChoicesSchema } = await import('../../contract/curve');
  await beginLine(services, args, (request) => withCurve(request, curveChoicesSchema.parse({})));
}
