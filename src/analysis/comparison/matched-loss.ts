import { formatNumber } from '../../shared/format-number';
import { type Candidate, votesOn } from './votes';

/** Training losses within this share of the larger one count as matched. */
const MATCHED = 0.1;

const apart = (a: number, b: number) =>
  Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE);

/** The two checkpoints, one of each run, to compare at equal training loss. */
export interface MatchedPair {
  readonly first: Candidate;
  readonly second: Candidate;
}

/**
 * Of all pairs whose training losses match to 10 % the one with the lowest loss, since runs that begin alike match at
 * the start; where none matches, the nearest one. Starts (epoch 0) and copies of one file are left out.
 */
export function matchedPair(
  first: readonly Candidate[],
  second: readonly Candidate[],
): MatchedPair | undefined {
  let best: { pair: MatchedPair; distance: number; loss: number } | undefined;
  for (const a of first) {
    for (const b of second) {
      if (a.trainLoss === undefined || b.trainLoss === undefined || a.sha256 === b.sha256) continue;
      if (a.epoch === 0 || b.epoch === 0) continue;
      const gap = apart(a.trainLoss, b.trainLoss);
      const candidate = {
        pair: { first: a, second: b },
        distance: gap <= MATCHED ? 0 : gap,
        loss: Math.max(a.trainLoss, b.trainLoss),
      };
      const better =
        best === undefined ||
        candidate.distance < best.distance ||
        (candidate.distance === best.distance && candidate.loss < best.loss);
      if (better) best = candidate;
    }
  }
  return best?.pair;
}

/**
 * Where the training losses of two checkpoints differ: that they do, and what the measures say of the two of their runs
 * that come nearest. Nothing where they match.
 */
export function lossSentence(
  a: Candidate,
  b: Candidate,
  ofA: readonly Candidate[],
  ofB: readonly Candidate[],
): string | undefined {
  if (a.trainLoss === undefined || b.trainLoss === undefined) return undefined;
  if (apart(a.trainLoss, b.trainLoss) <= MATCHED) return undefined;
  const differ = `The training losses of ${a.label} and ${b.label} differ (${formatNumber(a.trainLoss, 3)} against ${formatNumber(b.trainLoss, 3)}), and lambda-max follows the training loss: compare at matched loss.`;
  if (a.run === b.run && a.seed === b.seed) return differ;
  const pair = matchedPair(ofA, ofB);
  if (pair === undefined || (pair.first === a && pair.second === b))
    return `${differ} No other pair of checkpoints given here comes nearer.`;
  const { first, second } = pair;
  const votes = votesOn(first, second);
  const all = votes.first.length + votes.second.length + votes.open.length;
  const losses = `${formatNumber(first.trainLoss!, 3)} against ${formatNumber(second.trainLoss!, 3)}`;
  return `${differ} Nearest in it are ${first.label} and ${second.label} (${losses}): there ${votes.first.length} of ${all} measures call the first sharper, ${votes.second.length} the second, and ${votes.open.length} do not tell.`;
}
