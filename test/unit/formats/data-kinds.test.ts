import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import type { DataRequest } from '../../../src/formats/datasets/choices';
import { type Dataset, hashOfData, readDataset } from '../../../src/formats/datasets/dataset';
import { openNpz } from '../../../src/formats/datasets/npz';
import { type FileSource, openFile } from '../../../src/formats/containers/source';
import { arrayHeaders } from '../../../src/formats/datasets/headers';
import { csv } from '../../../src/formats/datasets/csv';
import { corpus } from '../../support/corpus';

/** What NumPy, pandas, Pillow and torchvision read from the files, made by `corpus/make/datasets.py`. */
const expected = openNpz(openFile(corpus('datasets/expected.npz')));

/** What `datasets` and pyarrow wrote, made by `corpus/make/arrow.py`. */
const expectedOfArrow = openNpz(openFile(corpus('datasets/arrow/expected.npz')));

function array(name: string): { shape: readonly number[]; data: number[] } {
  const [of, ...rest] = name.split('/');
  const { shape, data } =
    of === 'arrow' ? expectedOfArrow.read(rest.join('|')) : expected.read(name.replaceAll('/', '|'));
  return { shape, data: Array.from(data) };
}

/** Which of the expected arrays a part is held against. */
interface Expected {
  readonly of: string;
  readonly x?: string;
  readonly y?: string;
}

function sameAs(dataset: Dataset, split: 'train' | 'test', { of, x, y }: Expected): void {
  const part = dataset[split];
  assert.ok(part, `no ${split}`);
  const check = (found: { shape: readonly number[]; data: ArrayLike<number> }, name: string) => {
    const wanted = array(`${of}/${name}`);
    assert.deepEqual([...found.shape], [...wanted.shape], name);
    // Torchvision's own resizing goes by Pillow 13, whose passes come in the other order where that is cheaper.
    if (of !== 'pictures/resized') assert.deepEqual(Array.from(found.data), wanted.data, name);
    else wanted.data.forEach((value, i) => assert.ok(Math.abs(found.data[i] - value) <= 1));
  };
  check(part.inputs[0], x ?? `x_${split}`);
  check(part.labels, y ?? `y_${split}`);
}

/** A file, how it is asked for, and what it holds. */
type Case = readonly [
  file: string,
  expected: Expected,
  request?: DataRequest,
  parts?: readonly ('train' | 'test')[],
];

