import { setImmediate } from 'node:timers/promises';
import type { ShowRequest, ShownContents, ShownFile, ShownTensor } from '../../contract/contents';
import { UserError, blamed, throwIfCancelled } from '../../core/errors';
import { openContents } from '../../formats/contents/open-contents';
import type { FileContents, TensorPlace } from '../../formats/contents/tensor-place';
import type { FileSource } from '../../formats/containers/source';
import type { JobContext } from '../context/context';
import { shareOf } from './blocks';
import { differenceOf } from './differences';
import { Spectra } from './spectrum-of';
import { factsOf, histogramOf } from './tensor-facts';

/** A file as it is open. */
interface Opened extends FileContents {
  readonly path: string;
  readonly bytes: number;
}

/**
 * What is inside of files, without data: tensors and what their numbers are like, who wrote them, spectra of matrices; how
 * the other files differ from the first. Of more than 192 MiB of numbers a sample at even distances is read, and said.
 * @throws UserError for what cannot be read, and for a tensor that is not there
 */
export async function show(
  request: ShowRequest,
  { signal }: Pick<JobContext, 'signal'>,
): Promise<ShownContents> {
  const sources: FileSource[] = [];
  try {
    const opened: Opened[] = [];
    for (const path of request.files) {
      const before = sources.length;
      const contents = await openContents(path, sources);
      if (contents.tensors.length === 0) throw new UserError(`${path} holds no tensors.`);
      const bytes = sources.slice(before).reduce((sum, { size }) => sum + size, 0);
      opened.push({ path, bytes, ...contents });
      throwIfCancelled(signal);
    }
    const files: ShownFile[] = [];
    for (const each of opened) files.push(await shown(each, request, signal));
    const [first, ...others] = opened;
    const all = opened.flatMap(({ tensors }) => tensors);
    const share = shareOf(all, request.all === true);
    return { files, differences: others.map((other) => differenceOf(first.tensors, other, share)) };
  } finally {
    for (const source of sources) source.close();
  }
}

async function shown(file: Opened, request: ShowRequest, signal: AbortSignal): Promise<ShownFile> {
  const { path, kind, bytes, tensors, provenance } = file;
  const share = shareOf(tensors, request.all === true);
  const spectra = new Spectra(request.spectra === true);
  const found: ShownTensor[] = [];
  try {
    for (const place of tensors) {
      found.push(await tensorOf(place, share, spectra, signal));
      await setImmediate();
      throwIfCancelled(signal);
    }
  } catch (error) {
    throw blamed(error, path, 'cannot be read');
  }
  const histogram =
    request.histogram === undefined ? undefined : histogramIn(file, found, request.histogram, share);
  return {
    ...{ path, kind, bytes, tensors: found, provenance },
    parameters: tensors.reduce((sum, { isFloat, count }) => sum + (isFloat ? count : 0), 0),
    ...(histogram ? { histogram } : {}),
    notes: notesOf(file, share, spectra.skipped),
  };
}

async function tensorOf(
  place: TensorPlace,
  share: number,
  spectra: Spectra,
  signal: AbortSignal,
): Promise<ShownTensor> {
  const { name, type, shape, count, unread } = place;
  const base = { name, type, shape, count };
  if (unread !== undefined) return { ...base, unread };
  const facts = factsOf(place, share);
  const finite = facts.nan + facts.infinite === 0;
  const spectrum = share === 1 && finite ? await spectra.of(place, signal) : undefined;
  return { ...base, facts, ...(spectrum ? { spectrum } : {}) };
}

function histogramIn({ path, tensors }: Opened, found: readonly ShownTensor[], name: string, share: number) {
  const at = tensors.findIndex((tensor) => tensor.name === name);
  const { facts } = found[at] ?? {};
  if (facts) return histogramOf(tensors[at], facts, share);
  const names = tensors.slice(0, 8).map((tensor) => tensor.name);
  throw new UserError(
    `${path} has no tensor "${name}" whose numbers are read; it has ${names.join(', ')}${tensors.length > 8 ? ` and ${tensors.length - 8} more` : ''}.`,
  );
}

function notesOf({ notes, weightsAlone, kind }: Opened, share: number, skipped: number): string[] {
  const some = `Of its numbers ${(100 * share).toPrecision(2)} % were read, in blocks at even distances: norms and means have the error of that, extremes and counts are those of what was read (--all reads everything).`;
  return [
    ...notes,
    ...(share < 1 ? [some] : []),
    ...(share < 1 ? ['Spectra of matrices are left out where not all numbers are read.'] : []),
    ...(skipped > 0
      ? [`The spectra of ${skipped} larger matrices were left out (--spectra computes them).`]
      : []),
    ...(weightsAlone && !kind.startsWith('NumPy')
      ? [
          'These are weights without the network that they belong to. To see the curvature there, name its architecture by "model" in landscape.json or --model: a .pt2 that torch.export.save wrote once, or an .onnx.',
        ]
      : []),
  ];
}
