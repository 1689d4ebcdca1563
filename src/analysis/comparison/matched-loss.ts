import { formatNumber } from '../../wording/format-number';
import { identityOf } from '../../core/identity';
import { type Candidate, countOf, listed, votesOn } from './votes';

/** Training losses within this share of the larger one count as matched. */
const MATCHED = 0.1;
const MOST_LOSSES = 6;
const MOST_PAIRS = 4;

const apart = (a: number, b: number) =>
  Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE);

/** Two checkpoints, one of each run. */
export interface Pair {
  readonly first: Candidate;
  readonly second: Candidate;
}

/**
 * Of all pairs whose training losses match to 10 % the one with the lowest loss, since runs that begin alike match at
 * the start; where none matches, the nearest one. Starts (epoch 0) and copies of one file are left out.
 */
export function matchedPair(first: readonly Candidate[], second: readonly Candidate[]): Pair | undefined {
  let best: { pair: Pair; distance: number; loss: number } | undefined;
  for (const a of first) {
    for (const b of second) {
      if (a.trainLoss === undefined || b.trainLoss === undefined || a.sha256 === b.sha256) continue;
      if (a.epoch === 0 || b.epoch === 0) continue;
      const gap = apart(a.trainLoss, b.trainLoss);
      const distance = gap <= MATCHED ? 0 : gap;
      const loss = Math.max(a.trainLoss, b.trainLoss);
      if (best && (distance > best.distance || (distance === best.distance && loss >= best.loss))) continue;
      best = { pair: { first: a, second: b }, distance, loss };
    }
  }
  return best?.pair;
}

/**
 * Where the training losses of the checkpoints spoken of differ: that they do, and, for each two runs among them, what the
 * measures say of the two of their checkpoints that come nearest. Nothing where they match.
 */
export function lossSentences(pairs: readonly Pair[], all: readonly Candidate[]): string[] {
  const differing = pairs.filter(
    ({ first: { trainLoss: a }, second: { trainLoss: b } }) =>
      a !== undefined && b !== undefined && apart(a, b) > MATCHED,
  );
  if (differing.length === 0) return [];
  const spoken = [...new Set(differing.flatMap(({ first, second }) => [first, second]))];
  const losses = spoken
    .slice(0, MOST_LOSSES)
    .map(({ label, trainLoss }) => `${label} ${formatNumber(trainLoss!, 3)}`);
  const more = spoken.length > MOST_LOSSES ? `, and ${spoken.length - MOST_LOSSES} more` : '';
  return [
    `Training losses differ (${losses.join(', ')}${more}), and λ₁ follows the training loss: compare at matched loss.`,
    ...nearestSentences(differing, all).slice(0, MOST_PAIRS),
  ];
}

const runOf = ({ run, seed }: Candidate) => identityOf([run, seed]);

function nearestSentences(pairs: readonly Pair[], all: readonly Candidate[]): string[] {
  const seen = new Set<string>();
  return pairs.flatMap(({ first, second }) => {
    const key = [runOf(first), runOf(second)].sort().join();
    if (runOf(first) === runOf(second) || seen.has(key)) return [];
    seen.add(key);
    const ofRun = (one: Candidate) => all.filter((each) => runOf(each) === runOf(one));
    const nearest = matchedPair(ofRun(first), ofRun(second));
    return nearest ? [nearestSentence(nearest)] : [];
  });
}

function nearestSentence({ first, second }: Pair): string {
  const votes = votesOn(first, second);
  const [a, b] = [first.trainLoss!, second.trainLoss!];
  const which = `${first.label} and ${second.label}`;
  const losses = `${formatNumber(a, 3)} against ${formatNumber(b, 3)}`;
  const head =
    apart(a, b) <= MATCHED
      ? `At matched training loss, ${which} (${losses}):`
      : `No two of the checkpoints given match in training loss to 10 %; the nearest are ${which} (${losses}):`;
  const clear = (side: 'first' | 'second') => votes[side].filter((vote) => vote.clear).length;
  const side = (name: 'first' | 'second', one: Candidate) => {
    const count = votes[name].length;
    return count === 0
      ? `none calls ${one.label} sharper`
      : `${count} ${count === 1 ? 'calls' : 'call'} ${one.label} sharper (${clear(name)} by more than two standard errors)`;
  };
  return `${head} of ${countOf(votes)} measures ${listed([side('first', first), side('second', second)])}.`;
}
