import assert from 'node:assert/strict';
import { closeSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ShownTensor } from '../../../src/contract/contents';
import { UserError } from '../../../src/core/errors';
import type { TensorPlace } from '../../../src/formats/contents/tensor-place';
import { MOST_NUMBERS, sampleOf } from '../../../src/jobs/show/blocks';
import { sameNames } from '../../../src/jobs/show/same-names';
import { show } from '../../../src/jobs/show/show';
import { factsOf } from '../../../src/jobs/show/tensor-facts';
import { contentsText } from '../../../src/wording/contents-text';
import { corpusJson } from '../formats/corpus';
import { corpus, temporaryFolder } from '../../support/corpus';
import { floats, npz } from '../../support/npz';

const context = { signal: new AbortController().signal };

/** What NumPy finds in a tensor, by `corpus/make/contents.py`. */
interface Wanted {
  readonly shape: readonly number[];
  readonly norm: number;
  readonly mean: number;
  readonly least: number;
  readonly most: number;
  readonly zeros: number;
  readonly largest?: readonly number[];
  readonly smallest?: number;
  readonly stableRank?: number;
}

const near = (found: number, wanted: number, scale = Math.abs(wanted)) =>
  assert.ok(Math.abs(found - wanted) <= 1e-6 * scale + 1e-9, `${found} instead of ${wanted}`);

/** A safetensors file of one float32 tensor. */
function safetensors(shape: readonly number[], data: Float32Array): string {
  const header = JSON.stringify({ w: { dtype: 'F32', shape, data_offsets: [0, data.byteLength] } });
  const lead = Buffer.alloc(8);
  lead.writeBigUInt64LE(BigInt(header.length));
  const file = join(temporaryFolder(), 'a.safetensors');
  writeFileSync(file, Buffer.concat([lead, Buffer.from(header), Buffer.from(data.buffer)]));
  return file;
}