const BOTH = ['train', 'test'] as const;
const CASES: readonly Case[] = [
  ['csv/flowers-train.csv', { of: 'csv/flowers' }, {}, BOTH],
  ['csv/pixels.csv', { of: 'csv/pixels' }],
  ['csv/bare.csv', { of: 'csv/bare' }, { target: 2 }],
  ['csv/quoted.csv', { of: 'csv/quoted' }],
  ...['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'].map((codec): Case => [
    `parquet/${codec}.parquet`,
    { of: 'parquet/flowers' },
  ]),
  ['parquet/train-00000-of-00002.parquet', { of: 'parquet/lists' }, {}, BOTH],
  ['parquet/pictures.parquet', { of: 'parquet/pictures' }],
  ['arrow/pictures', { of: 'arrow/pictures' }, {}, BOTH],
  ['arrow/pictures/train', { of: 'arrow/pictures' }, {}, BOTH],
  ['arrow/pictures/test', { of: 'arrow/pictures', x: 'x_test', y: 'y_test' }],
  ['arrow/cache', { of: 'arrow/pictures' }, {}, BOTH],
  ['arrow/tokens', { of: 'arrow/tokens' }, { columns: ['input_ids'] }],
  ['arrow/flowers-train.arrow', { of: 'arrow/flowers' }, {}, BOTH],
  ['arrow/flowers.arrow', { of: 'arrow/flowers' }],
  ['arrow/matrices', { of: 'arrow/matrices' }],
  ['idx/train-images-idx3-ubyte', { of: 'idx/bytes' }, {}, BOTH],
  ['idx', { of: 'idx/bytes' }, {}, BOTH],
  ['idx-floats/train-images-idx3-float.gz', { of: 'idx/floats' }],
  ['cifar-10-batches-bin', { of: 'cifar-10' }, {}, BOTH],
  ['cifar-10-batches-bin/data_batch_2.bin', { of: 'cifar-10' }, {}, BOTH],
  ['cifar-10-batches-py', { of: 'cifar-10' }, {}, BOTH],
  ['cifar-10-batches-py/data_batch_1', { of: 'cifar-10' }, {}, BOTH],
  ['cifar-100-binary/train.bin', { of: 'cifar-100' }, {}, BOTH],
  ['cifar-100-python', { of: 'cifar-100' }, {}, BOTH],
  ['pictures', { of: 'pictures/resized' }, { image: { resize: 24, crop: 21 } }, BOTH],
  ['pictures/train', { of: 'pictures/stretched' }, { image: { resize: [50, 70] } }, BOTH],
  ['pictures', { of: 'pictures/gray' }, { image: { resize: [16, 16], color: 'gray' } }, BOTH],
  ['tokens/train.bin', { of: 'tokens' }, { window: 8 }, BOTH],
  ['tokens/wide.bin', { of: 'tokens' }, { window: 8 }],
  ['tokens/shard.bin', { of: 'tokens' }, { window: 8 }],
  ['tokens/ids.npy', { of: 'tokens' }, { window: 8 }],
  ['tokens/ids.jsonl', { of: 'tokens' }, { window: 8 }],
  ['tokens/labelled.jsonl', { of: 'tokens', y: 'labels' }],
  ['tensors/tuple.pt', { of: 'tensors' }],
  ['tensors/legacy.pt', { of: 'tensors' }],
  ['tensors/pair.pt', { of: 'tensors' }, {}, BOTH],
  ['tensors/three.pt', { of: 'tensors' }, {}, BOTH],
  ['tensors/dictionary.pt', { of: 'tensors' }],
  ['tensors/strided.pt', { of: 'tensors', x: 'strided' }],
  ['tensors/dataset.pt', { of: 'tensors' }],
  ['tensors/arrays.pt', { of: 'tensors' }],
  ['names.npz', { of: 'tensors' }, {}, BOTH],
];

describe('data of every kind hold what NumPy, pandas, Pillow and torchvision read from them', () => {
  for (const [file, wanted, request = {}, parts = [BOTH[0]]] of CASES)
    it(file, async () => {
      const path = corpus(join('datasets', file));
      const dataset = await readDataset(path, request);
      for (const part of parts) sameAs(dataset, part, wanted);
      assert.equal(dataset.sha256, await hashOfData(path, request));
      assert.equal(dataset.test !== undefined, parts.length === 2, 'a test part');
    });

  it('safetensors, of which halves become floats', async () => {
    const dataset = await readDataset(corpus('datasets/tensors/arrays.safetensors'));
    sameAs(dataset, 'train', { of: 'tensors' });
    assert.deepEqual(Array.from(dataset.test!.inputs[0].data), array('tensors/half').data);
  });

  it('three tensors of a tuple are two inputs and the labels', async () => {
    const { train } = await readDataset(corpus('datasets/tensors/three.pt'));
    assert.equal(train.inputs.length, 2);
    assert.deepEqual(Array.from(train.inputs[1].data), array('tensors/z_train').data);
  });
});

describe('only the rows asked for are read, and they are those of the whole', () => {
  const rows = Int32Array.of(1, 2);
  for (const [file, , request = {}] of CASES)
    it(file, async () => {
      const path = corpus(join('datasets', file));
      const all = await readDataset(path, request);
      const some = await readDataset(path, {
        ...request,
        take: (total, split) => (split === 'train' && total > 2 ? rows : undefined),
      });
      if (!some.total) return;
      assert.deepEqual(some.total.train, all.train.rows);
      for (const [i, input] of some.train.inputs.entries()) {
        const width = input.data.length / rows.length;
        const whole = Array.from(all.train.inputs[i].data);
        assert.deepEqual(
          Array.from(input.data),
          Array.from(rows).flatMap((row) => whole.slice(row * width, (row + 1) * width)),
        );
      }
      assert.equal(some.train.labels.shape[0], 2);
      assert.equal(some.sha256, all.sha256);
    });
});

