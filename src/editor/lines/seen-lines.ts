/** What of the editor's memory is used here. */
interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): Thenable<void>;
}

const KEY = 'landscape.lines';
const MOST = 2000;

/**
 * How lines of code read when figures were first shown at them: a line that reads otherwise has another layer, of which
 * nothing was measured. Kept over windows of one workspace, for the newest lines.
 */
export class SeenLines {
  private readonly seen: Map<string, string>;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly memory: Memory) {
    this.seen = new Map(Object.entries(memory.get<Record<string, string>>(KEY) ?? {}));
  }

  /** Is this the text that was first seen under a key? The first one is. */
  stands(key: string, text: string): boolean {
    const known = this.seen.get(key);
    if (known !== undefined) return known === text;
    this.seen.set(key, text);
    const oldest = this.seen.keys().next().value;
    if (this.seen.size > MOST && oldest !== undefined) this.seen.delete(oldest);
    this.timer ??= setTimeout(() => this.save(), 1000);
    return true;
  }

  dispose(): void {
    if (this.timer !== undefined) this.save();
  }

  private save(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.memory.update(KEY, Object.fromEntries(this.seen));
  }
}
