import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { DataRequest } from '../../../src/formats/datasets/choices';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { UserError } from '../../../src/core/errors';
import { corpus, temporaryFolder } from '../../support/corpus';

const given = (name: string): Uint8Array => readFileSync(corpus(join('datasets', name)));

/** Files by name in a new folder, of which the first is read. */
function files(contents: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(contents)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const [first] = Object.keys(contents);
  return join(folder, first);
}

const half = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, Math.floor(bytes.length / 2));
const idxHead = (...extents: number[]): Uint8Array =>
  Uint8Array.from([
    0,
    0,
    8,
    extents.length,
    ...extents.flatMap((each) => [each >>> 24, (each >> 16) & 255, (each >> 8) & 255, each & 255]),
  ]);

/** What is wrong, the path of it, the sentence, and what was stated. */
const MISTAKES: readonly (readonly [
  what: string,
  path: () => string,
  sentence: RegExp,
  request?: DataRequest,
])[] = [
  [
    'a table of which nothing says the target',
    () => files({ 'a.csv': 'a,b\n1,2\n3,4\n' }),
    /does not say which column is to be predicted.*--target.*a, b/,
  ],
  [
    'a target that is not there',
    () => files({ 'a.csv': 'a,b\n1,2\n' }),
    /has no column c; it has 2: a, b/,
    { target: 'c' },
  ],
  [
    'text among the inputs',
    () => files({ 'a.csv': 'name,a,y\nx,1,0\nz,2,1\n' }),
    /has text in the column name.*--columns/,
  ],
  ['an empty cell', () => files({ 'a.csv': 'a,y\n1,0\n,1\n' }), /column a is empty in row 1/],
  ['NaN in a cell', () => files({ 'a.csv': 'a,y\n1,0\nnan,1\n' }), /column a holds nan in row 1/],
  [
    'rows of different length',
    () => files({ 'a.csv': 'a,y\n1,0\n1\n' }),
    /has 1 cells where the first has 2/,
  ],
  [
    'a header and nothing else',
    () => files({ 'a.csv': 'a,y\n' }),
    /has a header and no rows/,
    { header: true },
  ],
  [
    'a class of the test that training has not',
    () => files({ 'train.csv': 'a,y\n1,cat\n2,dog\n', 'test.csv': 'a,y\n1,cow\n' }),
    /Row 0 of "y" in .*test\.csv has the class "cow"/,
  ],
  [
    'other columns in the test',
    () => files({ 'train.csv': 'a,y\n1,2\n', 'test.csv': 'b,y\n1,2\n' }),
    /test\.csv has other columns than/,
  ],
  [
    'a Parquet file cut off',
    () => files({ 'a.parquet': half(given('parquet/zstd.parquet')) }),
    /cut off or damaged/,
  ],
  [
    'a Parquet file of rubbish',
    () =>
      files({
        'a.parquet': Buffer.concat([
          Buffer.from('PAR1'),
          Buffer.alloc(900, 7),
          Buffer.from('\xff\xff\xff\x7fPAR1', 'latin1'),
        ]),
      }),
    /cut off or damaged/,
  ],
  [
    'images without labels',
    () => files({ 'train-images-idx3-ubyte': idxHead(1, 1, 1) }),
    /no labels lie beside/,
  ],
  [
    'images that are cut off',
    () =>
      files({
        'train-images-idx3-ubyte': idxHead(2, 2, 2),
        'train-labels-idx1-ubyte': given('idx/train-labels-idx1-ubyte'),
      }),
    /promises 8 bytes and 0 follow/,
  ],
  [
    'images that claim more than memory',
    () =>
      files({
        'train-images-idx3-ubyte': idxHead(0xffffffff, 0xffffffff, 9),
        'train-labels-idx1-ubyte': given('idx/train-labels-idx1-ubyte'),
      }),
    /too large/,
  ],
  [
    'a packed file that is cut off',
    () =>
      files({
        'train-images-idx3-ubyte.gz': half(given('idx/t10k-images-idx3-ubyte.gz')),
        'train-labels-idx1-ubyte': given('idx/train-labels-idx1-ubyte'),
      }),
    /cut off or damaged/,
  ],
  [
    'more images than labels',
    () =>
      files({
        'train-images-idx3-ubyte': given('idx/train-images-idx3-ubyte'),
        'train-labels-idx1-ubyte.gz': given('idx/t10k-labels-idx1-ubyte.gz'),
      }),
    /7 rows and .* 3; they must agree/,
  ],
  [
    'CIFAR pickles that are cut off',
    () => files({ data_batch_1: half(given('cifar-10-batches-py/data_batch_1')) }),
    /cut off or damaged/,
  ],
  [
    'a pickle that would run something',
    () => files({ data_batch_1: Buffer.from('\x80\x02cposix\nsystem\nX\x02\x00\x00\x00id\x85R.', 'latin1') }),
    /names posix\.system in its pickle/,
  ],
  [
    'pictures of different sizes',
    () => join(corpus('datasets/pictures')),
    /different sizes.*--resize 256 --crop 224/,
  ],
  [
    'a crop larger than the pictures',
    () => join(corpus('datasets/pictures')),
    /smaller than the crop/,
    { image: { resize: 20, crop: 21 } },
  ],
  [
    'a picture that is none',
    () => files({ 'a/x.png': 'text', 'b/y.png': 'text' }).replace(/.a.x\.png$/, ''),
    /is no PNG or JPEG picture/,
  ],
  [
    'a picture that is cut off',
    () =>
      files({
        'a/x.jpg': half(given('pictures/train/cat/b.jpg')).subarray(0, 300),
        'b/y.png': 'text',
      }).replace(/.a.x\.jpg$/, ''),
    /x\.jpg is cut off or damaged/,
  ],
  ['a stream without a window', () => corpus('datasets/tokens/train.bin'), /41 token ids.*--window/],
  [
    'a window longer than the stream',
    () => corpus('datasets/tokens/train.bin'),
    /fewer than one window of 100/,
    { window: 100 },
  ],
  [
    'JSON lines without ids',
    () => files({ 'a.jsonl': '{"text": "a"}\n{"text": "b"}\n' }),
    /line 1 has no list of token ids/,
  ],
  [
    'JSON lines that are none',
    () => files({ 'a.jsonl': '{"input_ids": [1]}\n{"input_ids": [\n' }),
    /line 2 is no JSON/,
  ],
  [
    'labels in some lines',
    () => files({ 'a.jsonl': '{"ids": [1], "label": 1}\n{"ids": [1]}\n' }),
    /labels in 1 of 2 lines/,
  ],
  [
    'lines of different length',
    () => files({ 'a.jsonl': '{"ids": [1], "label": 1}\n{"ids": [1, 2], "label": 0}\n' }),
    /row 1 has 2 token ids and the first 1/,
  ],
  [
    'arrays of which one is stated',
    () => corpus('datasets/names.npz'),
    /both or neither/,
    { target: 'train_labels' },
  ],
  [
    'an array that is not there',
    () => corpus('datasets/names.npz'),
    /has no array x/,
    { target: 'train_labels', columns: ['x'] },
  ],
  [
    'a CSV with decimal commas',
    () => files({ 'a.csv': 'a;b;label\n0,5;1;0\n-1,25;2;1\n' }),
    /a\.csv has numbers with decimal commas in its column a: write them with points/,
  ],
  ['a CSV of names alone', () => files({ 'a.csv': 'width,height,label\n' }), /has a header and no rows\.$/],
  [
    'a text in UTF-16',
    () => files({ 'a.csv': Buffer.from('\ufeffa,label\n1,0\n', 'utf16le') }),
    /is text in UTF-16: save it as UTF-8/,
  ],
  [
    'a folder of other pictures',
    () => dirname(dirname(files({ 'cats/a.webp': 'RIFF' }))),
    /holds pictures of other kinds than PNG and JPEG: convert them to PNG/,
  ],
  [
    'a column of values of another kind',
    () => corpus('datasets/arrow/dates.arrow'),
    /values in the column day that are neither numbers nor lists of them \(such as dates or structures\)/,
  ],
  ['a packed archive', () => files({ 'data.gz': gzipSync('text') }), /is a packed archive: unpack it/],
  ['one picture', () => corpus('datasets/pictures/train/cat/a.png'), /is one picture: give the folder/],
  [
    'a damaged file in a Hugging Face folder',
    () => dirname(files({ 'dataset_info.json': '{}', 'data-00000-of-00001.arrow': 'x' })),
    /data-00000-of-00001\.arrow is cut off or damaged/,
  ],
  ['an empty Arrow file', () => files({ 'a.arrow': 'ARROW1\0\0' }), /a\.arrow is cut off or damaged/],
  ['a packed Arrow file', () => corpus('datasets/arrow/packed.arrow'), /is packed.*write it once as Parquet/],
  [
    'parts of which none is for training',
    () => dirname(files({ 'dataset_dict.json': '{}' })),
    /has no part "train": its parts are missing/,
  ],
  [
    'a Hugging Face folder that lacks a file',
    () =>
      dirname(
        files({
          'state.json': JSON.stringify({ _data_files: [{ filename: '../b.arrow' }] }),
          'dataset_info.json': '{}',
          'a.arrow': 'x',
        }),
      ),
    /lacks its file \.\.\/b\.arrow: copy the whole folder/,
  ],
  ['a text', () => files({ 'a.txt': 'Lorem ipsum.\nDolor.\n' }), /no data of a kind that is read/],
  [
    'a folder of something else',
    () => dirname(files({ 'a.txt': 'text' })),
    /is a folder: give a file, or the folder/,
  ],
];

describe('mistakes in data, each with one sentence', () => {
  for (const [what, path, sentence, request] of MISTAKES)
    it(what, () =>
      assert.rejects(readDataset(path(), request), (error) => {
        assert.ok(error instanceof UserError, String(error));
        assert.match(error.message, sentence);
        assert.doesNotMatch(error.message, /undefined|\[object|\n/);
        return true;
      }),
    );

  it('few rows of many pictures are read, whatever the others are', async () => {
    const folder = temporaryFolder();
    cpSync(corpus('datasets/pictures/train'), folder, { recursive: true });
    writeFileSync(join(folder, 'dog/zebra.png'), 'not read');
    const take = () => Int32Array.of(0, 1);
    const { train, total } = await readDataset(folder, { take, image: { resize: [8, 8] } });
    assert.deepEqual([train.rows, total?.train], [2, 8]);
  });
});
