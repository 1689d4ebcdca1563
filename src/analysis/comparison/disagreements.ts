import { comparedText, saysSharper } from '../../wording/comparison-figures';
import { measureLabel } from '../../wording/measure-names';
import { lastOfRuns } from './clusters';
import { type Pair, lossSentences } from './matched-loss';
import { type Candidate, type Vote, type Votes, countOf, figuresOf, listed, votesOn } from './votes';

/** Up to so many checkpoints every pair is spoken of; beyond it the last ones of the runs. */
const ALL_PAIRS = 3;
const MOST_PAIRS = 6;
const MOST_TURNS = 4;
const MOST_FOR = 3;
const MOST_AGAINST = 6;

/**
 * Plain sentences on what the measures say of pairs of checkpoints: how many call which one sharper and how many the
 * opposite, with figures and errors; between which checkpoints of a run that turns round; and where training losses
 * differ, what is said at matched loss. Never a verdict: which measure is right is not known here.
 */
export function disagreements(candidates: readonly Candidate[]): string[] {
  const { shown, left } = pairsToShow(candidates);
  return [...shown.flatMap(sentencesOn), ...left, ...turns(candidates), ...lossSentences(shown, candidates)];
}

/** How many measures are on the smaller side. */
const divided = ({ first, second }: Votes) => Math.min(first.length, second.length);

/** The pairs to speak of: those of runs' last checkpoints on which the measures are most divided come first. */
function pairsToShow(candidates: readonly Candidate[]): { shown: readonly Pair[]; left: string[] } {
  const lasts = lastOfRuns(candidates).map((place) => candidates[place]);
  const chosen =
    candidates.length <= ALL_PAIRS
      ? candidates
      : lasts.length > 1
        ? lasts
        : [candidates[0], candidates[candidates.length - 1]];
  const pairs = chosen.flatMap((first, i) => chosen.slice(i + 1).map((second): Pair => ({ first, second })));
  if (pairs.length <= MOST_PAIRS) return { shown: pairs, left: [] };
  const ranked = pairs
    .map((pair) => ({ pair, count: divided(votesOn(pair.first, pair.second)) }))
    .sort((p, q) => q.count - p.count);
  const torn = ranked.filter(({ count }) => count > 0).length;
  return {
    shown: ranked.slice(0, MOST_PAIRS).map(({ pair }) => pair),
    left: [
      `Of the ${pairs.length} pairs of runs (their last checkpoints), measures contradict each other on ${torn}; the ${MOST_PAIRS} on which they are most divided are spoken of here.`,
    ],
  };
}

function sentencesOn({ first, second }: Pair): string[] {
  const votes = votesOn(first, second);
  const all = countOf(votes);
  if (all === 0) return [];
  // The larger side first; the other one is the counter-evidence and is given with more of its figures.
  const turned = votes.second.length > votes.first.length;
  const [sharper, flatter] = turned ? [second, first] : [first, second];
  const [most, least] = turned ? [votes.second, votes.first] : [votes.first, votes.second];
  const against =
    least.length === 0
      ? 'none says the opposite'
      : `${least.length} ${least.length === 1 ? 'says' : 'say'} the opposite${clearText(least)}: ${figures(least, sharper, flatter, MOST_AGAINST)}`;
  return [
    `${most.length} of ${all} measures call ${sharper.label} sharper than ${flatter.label}${clearText(most)}: ${figures(most, sharper, flatter, MOST_FOR)}; ${against}.`,
    ...onInvariants(sharper, flatter),
    ...onShape(sharper, flatter),
  ];
}

function clearText(votes: readonly Vote[]): string {
  const clear = votes.filter((vote) => vote.clear).length;
  if (votes.every((vote) => vote.clear === null))
    return votes.length === 1 ? ', its error not known' : ', their errors not known';
  if (votes.length === 1) return `, by ${clear === 1 ? 'more' : 'less'} than two standard errors`;
  if (clear === 0) return ', none of them by more than two standard errors';
  return clear === votes.length
    ? ', each by more than two standard errors'
    : `, ${clear} of them by more than two standard errors`;
}

