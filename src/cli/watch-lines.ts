import type { Watch, WatchEvent, WatchLine, Watched } from '../contract/watch';

/** Something to be told: a checkpoint whose fate is known, or what is noteworthy about it. */
export type Fresh = { readonly checkpoint: Watched } | { readonly event: WatchEvent };

/** What of a watch has not been told yet, as it grows. */
export class WatchLines {
  private readonly checkpoints = new Set<string>();
  private readonly events = new Set<string>();

  /** Checkpoints whose fate is known, each followed by what is noteworthy about it. */
  fresh({ checkpoints, events }: Watch): Fresh[] {
    return checkpoints.flatMap((checkpoint) => {
      const { id, status } = checkpoint;
      const isNew = status !== 'waiting' && isFirst(this.checkpoints, `${id} ${status}`);
      const own = events.filter(
        (event) => event.id === id && isFirst(this.events, `${event.id} ${event.what}`),
      );
      return [...(isNew ? [{ checkpoint }] : []), ...own.map((event) => ({ event }))];
    });
  }
}

function isFirst(told: Set<string>, key: string): boolean {
  const before = told.size;
  told.add(key);
  return told.size > before;
}

/** One line of the stream. */
export const lineOf = (line: WatchLine): string => `${JSON.stringify(line)}\n`;