it('test rows are read all, unless each of them is a picture to decode', async () => {
  const take = (total: number) => Int32Array.of(0).subarray(0, total);
  const rows = async (file: string, request: DataRequest = {}) =>
    (await readDataset(corpus(join('datasets', file)), { ...request, take })).test?.rows;
  assert.equal(await rows('idx'), 3);
  assert.equal(await rows('csv/flowers-train.csv'), 4);
  assert.equal(await rows('pictures', { image: { resize: [8, 8] } }), 1);
});

describe('what was inferred is said', () => {
  const SAID: readonly (readonly [file: string, note: RegExp, request?: DataRequest])[] = [
    ['csv/flowers-train.csv', /target is the column species, by its text; the other 3 columns/],
    ['csv/flowers-train.csv', /0 setosa, 1 versicolor, 2 virginica/],
    ['csv/flowers-train.csv', /flowers-test\.csv, found beside/],
    ['csv/pixels.csv', /counts the rows and was left out/],
    ['csv/bare.csv', /no names of columns/, { target: 0 }],
    ['parquet/train-00000-of-00002.parquet', /all 2 parts/],
    ['idx/train-images-idx3-ubyte', /train-labels-idx1-ubyte, t10k-images-idx3-ubyte\.gz/],
    ['arrow/pictures', /classes of "label" are 0 cat, 1 dog, 2 ant\./],
    ['arrow/pictures', /training rows are those of train, the test rows those of test/],
    ['arrow/tokens', /target is the column label, by its name\.$/, { columns: ['input_ids'] }],
    ['cifar-100-python', /CIFAR-100.*train, test/],
    ['pictures', /0 cat, 1 dog/, { image: { resize: [9, 9] } }],
    ['pictures', /1 files that are no PNG/, { image: { resize: [9, 9] } }],
    ['tokens/train.bin', /41 token ids were cut into 5 windows of 8/, { window: 8 }],
    ['tokens/wide.bin', /taken for uint32/, { window: 8 }],
    ['tensors/tuple.pt', /last was taken for the labels/],
    ['names.npz', /train_images \(inputs\) and train_labels \(labels\)/],
  ];
  for (const [file, note, request] of SAID)
    it(`${basename(file)}: ${note.source}`, async () => {
      const { notes } = await readDataset(corpus(join('datasets', file)), request);
      assert.ok(
        notes.some((each) => note.test(each)),
        notes.join('\n'),
      );
    });

  it('a window is as long as the input of the model', async () => {
    const path = corpus('datasets/tokens/train.bin');
    const { train, notes } = await readDataset(path, { modelInput: () => Promise.resolve([5]) });
    assert.deepEqual([...train.inputs[0].shape], [8, 5]);
    assert.match(notes.join(), /length of the model's input/);
  });
});

describe('a CSV', () => {
  /** How often the file is gone through until its rows are read. */
  async function passes(target: string | number): Promise<number> {
    const source = openFile(corpus('datasets/csv/flowers-train.csv'));
    let read = 0;
    const counted: FileSource = {
      ...{ name: source.name, size: source.size, mtimeMs: source.mtimeMs, close: () => source.close() },
      read: (position, length) => {
        read += length;
        return source.read(position, length);
      },
      readInto: (into, position) => source.readInto(into, position),
    };
    const candidate = { path: source.name, head: new Uint8Array(0), isFolder: false, size: source.size };
    const request = { target, columns: [0, 1] };
    const opened = await csv.find(candidate, request).open([counted], request);
    assert.equal((await opened.train.read()).labels.shape.length, 1);
    counted.close();
    return read / source.size;
  }

  it('is gone through once more for classes, and for targets of numbers not', async () => {
    assert.equal(await passes('species'), 3);
    assert.equal(await passes(2), 2);
  });
});

it('the headers of IDX files say what their images are, plain and packed; labels alone are no candidate', () => {
  const of = (name: string) => arrayHeaders(corpus(`datasets/${name}`));
  for (const name of ['idx/train-images-idx3-ubyte', 'idx-floats/train-images-idx3-float.gz']) {
    const [{ name: called, shape, type }] = of(name);
    assert.equal(called, 'x_train');
    assert.equal(type, name.startsWith('idx/') ? '|u1' : '>f8');
    const { shape: wanted } = array(`idx/${name.startsWith('idx/') ? 'bytes' : 'floats'}/x_train`);
    assert.deepEqual(shape, [...wanted]);
  }
  assert.deepEqual(of('idx/train-labels-idx1-ubyte'), []);
});
