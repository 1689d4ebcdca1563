import type { Verdict } from '../../contract/experiment';

/** What was found of one statement, before all of them are judged together. */
export interface Finding {
  readonly sentence: string;
  /** The figures and the interval, in words, without a full stop. */
  readonly reason: string;
  readonly estimate: number | null;
  readonly interval: Verdict['interval'];
  readonly seeds: number;
  /** The chance of a statistic this far out where there is nothing to find; null where it cannot be told. */
  readonly p: number | null;
  /** What the verdict is if that chance is small. */
  readonly toward: 'supported' | 'contradicted';
}