describe('what is inside of a file', () => {
  for (const [name, tensors] of Object.entries(
    corpusJson<Record<string, Record<string, Wanted>>>('contents.json'),
  ))
    it(`${name}: norms, extremes and singular values are NumPy's`, async () => {
      const { files } = await show({ files: [corpus(name)] }, context);
      const found = new Map(files[0].tensors.map((tensor) => [tensor.name, tensor]));
      assert.deepEqual([...found.keys()].sort(), Object.keys(tensors).sort());
      for (const [key, wanted] of Object.entries(tensors)) {
        const { facts, shape, spectrum } = found.get(key) as ShownTensor & { facts: object };
        assert.deepEqual([...shape], wanted.shape);
        assert.ok(facts);
        near(facts.norm.value, wanted.norm);
        near(facts.mean.value, wanted.mean, Math.max(Math.abs(wanted.least), wanted.most));
        assert.deepEqual([facts.norm.standardError, facts.mean.standardError], [0, 0]);
        near(facts.least, wanted.least);
        near(facts.most, wanted.most);
        near(facts.zeros, wanted.zeros);
        if (!wanted.largest || Math.min(...wanted.shape) < 2) continue;
        assert.ok(spectrum, key);
        wanted.largest.forEach((value, i) => near(spectrum.largest[i], value, wanted.largest![0]));
        near(spectrum.stableRank, wanted.stableRank!);
        // From the Gram matrix: half the digits of the smallest.
        assert.ok(Math.abs(spectrum.smallest - wanted.smallest!) < 1e-6 * wanted.largest[0]);
      }
    });

  it('the same network in files of other kinds has the same numbers', async () => {
    const kinds = ['keras/mlp-digits.keras', 'keras/mlp-digits.h5'].map((name) => corpus(name));
    const shown = await Promise.all(kinds.map((file) => show({ files: [file] }, context)));
    const [archive, hdf5] = shown.map(({ files }) =>
      files[0].tensors.map(({ facts }) => facts?.norm.value).sort(),
    );
    for (const norm of archive) assert.ok(hdf5.includes(norm), String(norm));
    const [{ tensors }] = (await show({ files: [corpus('onnx/mlp-mnist.onnx')] }, context)).files;
    assert.ok(tensors.some(({ shape }) => shape.join() === '64,784'));
    const program = await show({ files: [corpus('torch/weights/cnn.pt2')] }, context);
    assert.ok(program.files[0].tensors.length > 3);
  });

  it('NaN and infinite numbers are counted and left out of the others', async () => {
    const file = safetensors([5], Float32Array.of(NaN, Infinity, -Infinity, 3, 0));
    const [{ facts }] = (await show({ files: [file] }, context)).files[0].tensors;
    assert.deepEqual(
      [facts?.nan, facts?.infinite, facts?.norm.value, facts?.least, facts?.most],
      [1, 2, 3, 0, 3],
    );
  });

  it('a histogram counts every number', async () => {
    const file = safetensors(
      [4, 25],
      Float32Array.from({ length: 100 }, (_, i) => i),
    );
    const { histogram } = (await show({ files: [file], histogram: 'w' }, context)).files[0];
    assert.equal(
      histogram?.counts.reduce((a, b) => a + b),
      100,
    );
    assert.deepEqual([histogram?.edges[0], histogram?.edges.at(-1)], [0, 99]);
    await assert.rejects(
      show({ files: [file], histogram: 'v' }, context),
      (error) => error instanceof UserError && /no tensor "v".*it has w/.test(error.message),
    );
  });

  it('of a file of gigabytes a bounded part is read, and said', async () => {
    const count = 640_000_000;
    const header = JSON.stringify({ w: { dtype: 'F32', shape: [count], data_offsets: [0, 4 * count] } });
    const file = join(temporaryFolder(), 'large.safetensors');
    const lead = Buffer.alloc(8);
    lead.writeBigUInt64LE(BigInt(header.length));
    const descriptor = openSync(file, 'w');
    writeSync(descriptor, Buffer.concat([lead, Buffer.from(header)]));
    closeSync(descriptor);
    // Sparse: its zeros take no place on the disk.
    truncateSync(file, 8 + header.length + 4 * count);
    const [{ tensors, notes }] = (await show({ files: [file] }, context)).files;
    const seen = tensors[0].facts?.seen ?? 0;
    assert.ok(seen < MOST_NUMBERS && seen > 5e6, String(seen));
    assert.match(notes.join('\n'), /were read, in blocks spread over each tensor/);
  });

  it('says who wrote it, as far as the file does', async () => {
    const said = async (name: string) =>
      Object.fromEntries((await show({ files: [corpus(name)] }, context)).files[0].provenance);
    assert.deepEqual(await said('onnx/mlp-mnist.onnx'), {
      'written by': 'pytorch 2.15.0+cu132',
      format: 'version 10',
      'operator sets': 'ai.onnx 20',
    });
    assert.deepEqual(await said('torch/export/mlp.pt2'), {
      'written by': 'PyTorch 2.15.0+cu132',
      'schema of torch.export': '8.20',
      'operator sets': 'aten 10',
      program: '7 operations',
    });
    assert.equal((await said('torch/export/older-cnn.pt2'))['written by'], 'PyTorch 2.6.0+cu124');
  });

  it('arrays of other types than numbers are named and not read', async () => {
    const file = join(temporaryFolder(), 'a.npz');
    const words = Buffer.from(floats([2], [1, 2]))
      .toString('latin1')
      .replace("'<f4'", "'<U1'");
    writeFileSync(file, npz({ w: floats([2], [3, 4]), words: Buffer.from(words, 'latin1') }));
    const [{ tensors }] = (await show({ files: [file] }, context)).files;
    assert.deepEqual(
      tensors.map(({ name, unread, facts }) => [name, unread, facts?.norm.value]),
      [
        ['w', undefined, 5],
        ['words', 'holds <U1, which is no type of numbers', undefined],
      ],
    );
  });

  it('many tensors are sampled each, in places that do not overlap', () => {
    const seen = new Set<number>();
    const place = { count: 100_000, shape: [100_000] } as unknown as TensorPlace;
    const read = (from: number, count: number) => {
      for (let i = from; i < from + count; i++) assert.ok(!seen.has(i) && seen.add(i) && i < place.count);
      return new Float64Array(count);
    };
    const sample = sampleOf(new Array<TensorPlace>(2000).fill(place), false);
    const facts = factsOf({ ...place, read }, sample);
    assert.ok(facts.seen === seen.size && seen.has(0) && seen.has(99_999));
    assert.ok(2000 * facts.seen < MOST_NUMBERS);
  });

  it('a sample tells its error, and covers what all numbers have', () => {
    const values = Float64Array.from({ length: 1 << 22 }, (_, i) => Math.sin(i * 1.7) + (i % 7));
    const place: TensorPlace = {
      ...{
        name: 'w',
        type: 'float64',
        isFloat: true,
        shape: [values.length],
        count: values.length,
        width: 8,
      },
      outputsLast: false,
      read: (from, count) => values.subarray(from, from + count),
    };
    const [whole, part] = [1, 0.2].map((share) => factsOf(place, { share, least: 0 }));
    assert.ok(part.seen < 0.25 * values.length && part.seen > 0.15 * values.length);
    for (const key of ['norm', 'mean'] as const) {
      assert.ok(part[key].standardError > 0);
      assert.ok(Math.abs(part[key].value - whole[key].value) < 5 * part[key].standardError);
    }
    assert.equal(sampleOf([place], false).share, 1);
  });
});

