import { type Figure, saysSharper } from '../../shared/comparison-figures';
import { withError } from '../../shared/format-number';

/** One checkpoint as findings look at it. */
export interface Candidate {
  readonly label: string;
  readonly run: string;
  readonly seed?: number | undefined;
  readonly epoch?: number | undefined;
  readonly sha256: string;
  readonly trainLoss: number | undefined;
  readonly measures: ReadonlyMap<string, Figure>;
}

/** What each measure says of a pair: which of the two is sharper, or that its errors leave it open. */
export interface Votes {
  readonly first: readonly string[];
  readonly second: readonly string[];
  readonly open: readonly string[];
}

/** Standard errors of a difference beyond which an order is taken as one. */
const CLEAR = 2;

/**
 * The difference of two figures counts when it exceeds two standard errors, those of the two taken as independent; both
 * come from the same rows and draws, so this asks for more rather than less. A figure without an error counts as exact.
 */
export function orderOf(a: Figure, b: Figure): -1 | 0 | 1 {
  const difference = a.value - b.value;
  const error = Math.hypot(a.standardError ?? 0, b.standardError ?? 0);
  return difference === 0 || Math.abs(difference) <= CLEAR * error ? 0 : difference > 0 ? 1 : -1;
}

/** Asks every measure that both have, and whose larger value means sharper. */
export function votesOn(a: Candidate, b: Candidate, only = (_measure: string) => true): Votes {
  const votes = { first: [] as string[], second: [] as string[], open: [] as string[] };
  for (const [measure, figure] of a.measures) {
    const other = b.measures.get(measure);
    if (other === undefined || !saysSharper(measure) || !only(measure)) continue;
    const order = orderOf(figure, other);
    votes[order > 0 ? 'first' : order < 0 ? 'second' : 'open'].push(measure);
  }
  return votes;
}

/** `lambda-max (2.53 ± 0.21 against 1.11 ± 0.09)`. */
export function figuresOf(measure: string, a: Candidate, b: Candidate): string {
  const text = ({ measures }: Candidate) => {
    const { value, standardError } = measures.get(measure)!;
    return withError(value, standardError);
  };
  return `${measure} (${text(a)} against ${text(b)})`;
}

/** `a`, `a and b`, `a, b and c`. */
export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
