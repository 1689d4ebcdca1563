/** A file that was made to harm who reads it. */
export interface Hostile {
  /** What it is, in words. */
  readonly what: string;
  /** Its name. */
  readonly file: string;
  bytes(): Uint8Array;
  /** Puts more beside it. */
  beside?(folder: string): void;
  /** Large, or much work to refuse: for a run by hand. */
  readonly isLarge?: boolean;
  /** The sentence by which it is refused, or `read` where it is harmless after all. */
  readonly ends: RegExp | 'read';
}
