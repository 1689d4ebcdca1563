import type { CurveChoices } from '../../contract/curve';
import type { AnyRequest } from './report-store';

/** A line's request with a curve beside it. */
export const withCurve = (request: AnyRequest, curve: CurveChoices): AnyRequest =>
  'other' in request ? { ...request, curve } : request;

/** A request by the settings of now, with the curve that an earlier one asked for: no settings tell of it. */
export function withCurveOf<R extends AnyRequest | undefined>(
  before: AnyRequest | undefined,
  now: R,
): AnyRequest | R {
  const curve = before && 'other' in before ? before.curve : undefined;
  return now === undefined || curve === undefined ? now : withCurve(now, curve);
}