describe('how files differ', () => {
  const file = (values: readonly number[], more: Record<string, Uint8Array> = {}) => {
    const path = join(temporaryFolder(), 'a.npz');
    writeFileSync(path, npz({ w: floats([values.length], values), b: floats([1], [2]), ...more }));
    return path;
  };

  it('distance, angle, and the tensors that differ', async () => {
    const [a, b] = [file([3, 4]), file([3, 0], { extra: floats([1], [1]) })];
    const { differences } = await show({ files: [a, b] }, context);
    const [{ distance, relative, angle, tensors, equal, onlyHere, sampled }] = differences;
    near(distance, 4);
    near(relative, 4 / Math.sqrt(29));
    near(angle, (Math.acos((9 + 4) / Math.sqrt(29 * 13)) * 180) / Math.PI);
    assert.deepEqual([equal, onlyHere, sampled], [1, ['extra'], false]);
    assert.deepEqual(
      tensors.find(({ name }) => name === 'w'),
      { name: 'w', distance: 4, relative: 0.8, largest: 4 },
    );
  });

  it('equal files have no distance, and other shapes are named', async () => {
    const a = file([3, 4]);
    const { differences } = await show({ files: [a, a, file([1, 2, 3])] }, context);
    assert.deepEqual([differences[0].distance, differences[0].angle, differences[0].equal], [0, 0, 2]);
    assert.deepEqual(differences[1].otherShape, ['w']);
  });

  it('wrapped names go with those that are not, and what has no name in common has no distance', async () => {
    const [plain, wrapped] = ['plain', 'nested-model'].map((name) => corpus(`torch/weights/${name}.pt`));
    for (const files of [
      [plain, wrapped],
      [wrapped, plain],
    ]) {
      const found = await show({ files }, context);
      const [{ equal, tensors, onlyHere, onlyInFirst, prefix }] = found.differences;
      assert.deepEqual([equal, tensors.length, onlyHere, onlyInFirst], [10, 10, [], []]);
      assert.equal((prefix?.first ?? '') + (prefix?.other ?? ''), 'model.');
      assert.match(contentsText(found), /without the "model\."/);
    }
    const other = await show({ files: [plain, file([1])] }, context);
    assert.match(contentsText(other), /no tensor of the one has the name/);
    assert.doesNotMatch(contentsText(other), /distance/);
  });

  it('of several sets the one that holds most of the names counts', () => {
    const all = ['m.a.w', 'm.a.b', 'ema.a.w', 'ema.a.b', 'ema.a.c', 'a.n'];
    assert.deepEqual(sameNames(['a.w', 'a.b', 'a.c'], all), { first: '', other: 'ema.' });
    assert.deepEqual(sameNames(all, ['a.w', 'a.b']), { first: 'm.', other: '' });
    assert.deepEqual(sameNames(['a.n', 'a.w'], all), { first: '', other: '' });
    assert.deepEqual(sameNames([], []), { first: '', other: '' });
  });

  it('all of it is told in words', async () => {
    const one = contentsText(await show({ files: [corpus('torch/weights/plain.pt')] }, context));
    assert.match(one, /weights without the network.*--model.*--python/);
    assert.match(one, /stable rank/);
    const two = contentsText(await show({ files: [file([3, 4]), file([3, 0])] }, context));
    assert.match(two, /distance 4 \(74\.3 % of the first's norm\), angle/);
    const three = contentsText(await show({ files: [file([3, 4]), file([3, 0]), file([3, 4])] }, context));
    assert.match(three, /w +4 \(80 %\) +0 \(0 %\)/);
    for (const text of [one, two, three]) assert.doesNotMatch(text, /undefined|NaN %|\[object/);
  });

  it('what holds no tensors is refused by one sentence', async () => {
    const path = join(temporaryFolder(), 'a.txt');
    writeFileSync(path, 'text');
    await assert.rejects(show({ files: [path] }, context), UserError);
  });
});
