import { measureName } from './measure-names';
import { formatNumber } from './format-number';
import type { Estimate, Report } from '../contract/report';
import { MEASURES } from '../contract/measures';
import { EXACT_FOR_ROWS, type Outcome } from '../contract/vocabulary';

/** A number of one checkpoint as tables and scatters show it. */
export interface Figure {
  readonly value: number;
  /** Null where it is not estimated. */
  readonly standardError: number | null;
  /** What is known of its error where there is no standard error: numeric, and over rows with directions held fixed. */
  readonly leastError?: number;
  /** Of these, an eigenvalue's numeric part alone. */
  readonly errorBound?: number;
  /** Why it has no standard error, where it could have one. */
  readonly reason?: string;
  /** Does it stay when layers are rescaled without changing the function? */
  readonly invariant?: boolean;
  /** Over what the standard error is: "over rows", "over probes" or "over draws". The kinds are never mixed. */
  readonly error?: string;
  /** False for a bound where the number itself was not found. */
  readonly converged?: boolean;
}

/** How the outcomes are called. */
export const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = {
  'test-loss': 'test loss',
  'test-accuracy': 'test accuracy',
  'generalization-gap': 'generalization gap',
  'train-loss': 'training loss',
};

/**
 * Does a larger value of this measure mean a sharper minimum? What describes the shape of the spectrum or its negative side
 * has no voice when measures are asked which of two checkpoints is sharper.
 */
export const saysSharper = (measure: string): boolean => measureName(measure)?.withoutDirection !== true;

/**
 * The measures of a report by their ids, in the order of tables. Where they were not asked for, the largest
 * eigenvalue and the trace stand in from the spectrum.
 */
export function measuresOf({ measures, spectrum }: Report): ReadonlyMap<string, Figure> {
  const found = new Map<string, Figure>();
  const [largest] = spectrum.largest;
  if (largest)
    found.set('lambda-max', {
      value: largest.value,
      standardError: null,
      leastError: leastErrorOf(largest),
      errorBound: largest.errorBound,
      ...(largest.samplingReason === undefined ? {} : { reason: largest.samplingReason }),
      invariant: false,
      converged: largest.converged,
    });
  if (spectrum.trace)
    found.set('trace', {
      value: spectrum.trace.value,
      // From every eigenvalue it has no error over probes, and that over rows stands with the measure.
      standardError: spectrum.trace.probes > 0 ? spectrum.trace.standardError : null,
      invariant: false,
      error: spectrum.trace.probes > 0 ? 'over probes' : EXACT_FOR_ROWS,
    });
  for (const { id, value, standardError, invariant, settings, reason } of measures) {
    const { error, converged, heldFixed, errorBound } = settings;
    found.set(id, {
      value,
      standardError,
      ...(standardError === null ? { leastError: leastErrorOf({ heldFixed, errorBound }) } : {}),
      ...(standardError === null && typeof errorBound === 'number' ? { errorBound } : {}),
      ...(reason === undefined ? {} : { reason }),
      ...(invariant === undefined ? {} : { invariant }),
      ...(typeof error === 'string' ? { error } : {}),
      ...(typeof converged === 'boolean' ? { converged } : {}),
    });
  }
  return new Map([...found].sort(([a], [b]) => placeOf(a) - placeOf(b)));
}

/** Of an eigenvalue, or a measure's settings. */
const leastErrorOf = ({ heldFixed, errorBound }: { heldFixed?: unknown; errorBound?: unknown }): number =>
  Math.hypot(...[heldFixed, errorBound].map((size) => (typeof size === 'number' ? size : 0)));

/** What is known of a figure's error: its bar, or what there is without one. */
export const knownError = ({ standardError, leastError = 0 }: Figure): number => standardError ?? leastError;

const PLACES: ReadonlyMap<string, number> = new Map(MEASURES.map((id, place) => [id, place]));
const placeOf = (id: string) => PLACES.get(id) ?? MEASURES.length;

/**
 * `1.106 ± 0.72`: four digits of the value whatever its error, since checkpoints measured on the same rows with the
 * same draws share much of it, and their order can be sharper than the errors of each.
 */
export function comparedText({ value, standardError }: Pick<Figure, 'value' | 'standardError'>): string {
  return `${formatNumber(value)}${standardError ? ` ± ${formatNumber(standardError, 2)}` : ''}`;
}

/** Every measure that at least one of the reports has, in the order of tables. */
export function measureIds(reports: readonly Report[]): string[] {
  const ids = new Set(reports.flatMap((report) => [...measuresOf(report).keys()]));
  return [...ids].sort((a, b) => placeOf(a) - placeOf(b));
}

/** What measures are held against; undefined where the report has it not (no test rows, a regression). */
export function outcomeOf({ loss }: Report, outcome: Outcome): Figure | undefined {
  if (!loss) return undefined;
  const { train, test } = loss;
  const figure = (estimate: Estimate | undefined) =>
    estimate && { value: estimate.value, standardError: estimate.standardError };
  switch (outcome) {
    case 'train-loss':
      return figure(train.loss);
    case 'test-loss':
      return figure(test?.loss);
    case 'test-accuracy':
      return figure(test?.accuracy);
    case 'generalization-gap':
      return (
        test && {
          value: test.loss.value - train.loss.value,
          standardError:
            test.loss.standardError === null || train.loss.standardError === null
              ? null
              : Math.hypot(test.loss.standardError, train.loss.standardError),
        }
      );
  }
}
