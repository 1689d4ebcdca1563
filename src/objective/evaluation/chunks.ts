/** How rows are cut: every chunk has `chunkRows` rows, the last padded with rows of weight zero. */
export interface Chunking {
  readonly rows: number;
  readonly chunkRows: number;
  readonly chunks: number;
}

/** Live bytes of one product that a chunk may need: keeps lanes small and cancelling quick. */
const CHUNK_BYTES = 128 * 2 ** 20;
export const MOST_ROWS = 1024;
/** Rows are the channels of a kernel gradient's convolution, which works on this many at once: the rest is padding. */
const CONVOLVED_ROWS = 16;

/**
 * Rows a chunk, by the model's need a row and the count of rows only, never by free memory or timing: the cut is part
 * of the digits. There are two chunks at least and an even number, four in convolutional models and as many as the size
 * asks for, so that several lanes share the work.
 */
export function chunkRowsFor(bytesPerRow: number, rows: number, convolutional: boolean): number {
  const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(CHUNK_BYTES / Math.max(1, bytesPerRow))));
  const fitting = convolutional && most > CONVOLVED_ROWS ? most - (most % CONVOLVED_ROWS) : most;
  const needed = Math.ceil(rows / fitting);
  const chunks = convolutional ? Math.max(4, needed) : 2 * Math.ceil(needed / 2);
  return Math.ceil(rows / Math.min(rows, chunks));
}

/** How so many rows go into chunks of this size; the last may be filled up. */
export function cut(rows: number, chunkRows: number): Chunking {
  return { rows, chunkRows, chunks: Math.ceil(rows / chunkRows) };
}
