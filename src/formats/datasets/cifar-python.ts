import { basename, dirname } from 'node:path';
import { UserError } from '../../core/errors';
import { readPickle } from '../checkpoints/torch/weights/pickle';
import { PickleList, type PickleValue } from '../checkpoints/torch/weights/pickle-values';
import { entriesOf } from '../checkpoints/torch/weights/torch-objects';
import type { FileSource } from '../containers/source';
import { PIXELS, batchesIn, cifarRows, partBatches } from './cifar-batches';
import type { DatasetSplit } from './split';
import type { DataFormat, DataPart, FoundData } from './format';
import { openHead } from './heads';
import { bytesIn, pickledArray } from './pickled-arrays';

/** CIFAR-100's training rows are one pickle of 155 MB. */
const LARGEST = 2 ** 28;

/** CIFAR's pickles, read without running them. */
export const cifarPython: DataFormat = {
  name: 'CIFAR (Python)',
  extensions: [],
  what: '',
  recognizes: ({ path, isFolder, head }) =>
    isFolder ? picklesIn(path).length > 0 : isBatch(basename(path)) && isPickle(head),
  find: ({ path, isFolder }) => findBatches(isFolder ? path : dirname(path)),
};

const isBatch = (name: string): boolean => /^(data_batch_\d+|test_batch|train|test)$/.test(name);
const isPickle = (head: Uint8Array): boolean => head[0] === 0x80 && head[1] >= 2 && head[1] <= 5;

const picklesIn = (folder: string): string[] =>
  batchesIn(folder, isBatch, (path) => isPickle(openHead(path)));

function findBatches(folder: string): FoundData {
  const { train, test, notes } = partBatches(folder, picklesIn(folder));
  return {
    files: [...train, ...test],
    open(sources) {
      const read = sources.map(readBatch);
      return {
        train: part(read.slice(0, train.length)),
        ...(test.length > 0 ? { test: part(read.slice(train.length)) } : {}),
        notes: notes(read[0].fine ? 100 : 10),
      };
    },
  };
}

/** One pickle's rows. */
interface Batch {
  readonly rows: number;
  readonly pixels: Uint8Array;
  readonly labels: Int32Array;
  readonly fine: boolean;
}

/** Keys are `str` of Python 2, which Python 3 calls bytes. */
const entry = (value: PickleValue, key: string): PickleValue | undefined =>
  entriesOf(value)?.find(([name]) => {
    const bytes = bytesIn(name);
    return bytes !== undefined && new TextDecoder('latin1').decode(bytes) === key;
  })?.[1];

function readBatch(source: FileSource): Batch {
  const { value } = readPickle(source, { largest: LARGEST });
  const data = pickledArray(entry(value, 'data') ?? null, 'data', source.name);
  const fine = entry(value, 'fine_labels');
  const labels = fine ?? entry(value, 'labels');
  const wrong = new UserError(
    `${source.name} is no batch of CIFAR: it needs "data" of 3,072 bytes a row and as many "labels".`,
  );
  if (!data || !(data.data instanceof Uint8Array) || data.shape[1] !== PIXELS || data.shape.length !== 2)
    throw wrong;
  const numbers =
    labels instanceof PickleList
      ? labels.items
      : Array.from(pickledArray(labels ?? null, 'labels', '')?.data ?? []);
  const whole = numbers.filter((label): label is number => Number.isInteger(label));
  if (whole.length !== data.shape[0] || numbers.length !== whole.length) throw wrong;
  return { rows: whole.length, pixels: data.data, labels: Int32Array.from(whole), fine: fine !== undefined };
}

function part(batches: readonly Batch[]): DataPart {
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  return {
    rows,
    byRow: false,
    read(): DatasetSplit {
      const pixels = new Uint8Array(rows * PIXELS);
      const labels = new Int32Array(rows);
      let at = 0;
      for (const batch of batches) {
        pixels.set(batch.pixels, at * PIXELS);
        labels.set(batch.labels, at);
        at += batch.rows;
      }
      return cifarRows(pixels, labels);
    },
  };
}
