import { formatOf, openCheckpoint } from '../../formats/checkpoints/open';
import { openInput } from '../../formats/input-files';
import { type FileSource, sha256, sha256OfText, stampOf } from '../../formats/containers/source';
import type { EngineRequests } from '../../contract/engine-protocol';
import type { HashedFiles } from '../../contract/file-stamp';
import type { JobContext } from '../context/context';

/** SHA-256 of a checkpoint or data file, the one that its reports name, read a block at a time; of weights alone with that of what says their network. */
export async function hash(
  { path, sampleWeights, model }: EngineRequests['hash']['request'],
  { signal }: Pick<JobContext, 'signal'>,
): Promise<HashedFiles> {
  const opened: FileSource[] = [];
  try {
    const listing = await openInput(path, opened, sampleWeights);
    if (listing) return { sha256: sha256OfText(listing.text), files: listing.stamps };
    if (!formatOf(opened[0])?.isWeightsAlone)
      return { sha256: await sha256(opened, signal), files: opened.map(stampOf) };
    // Which other files say what network they are of is known once they are read.
    const { sha256: joint, files } = await openCheckpoint(path, signal, { model });
    return { sha256: joint, files: [...files] };
  } finally {
    for (const file of opened) file.close();
  }
}
