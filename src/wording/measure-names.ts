import type { Measure } from '../contract/report';
import { MEASURE_NAMES, type MeasureName } from '../contract/measures';
import { EXACT_FOR_ROWS } from '../contract/vocabulary';

/** How a measure is called, whatever wrote its id; undefined for one that is not known here. */
export const measureName = (id: string): MeasureName | undefined =>
  Object.hasOwn(MEASURE_NAMES, id)
    ? (MEASURE_NAMES as Readonly<Record<string, MeasureName | undefined>>)[id]
    : undefined;

/** The label of a measure; of an unknown one its id with spaces. */
export const measureLabel = (id: string): string => measureName(id)?.label ?? id.replaceAll('-', ' ');

/** A sentence in which measures stand by their ids, with their labels instead: "negative-mass" is the negative mass. */
export const withMeasureLabels = (sentence: string): string =>
  sentence.replace(/[a-z]+(?:-[a-z0-9]+)+/g, (word) => measureName(word)?.label ?? word);

/** What a reader must know of a value that is not what it seems: a bound, no error and why, a search without an end. Else empty. */
export function measureRemark({ settings, bound, reason }: Measure): string {
  if (bound === 'not-converged') return 'or below';
  if (bound === 'saturated') return 'or below: saturated';
  if (reason !== undefined) return reason;
  if (settings.error === EXACT_FOR_ROWS) return EXACT_FOR_ROWS;
  return settings.converged === false ? 'not converged' : '';
}
