import { openInput } from '../../formats/input-files';
import { type FileSource, sha256, sha256OfText, stampOf } from '../../formats/containers/source';
import type { EngineRequests } from '../../contract/engine-protocol';
import type { HashedFiles } from '../../contract/file-stamp';
import type { JobContext } from '../context/context';

/** SHA-256 of a checkpoint or data file, the one that its reports name, read a block at a time. */
export async function hash(
  { path, sampleWeights }: EngineRequests['hash']['request'],
  { signal }: JobContext,
): Promise<HashedFiles> {
  const opened: FileSource[] = [];
  try {
    const listing = await openInput(path, opened, sampleWeights);
    if (listing) return { sha256: sha256OfText(listing.text), files: listing.stamps };
    return { sha256: await sha256(opened, signal), files: opened.map(stampOf) };
  } finally {
    for (const file of opened) file.close();
  }
}
