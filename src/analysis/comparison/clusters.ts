import { identityOf } from '../../core/identity';
import { LEAST_CLUSTERS } from './bootstrap';
import { type DesignAxis, axesOf, axisOf } from './design';

/** What is known of where a row comes from. */
export interface Origin {
  /** The run it belongs to. */
  readonly run: string;
  readonly seed?: number | undefined;
  readonly epoch?: number | undefined;
  readonly hyperparameters?: Readonly<Record<string, string | number | boolean>>;
}

/** Rows in groups that may be taken as independent of each other, or whose levels may. */
export interface Clustering {
  readonly over: 'settings' | 'runs' | 'seeds' | 'checkpoints';
  /** Of each row, from 0. */
  readonly clusters: readonly number[];
  readonly count: number;
  /** What is drawn: the level of each cluster on each axis. */
  readonly axes: readonly { readonly count: number; readonly levels: readonly number[] }[];
}

/** Runs of one name with different seeds are different runs. */
const runOf = ({ run, seed }: Origin) => identityOf([run, seed]);

/**
 * What was varied, where several runs share a setting: runs of one setting are not independent of each other, and neither
 * are settings that share a level. Beside it seeds, where runs share them. Undefined where each run has a setting of its own.
 */
function settings(origins: readonly Origin[]): Clustering | undefined {
  const names = [...new Set(origins.flatMap(({ hyperparameters = {} }) => Object.keys(hyperparameters)))];
  const varied = axesOf(
    new Map(names.map((name) => [name, origins.map(({ hyperparameters = {} }) => hyperparameters[name])])),
  );
  const axes =
    varied.length > 0
      ? varied
      : [
          axisOf(
            'run',
            origins.map(({ run }) => run),
          ),
        ];
  const cell = (row: number) => axes.map(({ levels }) => levels[row]).join();
  const count = new Set(origins.map((_, row) => cell(row))).size;
  const runs = new Set(origins.map(runOf)).size;
  const shared = axes.some((axis) => axis.count < count);
  if (count < 2 || (count === runs && !shared)) return undefined;
  const seeds = axisOf(
    'seed',
    origins.map(({ seed }) => seed),
  );
  const known = origins.every(({ seed }) => seed !== undefined) && seeds.count < runs && seeds.count > 1;
  return crossed(known ? [...axes, seeds] : axes, count);
}

/** Rows that have one level on each axis stand together. */
function crossed(axes: readonly DesignAxis[], count: number): Clustering {
  const rows = axes[0].levels.map((_, row) => axes.map(({ levels }) => levels[row]).join());
  const firsts = [...new Set(rows)].map((key) => rows.indexOf(key));
  const place = new Map(firsts.map((row, cluster) => [rows[row], cluster]));
  return {
    over: 'settings',
    clusters: rows.map((key) => place.get(key)!),
    count,
    axes: axes.map((axis) => ({ count: axis.count, levels: firsts.map((row) => axis.levels[row]) })),
  };
}

/**
 * The clusters to resample: settings where runs share them; else runs, and beside them seeds where several runs share each
 * (runs from one start are alike).
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
  const bySetting = settings(origins);
  if (bySetting) return [bySetting];
  const seeded = origins.every(({ seed }) => seed !== undefined);
  const seeds = clustering(
    'seeds',
    origins.map(({ seed }) => String(seed)),
  );
  return seeded && seeds.count >= LEAST_CLUSTERS && seeds.count < runs.count ? [runs, seeds] : [runs];
}

function clustering(over: Clustering['over'], keys: readonly string[]): Clustering {
  const places = new Map([...new Set(keys)].map((key, place) => [key, place]));
  const levels = Array.from({ length: places.size }, (_, level) => level);
  const axes = [{ count: places.size, levels }];
  return { over, clusters: keys.map((key) => places.get(key)!), count: places.size, axes };
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
