import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { UserError } from '../../core/errors';
import { type ByteSource, type FileSource, memorySource } from '../containers/source';
import type { DatasetSplit } from './split';
import type { DataFormat, DataPart, FoundData, OpenedData } from './format';
import { isFolderAt, openHead } from './heads';
import { checked } from './named-arrays';
import { type NamedArray, arrayOf, bytesOf } from './npy';

/** Element types of IDX files by their code (yann.lecun.com/exdb/mnist), big-endian, as NumPy writes them. */
const TYPES: ReadonlyMap<number, string> = new Map([
  [0x08, '|u1'],
  [0x09, '|i1'],
  [0x0b, '>i2'],
  [0x0c, '>i4'],
  [0x0d, '>f4'],
  [0x0e, '>f8'],
]);

/** Deflate expands no further. */
const LARGEST_RATIO = 1032;

/** MNIST's own files and those made like them (Fashion, KMNIST, EMNIST, QMNIST): images in one, labels in another. */
export const idx: DataFormat = {
  name: 'IDX',
  extensions: ['.idx', '-ubyte', '.gz'],
  what: "MNIST's IDX files, plain or `.gz`, of which the labels and the test files are found beside by their names; or their folder",
  recognizes: (candidate) =>
    candidate.isFolder ? imagesIn(candidate.path) !== undefined : isIdx(unpackedHead(candidate.head)),
  find: ({ path, isFolder }) => findIdx(isFolder ? imagesIn(path)! : path),
};

const isIdx = (head: Uint8Array): boolean =>
  head.length >= 8 && head[0] === 0 && head[1] === 0 && TYPES.has(head[2]) && head[3] > 0 && head[3] <= 8;

const isPacked = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** The first bytes, unpacked where they are packed. */
function unpackedHead(head: Uint8Array): Uint8Array {
  if (!isPacked(head)) return head;
  try {
    // What follows is left out on purpose, so the stream has no end.
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 23 });
  } catch {
    return new Uint8Array(0);
  }
}

/** Extents and type of the array in an IDX file, by its first bytes; undefined for anything else. */
export function idxHeader(head: Uint8Array): { readonly shape: number[]; readonly type: string } | undefined {
  const bytes = unpackedHead(head);
  const type = TYPES.get(bytes[2]);
  if (!isIdx(bytes) || type === undefined || bytes.length < 4 + 4 * bytes[3]) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { shape: Array.from({ length: bytes[3] }, (_, i) => view.getUint32(4 + 4 * i)), type };
}

/** The training images in a folder, or in the `raw` of torchvision's `MNIST`. */
function imagesIn(folder: string): string | undefined {
  const raw = ['', 'raw', 'MNIST/raw', 'FashionMNIST/raw'].map((inner) => join(folder, inner));
  for (const each of raw) {
    if (!isFolderAt(each)) continue;
    const found = readdirSync(each)
      .sort()
      .find((name) => /train.*images.*idx3/i.test(name) && isIdx(unpackedHead(openHead(join(each, name)))));
    if (found !== undefined) return join(each, found);
  }
  return undefined;
}

/** A file of another name beside, plain or packed. */
function beside(path: string, name: string): string | undefined {
  const plain = name.replace(/\.gz$/, '');
  const places = [name, plain, `${plain}.gz`].map((each) => join(dirname(path), each));
  return places.find((place) => place !== path && existsSync(place));
}

/** The labels of a file of images, by its name. */
const labelsOf = (images: string): string | undefined =>
  beside(images, basename(images).replace('images', 'labels').replace('idx3', 'idx1'));

/** The test images of a file of training images, by its name. */
function testOf(images: string): string | undefined {
  const name = basename(images);
  if (!/train/.test(name)) return undefined;
  return ['t10k', 'test'].map((other) => beside(images, name.replace('train', other))).find(Boolean);
}