/** The first few with their figures, the others counted. */
function figures(votes: readonly Vote[], a: Candidate, b: Candidate, most: number): string {
  const shown = votes
    .slice(0, most)
    .map(({ measure }) => `${measureLabel(measure)} (${figuresOf(measure, a, b)})`);
  const rest = votes.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : listed(shown);
}

/** How those measures stand that no rescaling of layers can move: the others can be made to say either. */
function onInvariants(sharper: Candidate, flatter: Candidate): string[] {
  const votes = votesOn(sharper, flatter, (id, { invariant }) => saysSharper(id) && invariant === true);
  if (countOf(votes) < 2) return [];
  const opposite = votes.second.map(({ measure }) => measureLabel(measure));
  return [
    `Of the ${countOf(votes)} that do not move when layers are rescaled, ${votes.first.length} call ${sharper.label} sharper and ${opposite.length || 'none'} the opposite${opposite.length > 0 ? ` (${listed(opposite)})` : ''}.`,
  ];
}

/** Measures that have no voice above: of the spectrum's shape and its negative side. Bounds say nothing here. */
function onShape(sharper: Candidate, flatter: Candidate): string[] {
  const votes = votesOn(
    sharper,
    flatter,
    (id, { converged }) =>
      !saysSharper(id) && converged !== false && flatter.measures.get(id)?.converged !== false,
  );
  if (countOf(votes) === 0) return [];
  const named = (side: readonly Vote[]) => listed(side.map(({ measure }) => measureLabel(measure)));
  const parts = [
    ...(votes.first.length > 0 ? [`larger at ${sharper.label}: ${named(votes.first)}`] : []),
    ...(votes.second.length > 0 ? [`larger at ${flatter.label}: ${named(votes.second)}`] : []),
  ];
  return [`Not counted, because they describe the shape of the spectrum, are ${parts.join('; ')}.`];
}

/** Checkpoints of one run between which the order against another run's last one turns round. */
function turns(candidates: readonly Candidate[]): string[] {
  const lasts = lastOfRuns(candidates).map((place) => candidates[place]);
  return lasts
    .flatMap((last) => {
      const earlier = candidates.filter(
        (one) => one !== last && one.run === last.run && one.seed === last.seed,
      );
      return lasts
        .filter((against) => against !== last)
        .flatMap((against) => mostTurned(last, earlier, against) ?? []);
    })
    .sort((p, q) => q.count - p.count)
    .slice(0, MOST_TURNS)
    .map(({ sentence }) => sentence);
}

function mostTurned(
  last: Candidate,
  earlier: readonly Candidate[],
  against: Candidate,
): { count: number; sentence: string } | undefined {
  const end = votesOn(last, against);
  let best: { other: Candidate; turned: readonly string[] } | undefined;
  for (const other of earlier) {
    const then = votesOn(other, against);
    const named = (votes: readonly Vote[]) => new Set(votes.map(({ measure }) => measure));
    const [larger, smaller] = [named(then.first), named(then.second)];
    const turned = [
      ...end.second.filter(({ measure }) => larger.has(measure)),
      ...end.first.filter(({ measure }) => smaller.has(measure)),
    ].map(({ measure }) => measure);
    // Of equal counts the later one: it is the nearer to the end.
    if (best === undefined || turned.length >= best.turned.length) best = { other, turned };
  }
  if (best === undefined || best.turned.length === 0) return undefined;
  const { other, turned } = best;
  const text = ({ measures }: Candidate) => comparedText(measures.get(turned[0])!);
  return {
    count: turned.length,
    sentence: `The order depends on the checkpoint: for ${turned.length} of ${countOf(end)} measures it is the opposite at ${other.label} and at ${last.label}, each against ${against.label}; ${measureLabel(turned[0])} is ${text(other)} at the first, ${text(last)} at the second, ${text(against)} at the third.`,
  };
}
