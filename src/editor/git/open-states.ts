/** A state of a file that an editor shows beside the one on disk. */
export interface OpenState {
  /** Where its copy lies. */
  readonly copy: string;
  /** What it is called. */
  readonly since: string;
}

/**
 * What git has of files, as far as editors show it now. The two sides of a diff are editors of their own, which know nothing
 * of one another: by this the one on disk finds the other.
 */
export class OpenStates {
  private readonly states = new Map<string, readonly OpenState[]>();
  private readonly listeners = new Set<(file: string) => void>();

  /** The one that was opened last. */
  of(file: string): OpenState | undefined {
    return this.states.get(file)?.at(-1);
  }

  /** A state is shown until this is called. */
  add(file: string, state: OpenState): () => void {
    this.set(file, [...(this.states.get(file) ?? []), state]);
    return () =>
      this.set(
        file,
        (this.states.get(file) ?? []).filter((each) => each !== state),
      );
  }

  /** Tells of each file for which another state is shown than before, until this is called. */
  onChange(listener: (file: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private set(file: string, states: readonly OpenState[]): void {
    if (states.length > 0) this.states.set(file, states);
    else this.states.delete(file);
    for (const listener of this.listeners) listener(file);
  }
}
