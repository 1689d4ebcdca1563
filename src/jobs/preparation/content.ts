import { formatOf, openCheckpoint } from '../../formats/checkpoints/open';
import { type FileSource, stampOf } from '../../formats/containers/source';
import { openInput } from '../../formats/input-files';
import type { AnalyzeRequest } from '../../contract/settings';
import { CancelledError } from '../../core/errors';
import { identityOf } from '../../core/identity';

/**
 * What the problem of a request is made of: the request, and its files as they lie there now. Two that are equal give the
 * same problem.
 * @throws UserError where a file cannot be read.
 */
async function contentOf(request: AnalyzeRequest, signal: AbortSignal): Promise<string> {
  const { checkpoint, data, sampleWeights, budgetSeconds: _, ...settings } = request;
  return identityOf([
    settings,
    await filesOf(checkpoint, request, signal),
    await filesOf(data, { sampleWeights }, signal),
  ]);
}

async function filesOf(
  path: string,
  { sampleWeights, model }: Pick<AnalyzeRequest, 'sampleWeights' | 'model'>,
  signal: AbortSignal,
): Promise<unknown> {
  const opened: FileSource[] = [];
  try {
    const listing = await openInput(path, opened, sampleWeights);
    if (listing) return [listing.text, ...listing.stamps];
    // Which other files say what network they are of is known once they are read.
    if (!formatOf(opened[0])?.isWeightsAlone) return opened.map(stampOf);
    const { sha256, files } = await openCheckpoint(path, signal, { model });
    return [sha256, ...files];
  } finally {
    for (const file of opened) file.close();
  }
}

/** The same, or nothing where it cannot be told: then whoever opens the files says why. @throws CancelledError */
export async function contentIfKnown(
  request: AnalyzeRequest,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return await contentOf(request, signal);
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    return undefined;
  }
}
