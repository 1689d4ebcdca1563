import type { Claim, ExperimentRun } from '../../contract/experiment';
import { figureName } from '../../wording/figure-names';
import { formatNumber } from '../../wording/format-number';
import { random, shuffle } from '../../core/random';
import { streams } from '../../core/random-streams';
import { tauOf } from '../comparison/kendall';
import { mean } from '../statistics';
import { isPicked } from './axes';
import { type Cells, cellsOf } from './cells';
import type { Finding } from './finding';
import { tooFew } from './intervals';

type HeterogeneityClaim = Extract<Claim, { kind: 'heterogeneity' }>;

const REARRANGEMENTS = 10_000;
const STREAM_SEED = 1;
const ROUNDING = 1e-9;
/** Tau of fewer settings has hardly any values. */
const LEAST_SETTINGS = 4;

/**
 * Kendall's tau-b of two figures differs between the labels of an axis. Both figures are ranked within each label; where
 * the labels are alike, the pair of ranks that a setting has under one label could as well be that under another, so these
 * change places, setting by setting, and the spread of the taus is held against what that gives (a permutation test).
 */
export function judgeHeterogeneity(claim: HeterogeneityClaim, all: readonly ExperimentRun[]): Finding {
  const { sentence, figure, against, axis, where } = claim;
  const picked = all.filter(
    ({ labels, figures }) =>
      isPicked(labels, where) && figures[figure] !== undefined && figures[against] !== undefined,
  );
  const cells = cellsOf(picked, [figure, against], axis);
  const few = tooFew(sentence, figure, cells.seeds);
  if (few) return few;
  const { names, settings } = tableOf(cells, axis);
  const finding = { sentence, interval: null, seeds: cells.seeds, toward: 'supported' } as const;
  const what = `Kendall's tau of ${figureName(figure)} with ${figureName(against)}`;
  const missing = `${what} within each ${axis} cannot be compared: ${settings.length} settings were run under each of ${names.length} labels`;
  if (settings.length < LEAST_SETTINGS || names.length < 2)
    return { ...finding, reason: missing, estimate: null, p: null };
  const columns = names.map((_, k) => settings.map((row) => row[k]));
  const x = columns.map((column) => ranks(column.map((cell) => cells.x[cell])));
  const y = columns.map((column) => ranks(column.map((cell) => cells.y[cell])));
  const found = tausOf(x, y);
  const listed = names.map((name, k) => `${textOf(found[k])} (${name})`).join(', ');
  const estimate = spreadOf(found);
  const said = `${what} is ${listed}, over ${settings.length} settings each`;
  if (estimate === null)
    return { ...finding, reason: `${said}, and cannot be compared`, estimate: null, p: null };
  return {
    ...finding,
    reason: `${said}: a standard deviation of ${formatNumber(estimate, 2)}`,
    estimate,
    p: chanceOf(x, y, estimate),
  };
}

const textOf = (tau: number | null) => (tau === null ? 'not defined' : formatNumber(tau, 2));

/** The labels of the axis, and of each setting that all of them have its cell under each. */
function tableOf(
  { labels }: Cells,
  axis: string,
): { names: readonly string[]; settings: readonly number[][] } {
  const names = [...new Set(labels.map((each) => each[axis]))];
  const rows = new Map<string, number[]>();
  labels.forEach(({ [axis]: name, ...rest }, cell) => {
    const key = JSON.stringify(Object.entries(rest).sort());
    const row = rows.get(key) ?? [];
    row[names.indexOf(name)] = cell;
    rows.set(key, row);
  });
  const isWhole = (row: readonly number[]) => names.every((_, k) => row[k] !== undefined);
  return { names, settings: [...rows.values()].filter(isWhole) };
}

/** From 0, equal values at the mean of their places. */
function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const same = values.filter((other) => other === value).length;
    return below + (same - 1) / 2;
  });
}

/** Tau-b of each label's ranks, whose halves are exact: equal ones are equal. */
const tausOf = (x: readonly (readonly number[])[], y: readonly (readonly number[])[]): (number | null)[] =>
  x.map((column, k) => tauOfRanks(column, y[k]));

function tauOfRanks(x: readonly number[], y: readonly number[]): number | null {
  let [score, untiedX, untiedY] = [0, 0, 0];
  for (let i = 1; i < x.length; i++)
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [Math.sign(x[i] - x[j]), Math.sign(y[i] - y[j])];
      score += dx * dy;
      untiedX += dx * dx;
      untiedY += dy * dy;
    }
  return tauOf(score, untiedX, untiedY);
}

function spreadOf(taus: readonly (number | null)[]): number | null {
  const defined = taus.filter((tau) => tau !== null);
  if (defined.length < taus.length) return null;
  const centre = mean(defined);
  return Math.sqrt(defined.reduce((sum, tau) => sum + (tau - centre) ** 2, 0) / (defined.length - 1));
}

/** The share of rearrangements, the one that is there among them, whose taus spread as far; those without a tau count. */
function chanceOf(x: readonly number[][], y: readonly number[][], found: number): number {
  const stream = random(STREAM_SEED, streams.permutationTest);
  const order = Int32Array.from(x, (_, k) => k);
  const [movedX, movedY] = [x, y].map((columns) => columns.map((column) => column.slice()));
  let count = 1;
  for (let i = 1; i < REARRANGEMENTS; i++) {
    for (let setting = 0; setting < x[0].length; setting++) {
      shuffle(order, stream);
      order.forEach((from, k) => {
        movedX[k][setting] = x[from][setting];
        movedY[k][setting] = y[from][setting];
      });
    }
    const spread = spreadOf(tausOf(movedX, movedY));
    if (spread === null || spread >= found - ROUNDING) count++;
  }
  return count / REARRANGEMENTS;
}
