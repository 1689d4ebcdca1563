import path from 'node:path';
import * as z from 'zod';
import { cacheFolder } from './cache-folder';
import { KeptStore } from './kept-store';

const placeSchema = z.object({
  /** Of the runtime that it was found for. */
  version: z.string(),
  provider: z.string(),
  libraries: z.array(z.string()),
});

/** The parts of CUDA that were found on this machine, and by whose word. */
export type FoundCuda = z.infer<typeof placeSchema>;

const KEY = 'place';

/** A folder of ours for what has to do with CUDA. */
export const cudaFolder = (): string => path.join(cacheFolder(), 'cuda');

/** What `landscape setup cuda` has found; undefined where it was not run, or found too little. */
export const foundCuda = (folder = cudaFolder()): Promise<FoundCuda | undefined> =>
  new KeptStore(folder).read(KEY, placeSchema);

/** Keeps what was found. @throws UserError where it cannot be written. */
export const keepCuda = (found: FoundCuda, folder = cudaFolder()): Promise<void> =>
  new KeptStore(folder).write(KEY, found);
