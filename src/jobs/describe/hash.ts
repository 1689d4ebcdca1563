import { formatOf, jointHash } from '../../formats/checkpoints/open';
import { openInput } from '../../formats/input-files';
import { type FileSource, sha256, sha256OfText, stampOf } from '../../formats/containers/source';
import type { EngineRequests } from '../../contract/engine-protocol';
import type { HashedFiles } from '../../contract/file-stamp';
import type { JobContext } from '../context/context';

/** SHA-256 of a checkpoint or data file, the one that its reports name, read a block at a time; of weights alone with their architecture's. */
export async function hash(
  { path, sampleWeights, model }: EngineRequests['hash']['request'],
  { signal }: JobContext,
): Promise<HashedFiles> {
  const opened: FileSource[] = [];
  try {
    const listing = await openInput(path, opened, sampleWeights);
    if (listing) return { sha256: sha256OfText(listing.text), files: listing.stamps };
    const own = await sha256(opened, signal);
    if (model === undefined || !formatOf(opened[0])?.isWeightsAlone)
      return { sha256: own, files: opened.map(stampOf) };
    const count = opened.length;
    await openInput(model, opened);
    const architecture = await sha256(opened.slice(count), signal);
    return { sha256: jointHash(own, architecture), files: opened.map(stampOf) };
  } finally {
    for (const file of opened) file.close();
  }
}
