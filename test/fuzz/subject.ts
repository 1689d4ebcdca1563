import { createHash } from 'node:crypto';

/** A sound file, and how its kind is read; what reading it gives as a hash, for telling whether it is still the same. */
export interface Subject {
  /** What it holds, where it is no file of the corpus that lies under its name. */
  content?(): Uint8Array;
  /** It has checksums over all that matters, so that damage is refused or changes nothing. */
  readonly isSealed?: boolean;
  /** What lies beside it: a file of the corpus, or what is written into its folder. */
  readonly beside?: string | ((folder: string) => void);
  read(path: string): Promise<unknown>;
}

/** Stands for numbers that would be too many to keep. */
export const hashOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
