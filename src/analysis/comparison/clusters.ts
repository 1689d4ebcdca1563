import { identityOf } from '../../shared/identity';
import { LEAST_CLUSTERS } from './bootstrap';

/** What is known of where a row comes from. */
export interface Origin {
  /** The run it belongs to. */
  readonly run: string;
  readonly seed?: number | undefined;
  readonly epoch?: number | undefined;
}

/** Rows in groups that may be taken as independent of each other. */
export interface Clustering {
  readonly over: 'runs' | 'seeds' | 'checkpoints';
  /** Of each row, from 0. */
  readonly clusters: readonly number[];
  readonly count: number;
}

/** Runs of one name with different seeds are different runs. */
const runOf = ({ run, seed }: Origin) => identityOf([run, seed]);

/**
 * The clusters to resample: runs, and beside them seeds where several runs share each (runs from one start are alike).
 * Checkpoints stand for themselves only where they are all there is, in a single run: those of one run follow
 * each other, and an interval over them is too narrow.
 */
export function clusterings(origins: readonly Origin[]): Clustering[] {
  const runs = clustering('runs', origins.map(runOf));
  if (runs.count === 1)
    return [
      {
        ...clustering(
          'checkpoints',
          origins.map((_, i) => String(i)),
        ),
      },
    ];
  const seeded = origins.every(({ seed }) => seed !== undefined);
  const seeds = clustering(
    'seeds',
    origins.map(({ seed }) => String(seed)),
  );
  return seeded && seeds.count >= LEAST_CLUSTERS && seeds.count < runs.count ? [runs, seeds] : [runs];
}

function clustering(over: Clustering['over'], keys: readonly string[]): Clustering {
  const places = new Map([...new Set(keys)].map((key, place) => [key, place]));
  return { over, clusters: keys.map((key) => places.get(key)!), count: places.size };
}

/** The position of the last checkpoint of each run: that of the highest epoch, or the last one given. */
export function lastOfRuns(origins: readonly Origin[]): number[] {
  const last = new Map<string, number>();
  origins.forEach((origin, i) => {
    const before = last.get(runOf(origin));
    const later = before === undefined || (origin.epoch ?? Infinity) >= (origins[before].epoch ?? Infinity);
    if (later) last.set(runOf(origin), i);
  });
  return [...last.values()].sort((a, b) => a - b);
}
