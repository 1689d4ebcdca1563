/** What differs between two states of a checkpoint, as git has it and as it is on disk. */
export interface CheckpointChange {
  /** What the earlier state is called: `HEAD`, `index`, the first digits of a commit. */
  readonly since: string;
  /** Which of the two the page that shows this is of. */
  readonly side: 'before' | 'now';
  /** Headline figures of both; absent where a state was not measured by the settings that hold. */
  readonly figures: readonly Beside<string>[];
  /** Layers that differ, each in words; absent where there is none of that name. */
  readonly layers: readonly Beside<string>[];
  /** How many layers there are in both; absent where a state tells none, as weights alone do. */
  readonly layerCounts?: { readonly before: number; readonly now: number };
  /** Tensors that differ, with their norms. */
  readonly tensors: readonly (Beside<number> & {
    /** The distance between both as a share of the norm before; absent where shapes differ or one is missing. */
    readonly relative?: number;
  })[];
  /** Tensors that are equal to the last bit. */
  readonly equal: number;
  /** Over all tensors of both: the distance as a share of the norm before, and the angle in degrees. */
  readonly relative: number;
  readonly angle: number;
  /** Whether a sample of the numbers was compared. */
  readonly sampled: boolean;
}

/** One thing before and now. */
export interface Beside<T> {
  readonly name: string;
  readonly before?: T;
  readonly now?: T;
}
