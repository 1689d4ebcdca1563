import type { Measure } from '../../contract/report';

/**
 * What a measure's point or direction owes to the very rows it is then measured on (a maximum over directions, the
 * gradient's own direction, an end or the shape of a spectrum) is shifted with few rows by more than they scatter it, so an
 * error with that point held fixed covers a quarter to a half of what it says (docs/STATISTICS.md). It is kept in the
 * settings as what it is and is no bar.
 */
export const SHIFTED = 'no bar: few rows shift it by more than they scatter it';
/** Of a share of eigenvalues below a bound, which the quadrature moves in steps. */
const QUADRATURE = "no bar: the quadrature's own error is not known";

const REASONS: ReadonlyMap<string, string> = new Map([
  ...[
    'lambda-max',
    'lambda-min',
    'lambda-ratio',
    'negative-share',
    'spectral-entropy',
    'participation',
    'effective-dimensionality',
    'keskar-1e-3',
    'keskar-5e-4',
    'keskar-subspace-1e-3',
    'keskar-subspace-5e-4',
    'sam-sharpness',
    'adaptive-sharpness',
    'adaptive-worst-case',
    'critical-sharpness',
  ].map((id) => [`${id} over rows`, SHIFTED] as const),
  ['negative-mass over probes', QUADRATURE],
]);

/** The measure with its bar, where that covers what it says, or without and with the reason. */
export function barOrReason(measure: Measure): Measure {
  const { id, standardError, settings } = measure;
  const reason = REASONS.get(`${id} ${String(settings['error'])}`);
  if (reason === undefined || (settings['converged'] === false && standardError === null)) return measure;
  if (standardError === null)
    return { ...measure, reason: measure.reason ?? reason, settings: { ...settings, error: 'none' } };
  return {
    ...measure,
    standardError: null,
    reason,
    settings: { ...settings, error: 'none', heldFixed: standardError },
  };
}
