import { type Figure, comparedText, knownError, saysSharper } from '../../wording/comparison-figures';

/** One checkpoint as findings look at it. */
export interface Candidate {
  readonly label: string;
  readonly run: string;
  readonly seed?: number | undefined;
  readonly epoch?: number | undefined;
  readonly sha256: string;
  /** How many: of equal counts the trace per parameter says what the trace says, and is asked once. */
  readonly parameters: number;
  readonly trainLoss: number | undefined;
  readonly measures: ReadonlyMap<string, Figure>;
}

/** One measure's word on a pair. */
export interface Vote {
  readonly measure: string;
  /** Do its values differ by more than two standard errors? Null where an error is not known. */
  readonly clear: boolean | null;
}

/** The measures that are larger at the first of a pair, and at the second. Ties have no vote. */
export interface Votes {
  readonly first: readonly Vote[];
  readonly second: readonly Vote[];
}

/** Standard errors of a difference beyond which an order is clear. */
const CLEAR = 2;
/** Figures that agree to this share are equal to the digits that are shown, and the rest is rounding of products in float32. */
const ROUNDING = 5e-4;

/**
 * Does the difference of two figures exceed two standard errors? Those of the two are taken as independent; both come
 * from the same rows and draws, so this asks for more rather than less. Null where one has no error.
 */
function isClear(a: Figure, b: Figure): boolean | null {
  if (a.standardError === null || b.standardError === null) return null;
  return Math.abs(a.value - b.value) > CLEAR * Math.hypot(a.standardError, b.standardError);
}

/** Is the difference within rounding, or within one standard error, or what is known of it where it has no bar? */
function isTie(a: Figure, b: Figure): boolean {
  const gap = Math.abs(a.value - b.value);
  const error = Math.hypot(knownError(a), knownError(b));
  return gap <= Math.max(error, ROUNDING * Math.max(Math.abs(a.value), Math.abs(b.value)));
}

/** Asks the measures that both have; by default those whose larger value means sharper. */
export function votesOn(
  a: Candidate,
  b: Candidate,
  asked: (measure: string, figure: Figure) => boolean = saysSharper,
): Votes {
  const votes = { first: [] as Vote[], second: [] as Vote[] };
  for (const [measure, figure] of a.measures) {
    const other = b.measures.get(measure);
    if (other === undefined || isTie(figure, other) || !asked(measure, figure)) continue;
    if (measure === 'trace-per-parameter' && a.parameters === b.parameters) continue;
    votes[figure.value > other.value ? 'first' : 'second'].push({ measure, clear: isClear(figure, other) });
  }
  return votes;
}

/** How many measures have a say, for either side. */
export const countOf = ({ first, second }: Votes): number => first.length + second.length;

/** `3.804 ± 0.81 against 2.529 ± 0.43`. */
export const figuresOf = (measure: string, a: Candidate, b: Candidate): string =>
  [a, b].map(({ measures }) => comparedText(measures.get(measure)!)).join(' against ');

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
