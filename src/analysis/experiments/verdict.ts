import type { Claim, ExperimentRun, Verdict } from '../../shared/experiment';
import { figureName } from '../../shared/figure-names';
import { formatNumber, withError } from '../../shared/format-number';
import { estimateMean } from '../statistics';
import { isPicked, type Pattern } from './axes';
import { judgeCorrelation, judgeHiddenCause } from './correlation-verdict';
import { finished } from './figures';
import { intervalText, meanInterval, signVerdict, tooFew } from './intervals';

/** What was found of each claim, from the runs that came to their end. */
export function judge(claims: readonly Claim[], all: readonly ExperimentRun[]): Verdict[] {
  const runs = finished(all);
  return claims.map((claim) => {
    switch (claim.kind) {
      case 'greater':
        return judgeGreater(claim, runs);
      case 'equal':
        return judgeEqual(claim, runs);
      case 'correlation':
        return judgeCorrelation(claim, runs);
      case 'hidden-cause':
        return judgeHiddenCause(claim, runs);
    }
  });
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

/** Paired by seed: runs of one seed share their start and the order of their rows, so their difference varies less. */
function judgeGreater(claim: Extract<Claim, { kind: 'greater' }>, runs: readonly ExperimentRun[]): Verdict {
  const { figure, left, right, sentence } = claim;
  const [a, b] = [bySeed(runs, left, figure), bySeed(runs, right, figure)];
  const seeds = [...a.keys()].filter((seed) => b.has(seed));
  const few = tooFew(sentence, figure, seeds.length);
  if (few) return few;
  const { value, interval } = meanInterval(seeds.map((seed) => a.get(seed)! - b.get(seed)!));
  const values = [a, b].map((each) => seeds.map((seed) => each.get(seed)!));
  return {
    sentence,
    verdict: signVerdict(interval, 1),
    reason: `${capital(figureName(figure))} ${meanText(values[0])} (${said(left)}) against ${meanText(values[1])} (${said(right)}): difference ${formatNumber(value, 3)}, ${intervalText(interval!)} over ${seeds.length} seeds.`,
    estimate: value,
    interval,
    seeds: seeds.length,
  };
}

/** The relative distance from a value, or of two groups paired by seed (over the mean of the right one). */
function judgeEqual(claim: Extract<Claim, { kind: 'equal' }>, runs: readonly ExperimentRun[]): Verdict {
  const { figure, left, right, value: wanted = 0, tolerance, sentence } = claim;
  const a = bySeed(runs, left, figure);
  const b = right ? bySeed(runs, right, figure) : undefined;
  const seeds = [...a.keys()].filter((seed) => !b || b.has(seed));
  const few = tooFew(sentence, figure, seeds.length);
  if (few) return few;
  const centre = b ? estimateMean(seeds.map((seed) => b.get(seed)!)).value : wanted;
  const size = Math.abs(centre) || 1;
  const { value, interval } = meanInterval(
    seeds.map((seed) => (a.get(seed)! - (b ? b.get(seed)! : wanted)) / size),
  );
  const { low, high } = interval!;
  const within = low >= -tolerance && high <= tolerance;
  const outside = low > tolerance || high < -tolerance;
  const percent = (share: number) => `${formatNumber(100 * share, 3)} %`;
  const found = meanText(seeds.map((seed) => a.get(seed)!));
  const against = b
    ? `${meanText(seeds.map((seed) => b.get(seed)!))} (${said(right!)})`
    : formatNumber(wanted);
  return {
    sentence,
    verdict: within ? 'supported' : outside ? 'contradicted' : 'undecided',
    reason: `${capital(figureName(figure))} ${found} (${said(left)}) against ${against}: ${percent(value)} apart, 95 % interval ${percent(low)} to ${percent(high)} over ${seeds.length} seeds; ${percent(tolerance)} are allowed.`,
    estimate: value,
    interval,
    seeds: seeds.length,
  };
}

/** Symbols stay as they are: a capital λ is another one. */
const capital = (text: string) => text.replace(/^[a-z]/, (letter) => letter.toUpperCase());
