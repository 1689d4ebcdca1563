import type { Measure } from '../../contract/report';
import type { WithoutBar } from './measure';

/**
 * What a measure's point or direction owes to the very rows it is then measured on (a maximum over directions, the
 * gradient's own direction, an end or the shape of a spectrum) is shifted with few rows by more than they scatter it, so an
 * error with that point held fixed covers a quarter to a half of what it says (docs/STATISTICS.md). It is kept in the
 * settings as what it is and is no bar.
 */
export const SHIFTED = 'no bar: few rows shift it by more than they scatter it';
/** Measures that owe their point to the rows, where their bar would be over these. */
export const shiftedOverRows: readonly WithoutBar[] = [{ over: 'over rows', reason: SHIFTED }];

/** The measure with its bar, where that covers what it says, or without and with the reason. */
export function barOrReason(measure: Measure, withoutBar: readonly WithoutBar[] = []): Measure {
  const { id, standardError, settings } = measure;
  const reason = withoutBar.find(
    ({ over, ids }) => over === settings['error'] && (ids?.some((each) => each === id) ?? true),
  )?.reason;
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
