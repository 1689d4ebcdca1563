import { basename, dirname } from 'node:path';
import { UserError } from '../../core/errors';
import { type FileSource, openFile } from '../containers/source';
import { PIXELS, batchesIn, cifarRows, partBatches } from './cifar-batches';
import type { DatasetSplit } from './split';
import type { DataFormat, DataPart, FoundData } from './format';
import type { NamedArray } from './npy';

/** The two layouts of a record: labels, then pixels. */
interface Layout {
  readonly classes: 10 | 100;
  /** Bytes of labels; the last is the one that is predicted. */
  readonly labels: 1 | 2;
}

const LAYOUTS: readonly Layout[] = [
  { classes: 10, labels: 1 },
  { classes: 100, labels: 2 },
];

/** CIFAR-10's and CIFAR-100's files of bytes (www.cs.toronto.edu/~kriz/cifar.html). */
export const cifarBinary: DataFormat = {
  name: 'CIFAR (binary)',
  extensions: ['.bin'],
  what: 'CIFAR-10 and CIFAR-100, binary or as Python pickles, by any of their files or their folder',
  recognizes: ({ path, isFolder }) =>
    isFolder ? binariesIn(path).length > 0 : isBatch(basename(path)) && layoutOf(path) !== undefined,
  find: ({ path, isFolder }) => findBatches(isFolder ? path : dirname(path)),
};

const isBatch = (name: string): boolean => /^(data_batch_\d+|test_batch|train|test)\.bin$/.test(name);

const binariesIn = (folder: string): string[] =>
  batchesIn(folder, isBatch, (path) => layoutOf(path) !== undefined);

const RECORDS_LOOKED_AT = 200;

/** Which layout a file has, by its length and its first labels: token ids are called `train.bin`, too. */
function layoutOf(path: string): Layout | undefined {
  const source = openFile(path);
  try {
    return LAYOUTS.find((layout) => {
      const record = layout.labels + PIXELS;
      if (source.size % record !== 0) return false;
      const count = Math.min(RECORDS_LOOKED_AT, source.size / record);
      for (let i = 0; i < count; i++) {
        const labels = source.read(i * record, layout.labels);
        if (labels[layout.labels - 1] >= layout.classes || (layout.labels === 2 && labels[0] >= 20))
          return false;
      }
      return true;
    });
  } finally {
    source.close();
  }
}

function findBatches(folder: string): FoundData {
  const all = binariesIn(folder);
  const layouts = new Set(all.map((path) => layoutOf(path)));
  if (layouts.size > 1)
    throw new UserError(`${folder} holds files of both CIFAR-10 and CIFAR-100: part them.`);
  const [layout] = layouts as Set<Layout>;
  const { train, test, notes } = partBatches(folder, all.sort(byNumber));
  return {
    files: [...train, ...test],
    open: (sources) => ({
      train: part(sources.slice(0, train.length), layout),
      ...(test.length > 0 ? { test: part(sources.slice(train.length), layout) } : {}),
      notes: notes(layout.classes),
    }),
  };
}

const byNumber = (a: string, b: string): number =>
  Number(/\d+/.exec(basename(a))?.[0] ?? 0) - Number(/\d+/.exec(basename(b))?.[0] ?? 0);

function part(sources: readonly FileSource[], { labels: lead }: Layout): DataPart {
  const record = lead + PIXELS;
  const counts = sources.map(({ size }) => size / record);
  const total = counts.reduce((sum, count) => sum + count, 0);
  return {
    rows: total,
    byRow: true,
    labels: () => labelsIn(sources, lead),
    read(rows): DatasetSplit {
      const chosen = rows ?? Int32Array.from({ length: total }, (_, i) => i);
      const pixels = new Uint8Array(chosen.length * PIXELS);
      const labels = new Int32Array(chosen.length);
      const buffer = new Uint8Array(record);
      chosen.forEach((row, i) => {
        let [file, at] = [0, row];
        while (at >= counts[file]) at -= counts[file++];
        sources[file].readInto(buffer, at * record);
        labels[i] = buffer[lead - 1];
        pixels.set(buffer.subarray(lead), i * PIXELS);
      });
      return cifarRows(pixels, labels);
    },
  };
}

/** The last byte of labels of every record. */
function labelsIn(sources: readonly FileSource[], lead: number): NamedArray {
  const record = lead + PIXELS;
  const labels = sources.flatMap((source) =>
    Array.from({ length: source.size / record }, (_, i) => source.read(i * record + lead - 1, 1)[0]),
  );
  return { name: 'labels', shape: [labels.length], data: Int32Array.from(labels) };
}
