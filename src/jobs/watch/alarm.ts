import { type FSWatcher, watch } from 'node:fs';

/** Changes come in swarms: one look is enough for those of so many milliseconds. */
const QUIET_MS = 150;

/**
 * Wakes whoever waits for a folder to change: by the system's word where it has one, and at the latest after a while, since
 * network file systems say nothing.
 */
export class Alarm {
  private readonly watcher: FSWatcher | undefined;
  private wake: (() => void) | undefined;
  private rang = false;

  constructor(
    folder: string,
    private readonly signal: AbortSignal,
  ) {
    this.watcher = watched(folder, () => this.ring());
    signal.addEventListener('abort', this.ring);
  }

  /** Something is to be seen to. */
  readonly ring = (): void => {
    this.rang = true;
    this.wake?.();
  };

  /** Until it rings, or so many milliseconds have passed. */
  async next(milliseconds: number): Promise<void> {
    if (!this.rang) await this.slept(milliseconds);
    if (this.rang && !this.signal.aborted) await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    this.rang = false;
  }

  close(): void {
    this.watcher?.close();
    this.signal.removeEventListener('abort', this.ring);
  }

  private slept(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** None where the system has no more of them, or the folder is of a kind that has none. */
function watched(folder: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
