import type { Average, BetweenRuns, Path } from '../../contract/path';
import type { Picture, SurfaceChoices } from '../../contract/surface';
import { formatCount, formatNumber, formatPercent, withError } from '../format-number';
import { isOffPlane } from '../picture-nodes';

type Centre = SurfaceChoices['centre'];

/** What the path of a run, or of several, shows in its plane and off it, in sentences. */
export function pathSentences(picture: Picture, centre: Centre): string[] {
  const { path } = picture;
  return [
    ...explainedSentence(picture, centre),
    ...offSentence(picture),
    ...(path ? [...turnSentence(path), ...averageSentences(path), ...betweenSentence(path)] : []),
  ];
}

/** What a random walk of many dimensions has as its coordinates along its first two principal directions. */
const SHAPES: Readonly<Record<Centre, string>> = {
  mean: 'half a cosine and a whole one, which draw a parabola',
  last: 'a quarter of a cosine and three quarters, which draw a cubic',
};

function explainedSentence({ axes: [first, second], path }: Picture, centre: Centre): string[] {
  if (first.explained === undefined || second.explained === undefined) return [];
  const held = `The axes hold ${formatPercent(first.explained)} and ${formatPercent(second.explained)} of how far the checkpoints lie apart.`;
  if (first.ofRandomWalk === undefined || second.ofRandomWalk === undefined) return [held];
  const shares = `${formatPercent(first.ofRandomWalk)} and ${formatPercent(second.ofRandomWalk)}`;
  const walk =
    (path?.runs.length ?? 1) > 1
      ? `Random walks from one start would show ${shares}`
      : `A random walk of as many steps would show ${shares}, as ${SHAPES[centre]}`;
  return [`${held} ${walk} (Antognini and Sohl-Dickstein 2018).`];
}

function offSentence({ marks }: Picture): string[] {
  const off = marks.filter(isOffPlane);
  return off.length === 0
    ? []
    : [
        `${formatCount(off.length)} of ${formatCount(marks.length)} checkpoints lie off this plane by so much that their own loss is more than a level from the loss under them (dashed): up to ${formatNumber(Math.max(...off.map(({ distance }) => distance)), 2)} away.`,
      ];
}

function turnSentence({ along }: Path): string[] {
  const angles = along.flatMap(({ angle }) => angle ?? []);
  if (angles.length < 2) return [];
  const mean = angles.reduce((sum, angle) => sum + angle, 0) / angles.length;
  return [
    `From one step to the next the path turns by ${formatNumber(mean, 2)}° on average; a random walk turns by 90°.`,
  ];
}

/** The means of the last checkpoints, of each run in one sentence, with its last checkpoint measured as they are. */
function averageSentences({ averages, ends, runs }: Path): string[] {
  return ends.flatMap((end) => {
    const [first, ...others] = averages
      .filter(({ run }) => run === end.run)
      .map((average) => ({ last: formatCount(average.last), losses: lossesOf(average) }));
    if (first === undefined) return [];
    const of = end.run === undefined ? '' : ` of ${runs[end.run].label}`;
    const more = others.map(({ last, losses }) => `, that of the last ${last} ${losses}`).join('');
    return [
      `The mean of the last ${first.last} checkpoints${of} (SWA) has a training loss of ${first.losses}${more}; the last checkpoint has ${lossesOf(end)}${anew(end, ', all ')}.`,
    ];
  });
}

const anew = ({ batchNorm }: Pick<BetweenRuns, 'batchNorm'>, before = ', '): string =>
  batchNorm === 're-estimated' ? `${before}with batch norm's statistics measured anew` : '';

function lossesOf({ loss, standardError, testLoss }: Average): string {
  if (loss === null) return 'no finite number';
  const test = typeof testLoss === 'number' ? ` (test ${formatNumber(testLoss, 3)})` : '';
  return `${withError(loss, standardError)}${test}`;
}

/** A rise of at most this share of the higher end's loss is no barrier, as between two checkpoints. */
const BARRIER_SHARE = 0.01;
/** How many standard errors a barrier must be above nothing to be one. */
const ERRORS = 2;

type Verdict = 'one' | 'different' | 'open';

/**
 * Do two runs end in one basin, as far as the straight line between their ends tells? Open where the loss rises by more than
 * is no barrier, but by too little for its error.
 */
export function basinsOfEnds({ barrier: { value, standardError }, higher }: BetweenRuns): Verdict {
  if (value <= BARRIER_SHARE * Math.abs(higher)) return 'one';
  return value > ERRORS * (standardError ?? 0) ? 'different' : 'open';
}

const VERDICTS: Readonly<Record<Verdict, string>> = {
  different: 'end in different basins',
  one: 'end in one basin',
  open: 'may end in one basin or in two',
};

/** What a verdict rests on, and what it leaves open. */
const GROUNDS: Readonly<Record<Verdict, string>> = {
  different: '; a curve may still join them',
  one: ', at most 1 % of the higher end',
  open: ', less than twice its error: more rows would tell',
};

/** A share of the higher end's loss that rounding alone may show. */
const ROUNDING = 1e-7;

const rises = ({ barrier: { value }, higher }: BetweenRuns): boolean => value > ROUNDING * Math.abs(higher);

const rise = (between: BetweenRuns): string => {
  const { value, standardError } = between.barrier;
  return rises(between) ? `rises by ${withError(value, standardError)}` : 'does not rise';
};

function betweenSentence({ runs, between }: Path): string[] {
  if (between.length === 0) return [];
  const pair = (each: BetweenRuns) => `${runs[each.a].label} and ${runs[each.b].label}`;
  const measured = anew(between[0]);
  if (between.length === 1) {
    const [only] = between;
    const verdict = basinsOfEnds(only);
    const grounds = rises(only) ? GROUNDS[verdict] : '';
    return [
      `The paths of ${pair(only)} ${VERDICTS[verdict]}: on the straight line between their ends the training loss ${rise(only)}${measured}${grounds}.`,
    ];
  }
  const told = (['different', 'one', 'open'] as const).flatMap((verdict) => {
    const pairs = between.filter((each) => basinsOfEnds(each) === verdict);
    const named = pairs.map((each) => `${pair(each)} (${rise(each)})`).join(', ');
    return pairs.length === 0 ? [] : [`the paths of ${named} ${VERDICTS[verdict]}`];
  });
  return [
    `By the rise of the training loss on the straight line between their ends${measured}, ${told.join('; ')}.`,
  ];
}
