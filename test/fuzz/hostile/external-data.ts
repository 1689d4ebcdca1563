import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onnx } from '../../../src/onnx/generated/onnx';
import { node, onnxFile, valueInfo } from '../../support/onnx-file';
import type { Hostile } from './hostile';

/** A matrix of which the file says that its numbers lie elsewhere. */
const elsewhere = (
  entries: Readonly<Record<string, string>>,
  dims: readonly number[] = [4, 3],
  name = 'w',
): onnx.TensorProto.$Properties => ({
  name,
  dims: [...dims],
  dataType: onnx.TensorProto.DataType.FLOAT,
  dataLocation: onnx.TensorProto.DataLocation.EXTERNAL,
  externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
});

const model = (...initializers: readonly onnx.TensorProto.$Properties[]) =>
  onnxFile({
    nodes: [node('MatMul', ['x', 'w'], 'y')],
    inputs: [valueInfo('x', ['rows', 4])],
    initializers: [...initializers],
  });

/** Sound numbers where a file beside the model is meant. */
const FLOATS = new Uint8Array(Float32Array.from({ length: 12 }, (_, i) => i / 12).buffer);
const numbers = (folder: string) => writeFileSync(join(folder, 'w.bin'), FLOATS);

/** A file outside of the model's folder, and what is put beside the model to reach it. */
const outside = (reach: (folder: string, secret: string) => void) => (folder: string) => {
  const secret = join(folder, '../secret');
  writeFileSync(secret, FLOATS);
  reach(folder, secret);
};

/** A file of so many bytes that take no room. */
const hollow = (bytes: number) => (folder: string) => {
  numbers(folder);
  truncateSync(join(folder, 'w.bin'), bytes);
};

const OUTSIDE = /x\.onnx names a data file outside its own folder/;
const CUT_OFF = /w\.bin is cut off or damaged: it refers to bytes it does not have/;
const GIGABYTE = 1e9;

type Case = readonly [
  what: string,
  tensors: readonly onnx.TensorProto.$Properties[],
  beside: (folder: string) => void,
  ends: Hostile['ends'],
];

const own = elsewhere({ location: 'w.bin' });

const CASES: readonly Case[] = [
  ['numbers beside the model', [own], numbers, 'read'],
  ['numbers above', [elsewhere({ location: '../secret' })], outside(() => undefined), OUTSIDE],
  ['numbers by their whole path', [elsewhere({ location: '/etc/passwd' })], numbers, OUTSIDE],
  ['numbers by an address', [elsewhere({ location: 'file:///etc/passwd' })], numbers, OUTSIDE],
  ['numbers behind a link', [own], outside((to, secret) => symlinkSync(secret, join(to, 'w.bin'))), OUTSIDE],
  [
    'numbers behind a folder that is a link',
    [elsewhere({ location: 'up/secret' })],
    outside((to) => symlinkSync('..', join(to, 'up'))),
    OUTSIDE,
  ],
  [
    'numbers behind a link of the file system',
    [own],
    outside((to, secret) => linkSync(secret, join(to, 'w.bin'))),
    /w\.bin is a hard link/,
  ],
  [
    'numbers from a pipe',
    [own],
    (folder) => void execFileSync('mkfifo', [join(folder, 'w.bin')]),
    /w\.bin is no plain file/,
  ],
  ['numbers from a folder', [own], (folder) => void mkdirSync(join(folder, 'w.bin')), /w\.bin is a folder/],
  ['numbers from nowhere', [own], () => undefined, /There is no file .*w\.bin/],
  ['numbers without a file', [elsewhere({})], numbers, /lies in another file, but none is named/],
  ['a place below zero', [elsewhere({ location: 'w.bin', offset: '-4' })], numbers, CUT_OFF],
  ['a place that is none', [elsewhere({ location: 'w.bin', offset: 'x' })], numbers, CUT_OFF],
  ['a place beyond the end', [elsewhere({ location: 'w.bin', offset: '1e15' })], numbers, CUT_OFF],
  [
    'another length',
    [elsewhere({ location: 'w.bin', length: '1e12' })],
    numbers,
    /where its shape asks for 48/,
  ],
  ['more numbers than the file', [elsewhere({ location: 'w.bin' }, [4, 1e9])], numbers, CUT_OFF],
  [
    'more numbers than there is memory',
    [elsewhere({ location: 'w.bin' }, [4, 1e12])],
    hollow(16e12),
    /Reading .*w\.bin needs about 16,000 GB of memory/,
  ],
  [
    'one gigabyte hundreds of times',
    Array.from({ length: 400 }, (_, i) =>
      elsewhere({ location: 'w.bin', offset: String(4 * i) }, [4, 1e6], `w${i || ''}`),
    ),
    hollow(0.1 * GIGABYTE),
    /lie over one another in w\.bin/,
  ],
];

/** ONNX files whose numbers lie where they should not. */
export const EXTERNAL_DATA: readonly Hostile[] = CASES.map(([what, tensors, beside, ends]): Hostile => ({
  what,
  file: 'x.onnx',
  bytes: () => model(...tensors),
  beside,
  ends,
}));
