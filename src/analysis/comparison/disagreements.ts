import { withError } from '../../shared/format-number';
import { lastOfRuns } from './clusters';
import { lossSentence } from './matched-loss';
import { type Candidate, type Votes, figuresOf, listed, orderOf, votesOn } from './votes';

/** Up to so many checkpoints every pair is spoken of; beyond it the last ones of the runs. */
const ALL_PAIRS = 3;
const MOST_PAIRS = 6;
const MOST_TURNS = 4;
const MOST_FIGURES = 6;

interface Pair {
  readonly a: Candidate;
  readonly b: Candidate;
  readonly votes: Votes;
}

/**
 * Plain sentences on what the measures say of pairs of checkpoints: how many call which one sharper and how many the
 * opposite, with figures and errors; between which checkpoints of a run that turns round; and where training losses
 * differ, what is said at matched loss. Never a verdict: which measure is right is not known here.
 */
export function disagreements(candidates: readonly Candidate[]): string[] {
  const { shown, left } = pairsToShow(candidates);
  const ofRun = (one: Candidate) =>
    candidates.filter(({ run, seed }) => run === one.run && seed === one.seed);
  const losses = shown.flatMap(({ a, b }) => lossSentence(a, b, ofRun(a), ofRun(b)) ?? []);
  return [...shown.flatMap(sentencesOn), ...left, ...turns(candidates), ...losses];
}

/** The pairs to speak of: those of runs' last checkpoints on which the measures are most divided come first. */
function pairsToShow(candidates: readonly Candidate[]): { shown: Pair[]; left: string[] } {
  const lasts = lastOfRuns(candidates).map((place) => candidates[place]);
  const chosen =
    candidates.length <= ALL_PAIRS
      ? candidates
      : lasts.length > 1
        ? lasts
        : [candidates[0], candidates[candidates.length - 1]];
  const pairs = chosen.flatMap((a, i) =>
    chosen.slice(i + 1).map((b): Pair => ({ a, b, votes: votesOn(a, b) })),
  );
  if (pairs.length <= MOST_PAIRS) return { shown: pairs, left: [] };
  const divided = ({ votes }: Pair) => Math.min(votes.first.length, votes.second.length);
  const ranked = [...pairs].sort((p, q) => divided(q) - divided(p));
  const count = pairs.filter((pair) => divided(pair) > 0).length;
  return {
    shown: ranked.slice(0, MOST_PAIRS),
    left: [
      `Of the ${pairs.length} pairs of runs (their last checkpoints), measures contradict each other on ${count} and do not on ${pairs.length - count}; the ${MOST_PAIRS} most divided are spoken of here.`,
    ],
  };
}

function sentencesOn({ a, b, votes }: Pair): string[] {
  const all = votes.first.length + votes.second.length + votes.open.length;
  if (all === 0) return [];
  // The larger side first; the other one is the counter-evidence and is given with all its figures.
  const turned = votes.second.length > votes.first.length;
  const [sharper, flatter] = turned ? [b, a] : [a, b];
  const [most, least] = turned ? [votes.second, votes.first] : [votes.first, votes.second];
  if (most.length === 0)
    return [
      `None of ${all} measures tells ${a.label} and ${b.label} apart by more than two standard errors.`,
    ];
  const figures = (measures: readonly string[], most: number) => {
    const rest = measures.length - most;
    const shown = measures.slice(0, most).map((measure) => figuresOf(measure, sharper, flatter));
    return rest > 0 ? `${shown.join(', ')} and ${rest} more` : listed(shown);
  };
  const parts = [
    `${most.length} of ${all} measures ${most.length === 1 ? 'calls' : 'call'} ${sharper.label} sharper than ${flatter.label}: ${figures(most, 3)}`,
    least.length === 0
      ? 'none says the opposite'
      : `${least.length} ${least.length === 1 ? 'says' : 'say'} the opposite: ${figures(least, MOST_FIGURES)}`,
    ...(votes.open.length > 0
      ? [`${votes.open.length} cannot tell within two standard errors: ${listed(votes.open)}`]
      : []),
  ];
  return [`${parts.join('; ')}.`, ...onInvariants(sharper, flatter)];
}

/** How those measures stand that no rescaling of layers can move: the others can be made to say either. */
function onInvariants(sharper: Candidate, flatter: Candidate): string[] {
  const votes = votesOn(sharper, flatter, (measure) => sharper.measures.get(measure)!.invariant === true);
  const all = votes.first.length + votes.second.length + votes.open.length;
  if (all === 0) return [];
  return [
    `Of the ${all} that do not move when layers are rescaled, ${votes.first.length} call ${sharper.label} sharper, ${votes.second.length} say the opposite, ${votes.open.length} cannot tell.`,
  ];
}

/** Checkpoints of one run between which the order against another run's last one turns round. */
function turns(candidates: readonly Candidate[]): string[] {
  const lasts = lastOfRuns(candidates).map((place) => candidates[place]);
  const found = lasts.flatMap((last) => {
    const earlier = candidates.filter(
      (one) => one !== last && one.run === last.run && one.seed === last.seed,
    );
    return lasts
      .filter((against) => against !== last)
      .flatMap((against) => mostTurned(last, earlier, against) ?? []);
  });
  return found
    .sort((p, q) => q.count - p.count)
    .slice(0, MOST_TURNS)
    .map(({ sentence }) => sentence);
}

function mostTurned(
  last: Candidate,
  earlier: readonly Candidate[],
  against: Candidate,
): { count: number; sentence: string } | undefined {
  const before = votesOn(last, against);
  const asked = before.first.length + before.second.length + before.open.length;
  const counted = earlier.map((other) => ({
    other,
    turned: [...before.first, ...before.second].filter((measure) => {
      const [now, then, there] = [last, other, against].map(({ measures }) => measures.get(measure));
      return then !== undefined && orderOf(now!, there!) === -orderOf(then, there!);
    }),
  }));
  // Of equal counts the later one: it is the nearer to the end.
  const best = counted.reduce<(typeof counted)[number] | undefined>(
    (most, each) => (most && most.turned.length > each.turned.length ? most : each),
    undefined,
  );
  if (best === undefined || best.turned.length === 0) return undefined;
  const { other, turned } = best;
  const [example] = turned;
  const text = ({ measures }: Candidate) => {
    const { value, standardError } = measures.get(example)!;
    return withError(value, standardError);
  };
  return {
    count: turned.length,
    sentence: `Which is sharper depends on the checkpoint: against ${against.label}, ${turned.length} of ${asked} measures say the opposite of ${other.label} and of ${last.label}, such as ${example} (${text(other)} and ${text(last)}, against ${text(against)}).`,
  };
}
