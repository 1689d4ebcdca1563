import { setImmediate } from 'node:timers/promises';
import type { ShowRequest, ShownContents, ShownFile, ShownTensor } from '../../contract/contents';
import { UserError, blamed, throwIfCancelled } from '../../core/errors';
import { openContents } from '../../formats/contents/open-contents';
import type { FileContents, TensorPlace } from '../../formats/contents/tensor-place';
import type { FileSource } from '../../formats/containers/source';
import type { JobContext } from '../context/context';
import { type Sample, sampleOf, unreadIn } from './blocks';
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
 * the other files differ from the first. Of more than 50 million numbers a sample is read, and said.
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
      const contents = await openContents(path, sources, request.all === true);
      if (contents.tensors.length === 0) throw new UserError(`${path} holds no tensors.`);
      const bytes = sources.slice(before).reduce((sum, { size }) => sum + size, 0);
      opened.push({ path, bytes, ...contents });
      throwIfCancelled(signal);
    }
    const files: ShownFile[] = [];
    for (const each of opened) files.push(await shown(each, request, signal));
    const [first, ...others] = opened;
    const all = opened.flatMap(({ tensors }) => tensors);
    const sample = sampleOf(all, request.all === true);
    return { files, differences: others.map((other) => differenceOf(first.tensors, other, sample)) };
  } finally {
    for (const source of sources) source.close();
  }
}

async function shown(file: Opened, request: ShowRequest, signal: AbortSignal): Promise<ShownFile> {
  const { path, kind, bytes, tensors, provenance } = file;
  const sample = sampleOf(tensors, request.all === true);
  const spectra = new Spectra(request.spectra === true);
  const found: ShownTensor[] = [];
  try {
    for (const place of tensors) {
      found.push(await tensorOf(place, { sample, spectra, request, signal }));
      await setImmediate();
      throwIfCancelled(signal);
    }
  } catch (error) {
    throw blamed(error, path, 'cannot be read');
  }
  const histogram =
    request.histogram === undefined ? undefined : histogramIn(file, found, request.histogram, sample);
  return {
    ...{ path, kind, bytes, tensors: found, provenance },
    parameters: tensors.reduce((sum, { isFloat, count }) => sum + (isFloat ? count : 0), 0),
    ...(histogram ? { histogram } : {}),
    weightsAlone: file.weightsAlone && !kind.startsWith('NumPy'),
    notes: notesOf(file, { sample, found, spectra: request.spectra === true, skipped: spectra.skipped }),
  };
}

/** What is asked of every tensor of a file. */
interface Asked {
  readonly sample: Sample;
  readonly spectra: Spectra;
  readonly request: ShowRequest;
  readonly signal: AbortSignal;
}

async function tensorOf(
  place: TensorPlace,
  { sample, spectra, request, signal }: Asked,
): Promise<ShownTensor> {
  const { name, type, shape, count } = place;
  const base = { name, type, shape, count };
  const unread = unreadIn(place, sample);
  if (unread !== undefined) return { ...base, unread };
  const facts = factsOf(place, sample);
  const isWanted = sample.share === 1 || request.spectra === true;
  const isFinite = facts.nan + facts.infinite === 0;
  const spectrum = isWanted && isFinite ? await spectra.of(place, signal) : undefined;
  return { ...base, facts, ...(spectrum ? { spectrum } : {}) };
}

function histogramIn({ path, tensors }: Opened, found: readonly ShownTensor[], name: string, sample: Sample) {
  const at = tensors.findIndex((tensor) => tensor.name === name);
  const { facts } = found[at] ?? {};
  if (facts) return histogramOf(tensors[at], facts, sample);
  const names = tensors.slice(0, 8).map((tensor) => tensor.name);
  throw new UserError(
    `${path} has no tensor "${name}" whose numbers are read; it has ${names.join(', ')}${tensors.length > 8 ? ` and ${tensors.length - 8} more` : ''}.`,
  );
}

/** What was found in a file. */
interface Found {
  readonly sample: Sample;
  readonly found: readonly ShownTensor[];
  /** Whether those of all matrices were asked for. */
  readonly spectra: boolean;
  readonly skipped: number;
}

function notesOf({ notes, tensors }: Opened, { sample, found, spectra, skipped }: Found): string[] {
  const seen = found.reduce((sum, { facts }) => sum + (facts?.seen ?? 0), 0);
  const isSample = sample.share < 1 && seen > 0;
  const share = (100 * seen) / tensors.reduce((sum, { count }) => sum + count, 0);
  const some = `Of its numbers ${share.toPrecision(2)} % were read, in blocks spread over each tensor: norms and means have the error of that, extremes and counts are those of what was read (landscape show --all reads everything).`;
  return [
    ...notes,
    ...(isSample ? [some] : []),
    ...(isSample && !spectra
      ? [
          'Spectra of matrices are left out where not all numbers are read (landscape show --spectra computes them).',
        ]
      : []),
    ...(skipped > 0
      ? [`The spectra of ${skipped} larger matrices were left out (landscape show --spectra computes them).`]
      : []),
  ];
}
