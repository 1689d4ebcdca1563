import type { Claim, ExperimentRun, Verdict } from '../../contract/experiment';
import { figureName } from '../../wording/figure-names';
import { formatNumber, withError } from '../../wording/format-number';
import { estimateMean } from '../statistics';
import { isPicked, type Pattern } from './axes';
import { judgeCorrelation, judgeHiddenCause } from './correlation-verdict';
import { finished } from './figures';
import type { Finding } from './finding';
import { judgeHeterogeneity } from './heterogeneity-verdict';
import { holm } from './holm';
import { LEVEL, type SeedMean, intervalText, seedMean, tooFew } from './intervals';

/**
 * What was found of each claim, from the runs that came to their end: all claims together, so that of experiments in
 * which there is nothing to find at most one in twenty decides any of them (Holm 1979). Only once the runs are all in:
 * whoever looks at every seed decides too often.
 */
export function judge(claims: readonly Claim[], all: readonly ExperimentRun[]): Verdict[] {
  const runs = finished(all);
  const findings = claims.map((claim) => findingOf(claim, runs));
  const adjusted = holm(findings.map(({ p }) => p));
  return findings.map((finding, i) => verdictOf(finding, adjusted[i], claims.length));
}

/** What stands at each claim until the experiment is complete. */
export const unjudged = (claims: readonly Claim[], why: string): Verdict[] =>
  claims.map(({ sentence }) => ({
    sentence,
    verdict: 'undecided',
    reason: why,
    estimate: null,
    interval: null,
    seeds: 0,
    p: null,
  }));

function findingOf(claim: Claim, runs: readonly ExperimentRun[]): Finding {
  switch (claim.kind) {
    case 'greater':
      return judgeGreater(claim, runs);
    case 'equal':
      return judgeEqual(claim, runs);
    case 'correlation':
      return judgeCorrelation(claim, runs);
    case 'hidden-cause':
      return judgeHiddenCause(claim, runs);
    case 'heterogeneity':
      return judgeHeterogeneity(claim, runs);
  }
}

function verdictOf(
  { p, toward, reason, ...found }: Finding,
  adjusted: number | null,
  claims: number,
): Verdict {
  const alone = p === null ? '' : `; p = ${formatNumber(p, 2)}`;
  const together =
    p === null || claims === 1 ? '' : `, and ${formatNumber(adjusted!, 2)} among all ${claims} statements`;
  return {
    ...found,
    verdict: adjusted !== null && adjusted <= 1 - LEVEL ? toward : 'undecided',
    reason: `${reason}${alone}${together}.`,
    p: adjusted,
  };
}

/** The mean figure of the picked runs of each seed; seeds without any are left out. */
function bySeed(runs: readonly ExperimentRun[], pattern: Pattern, figure: string): Map<number, number> {
  const lists = new Map<number, number[]>();
  for (const { seed, labels, figures } of runs) {
    const found = figures[figure];
    if (found && isPicked(labels, pattern)) lists.set(seed, [...(lists.get(seed) ?? []), found.value]);
  }
  return new Map([...lists].map(([seed, values]) => [seed, estimateMean(values).value]));
}

/** The labels of a pattern, as a person reads them. */
const said = (pattern: Pattern): string => Object.values(pattern).join(', ') || 'all runs';

const meanText = (values: readonly number[]): string => {
  const { value, standardError } = estimateMean(values);
  return withError(value, values.length < 2 ? null : standardError);
};

/** `95 % interval 0.1 to 0.3 over 5 seeds`, or why there is none. */
const spreadText = (
  { interval }: SeedMean,
  seeds: number,
  text: (found: NonNullable<Verdict['interval']>) => string,
) =>
  interval
    ? `${text(interval)} over ${seeds} seeds`
    : `the same in each of ${seeds} seeds, which shows no spread`;

const largest = (values: readonly number[]) => Math.max(...values.map(Math.abs));

/** Paired by seed: runs of one seed share their start and the order of their rows, so their difference varies less. */
function judgeGreater(claim: Extract<Claim, { kind: 'greater' }>, runs: readonly ExperimentRun[]): Finding {
  const { figure, left, right, sentence } = claim;
  const [a, b] = [bySeed(runs, left, figure), bySeed(runs, right, figure)];
  const seeds = [...a.keys()].filter((seed) => b.has(seed));
  const few = tooFew(sentence, figure, seeds.length);
  if (few) return few;
  const values = [a, b].map((each) => seeds.map((seed) => each.get(seed)!));
  const found = seedMean(
    seeds.map((_, i) => values[0][i] - values[1][i]),
    largest(values.flat()),
  );
  return {
    sentence,
    reason: `${capital(figureName(figure))} ${meanText(values[0])} (${said(left)}) against ${meanText(values[1])} (${said(right)}): difference ${formatNumber(found.value, 3)}, ${spreadText(found, seeds.length, intervalText)}`,
    estimate: found.value,
    interval: found.interval,
    seeds: seeds.length,
    p: found.chanceAt(0),
    toward: found.value > 0 ? 'supported' : 'contradicted',
  };
}

/** The relative distance from a value, or of two groups paired by seed (over the mean of the right one). */
function judgeEqual(claim: Extract<Claim, { kind: 'equal' }>, runs: readonly ExperimentRun[]): Finding {
  const { figure, left, right, value: wanted = 0, tolerance, sentence } = claim;
  const a = bySeed(runs, left, figure);
  const b = right ? bySeed(runs, right, figure) : undefined;
  const seeds = [...a.keys()].filter((seed) => !b || b.has(seed));
  const few = tooFew(sentence, figure, seeds.length);
  if (few) return few;
  const firsts = seeds.map((seed) => a.get(seed)!);
  const seconds = seeds.map((seed) => (b ? b.get(seed)! : wanted));
  const size = Math.abs(estimateMean(seconds).value) || 1;
  const found = seedMean(
    seeds.map((_, i) => (firsts[i] - seconds[i]) / size),
    largest([...firsts, ...seconds]) / size,
  );
  const percent = (share: number) => `${formatNumber(100 * share, 3)} %`;
  const against = b ? `${meanText(seconds)} (${said(right!)})` : formatNumber(wanted);
  const spread = spreadText(
    found,
    seeds.length,
    ({ low, high }) => `95 % interval ${percent(low)} to ${percent(high)}`,
  );
  return {
    sentence,
    reason: `${capital(figureName(figure))} ${meanText(firsts)} (${said(left)}) against ${against}: ${percent(found.value)} apart, ${spread}; ${percent(tolerance)} are allowed`,
    estimate: found.value,
    interval: found.interval,
    seeds: seeds.length,
    // The nearer end of what is allowed is the harder one to leave.
    p: Math.max(found.chanceAt(tolerance), found.chanceAt(-tolerance)),
    toward: Math.abs(found.value) < tolerance ? 'supported' : 'contradicted',
  };
}

/** Symbols stay as they are: a capital λ is another one. */
const capital = (text: string) => text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
