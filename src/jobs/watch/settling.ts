import type { FileStamp } from '../../contract/file-stamp';
import type { Seen } from './listing';

interface Followed {
  readonly seen: Seen;
  /** Since when it is as it was seen, on the clock that the caller reads. */
  readonly since: number;
  /** When it is opened next; absent where that is over. */
  readonly next?: number;
  readonly tries: number;
}

/** What an attempt to open a file has shown. */
export type Outcome =
  /** It is complete: these are all its files. Where there is doubt it is, once it has not changed for long. */
  | { readonly files: readonly FileStamp[]; readonly isDoubtful?: boolean }
  /** It does not open, for this reason. */
  | { readonly reason: string };

/**
 * Tells files that are complete from those that are being written. A file is opened when it has not changed for a while;
 * one that does not open then is tried again, ever more rarely, and called broken when it has not changed for long. Knows
 * no clock: times are the caller's, in milliseconds.
 */
export class Settling {
  private files = new Map<string, Followed>();
  /** When each file of a checkpoint of several was first seen as it is. */
  private readonly firstSeen = new Map<string, number>();

  constructor(private readonly limits: { readonly stillMs: number; readonly patienceMs: number }) {}

  /** Takes in how files are now. @returns whether anything is new, changed or gone. */
  look(seen: readonly Seen[], now: number): boolean {
    const before = this.files;
    this.files = new Map(
      seen.map((each) => {
        const known = before.get(each.path);
        return [each.path, known && isSame(known.seen, each) ? known : this.begun(each, now)];
      }),
    );
    return (
      before.size !== this.files.size || [...this.files].some(([path, each]) => before.get(path) !== each)
    );
  }

  /** Those to be opened now, in the order in which they were looked at. */
  due(now: number): Seen[] {
    return [...this.files.values()].flatMap(({ seen, next }) =>
      next !== undefined && next <= now ? [seen] : [],
    );
  }

  /** Files whose fate is not known yet. */
  get unfinished(): readonly string[] {
    return [...this.files.values()].flatMap(({ seen, next }) => (next === undefined ? [] : [seen.file]));
  }

  /** Needs no look: what it holds is known from before. */
  skip({ path }: Seen): void {
    this.end(path);
  }

  /**
   * Takes in what opening has shown. @returns `complete`, `broken` when it has not changed for long, else `again`: it is due
   * later.
   */
  tried({ path }: Seen, outcome: Outcome, now: number): 'complete' | 'broken' | 'again' {
    const followed = this.files.get(path);
    if (!followed) return 'again';
    const isCertain = 'files' in outcome && outcome.isDoubtful !== true;
    const over =
      (isCertain || this.isLong(followed, now)) &&
      (!('files' in outcome) || this.isSettled(outcome.files, followed, now));
    if (over) {
      this.end(path);
      return 'files' in outcome ? 'complete' : 'broken';
    }
    const { stillMs, patienceMs } = this.limits;
    const tries = followed.tries + 1;
    // The last attempt is not before the end of patience.
    const wait = isCertain ? stillMs : Math.min(stillMs * 2 ** tries, patienceMs / 4);
    this.files.set(path, { ...followed, tries, next: now + wait });
    return 'again';
  }

  /** The file is not as it was listed any more: the next look will tell. */
  private isSettled(files: readonly FileStamp[], { seen }: Followed, now: number): boolean {
    const own = files.find(({ path }) => path === seen.path);
    if (own && !isSame(own, seen)) return false;
    return files
      .filter((file) => file !== own)
      .map(({ path, size, mtimeMs }) => {
        const key = `${path}\n${size}\n${mtimeMs}`;
        const first = this.firstSeen.get(key) ?? now;
        this.firstSeen.set(key, first);
        return first <= now - this.limits.stillMs;
      })
      .every(Boolean);
  }

  private isLong({ since }: Followed, now: number): boolean {
    return now - since >= this.limits.patienceMs;
  }

  private begun(seen: Seen, now: number): Followed {
    return { seen, since: now, next: now + this.limits.stillMs, tries: 0 };
  }

  private end(path: string): void {
    const followed = this.files.get(path);
    if (!followed) return;
    const { next: _, ...over } = followed;
    this.files.set(path, over);
  }
}

type Extent = Pick<Seen, 'size' | 'mtimeMs'>;
const isSame = (a: Extent, b: Extent): boolean => a.size === b.size && a.mtimeMs === b.mtimeMs;