function findIdx(path: string): FoundData {
  const labels = labelsOf(path);
  if (labels === undefined || labels === path)
    throw new UserError(
      `${path} holds one array, and no labels lie beside it: its name must have "images" where that of the labels has "labels", as train-images-idx3-ubyte and train-labels-idx1-ubyte.`,
    );
  const testImages = testOf(path);
  const testLabels = testImages && labelsOf(testImages);
  const test = testImages !== undefined && testLabels !== undefined ? [testImages, testLabels] : [];
  const found = [labels, ...test].map((file) => basename(file));
  return {
    files: [path, labels, ...test],
    open: ([trainX, trainY, testX, testY]): OpenedData => ({
      train: part(trainX, trainY),
      ...(testX ? { test: part(testX, testY) } : {}),
      notes: [
        `The labels of ${basename(path)} were found beside it by name${test.length > 0 ? ', and the test rows too' : ''}: ${found.join(', ')}.`,
      ],
    }),
  };
}

/** A file whose header has been read. */
interface IdxFile {
  readonly source: ByteSource;
  readonly type: string;
  readonly shape: readonly number[];
  readonly start: number;
}

function openIdx(file: FileSource): IdxFile {
  const source = isPacked(file.read(0, Math.min(2, file.size))) ? unpacked(file) : file;
  const lead = source.read(0, 4);
  const type = TYPES.get(lead[2]);
  if (!isIdx(source.read(0, Math.min(source.size, 8))) || type === undefined)
    throw new UserError(`${file.name} is no IDX file: it should begin with two zeros and a type.`);
  const rank = lead[3];
  const extents = new DataView(source.read(4, 4 * rank).buffer);
  const shape = Array.from({ length: rank }, (_, axis) => extents.getUint32(4 * axis));
  const start = 4 + 4 * rank;
  const size = bytesOf(source, { type, shape, fortranOrder: false });
  if (size !== source.size - start)
    throw new UserError(
      `${file.name} is cut off or damaged: its header promises ${size} bytes and ${source.size - start} follow. Copy it again.`,
    );
  return { source, type, shape, start };
}

function unpacked(file: FileSource): ByteSource {
  try {
    const most = Math.min(LARGEST_RATIO * file.size + 64, 2 ** 32);
    return memorySource(file.name, gunzipSync(file.read(0, file.size), { maxOutputLength: most }));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${file.name} is cut off or damaged: it cannot be unpacked. Copy it again.`);
  }
}

/** Some rows of a file, or all. */
function readRows({ source, type, shape, start }: IdxFile, name: string, rows?: Int32Array): NamedArray {
  const row = { type, shape: shape.slice(1), fortranOrder: false };
  const width = bytesOf(source, row);
  const count = rows?.length ?? shape[0];
  const bytes = rows ? new Uint8Array(count * width) : source.read(start, count * width);
  rows?.forEach((place, i) =>
    source.readInto(bytes.subarray(i * width, (i + 1) * width), start + place * width),
  );
  return arrayOf(source, { ...row, shape: [count, ...row.shape] }, bytes, name);
}

function part(images: FileSource, labels: FileSource): DataPart {
  const [x, y] = [openIdx(images), openIdx(labels)];
  if (y.shape.length !== 1)
    throw new UserError(
      `${labels.name} has ${y.shape.slice(1).join(' x ')} numbers a row, where one label was expected.`,
    );
  if (x.shape[0] !== y.shape[0])
    throw new UserError(
      `${images.name} has ${x.shape[0]} rows and ${labels.name} ${y.shape[0]}; they must agree.`,
    );
  return {
    rows: x.shape[0],
    byRow: true,
    labels: () => readRows(y, 'labels'),
    read: (rows): DatasetSplit => ({
      rows: rows?.length ?? x.shape[0],
      inputs: [checked(images.name, readRows(x, 'images', rows))],
      labels: checked(labels.name, readRows(y, 'labels', rows)),
    }),
  };
}
