import { identityOf } from '../../core/identity';
import { type Origin, lastOfRuns } from './clusters';

/** Up to so many checkpoints every pair has its barrier: 45 pairs. */
const ALL_PAIRS = 10;
const MOST_PAIRS = 60;

export interface BarrierPairs {
  /** Positions, the smaller first. */
  readonly pairs: readonly (readonly [a: number, b: number])[];
  /** What was left out. */
  readonly note?: string;
}

/**
 * The pairs between which barriers are measured: all of them up to ten checkpoints; beyond that those between the last
 * checkpoints of up to ten runs, and between neighbours of each run where those are few enough.
 */
export function barrierPairs(origins: readonly Origin[]): BarrierPairs {
  const among = (places: readonly number[]) =>
    places.flatMap((a, i) => places.slice(i + 1).map((b) => [a, b] as const));
  if (origins.length <= ALL_PAIRS) return { pairs: among(origins.map((_, i) => i)) };
  const lasts = lastOfRuns(origins);
  const ends = lasts.length > 1 && lasts.length <= ALL_PAIRS ? among(lasts) : [];
  const neighbours = neighboursOf(origins);
  const pairs = ends.length + neighbours.length <= MOST_PAIRS ? [...ends, ...neighbours] : ends;
  const measured = [
    ...(ends.length > 0 ? ['between the last checkpoints of runs'] : []),
    ...(pairs.length > ends.length ? ['between neighbours of each run'] : []),
  ].join(' and ');
  return {
    pairs,
    note: `Of ${origins.length} checkpoints barriers are measured ${measured === '' ? 'between none' : `${measured} only`}: all pairs are for up to ${ALL_PAIRS}.`,
  };
}

/** Each checkpoint with the next one of its run, by epoch, or as given where epochs are not known. */
function neighboursOf(origins: readonly Origin[]): (readonly [number, number])[] {
  const runs = new Map<string, number[]>();
  origins.forEach(({ run, seed }, place) => {
    const key = identityOf([run, seed]);
    runs.set(key, [...(runs.get(key) ?? []), place]);
  });
  return [...runs.values()].flatMap((places) => {
    const known = places.every((place) => origins[place].epoch !== undefined);
    const row = known ? [...places].sort((a, b) => origins[a].epoch! - origins[b].epoch!) : places;
    return row
      .slice(1)
      .map((place, i): [number, number] => [Math.min(place, row[i]), Math.max(place, row[i])]);
  });
}
