/** A file as it was when it was read: what tells without reading it again that it has not changed. */
export interface FileStamp {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly mtimeMs: number;
}

/** The SHA-256 that reports name, and whose bytes it is of: the file asked for, then those that belong to it. */
export interface HashedFiles {
  readonly sha256: string;
  readonly files: readonly FileStamp[];
}
