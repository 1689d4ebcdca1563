/**
 * Writes the broken files under test/corpus/broken from the sound ones: `node --import tsx test/corpus/make/broken.ts`.
 * Each has its expected sentence in test/corpus/manifest.json. (shared-between.keras comes from
 * structures.py; endless.h5 is one of the random damages that test/unit/formats/hostile.test.ts makes, as found.)
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';

const corpus = join(__dirname, '..');
const sound = (file: string) => new Uint8Array(readFileSync(join(corpus, file)));
const text = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

function write(file: string, bytes: Uint8Array): void {
  const path = join(corpus, 'broken', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

/** A `.keras` file with its configuration changed. */
function reconfigured(change: (config: string) => string): Uint8Array {
  const members = unzipSync(sound('keras/mlp-tanh-moons.keras'));
  members['config.json'] = text(change(new TextDecoder().decode(members['config.json'])));
  return zipSync(members, { level: 0, mtime: '2026-01-01' });
}

function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] ^= 0x10;
  return copy;
}

/** A `.npy` array (format version 1.0). */
function npy(type: string, shape: readonly number[], data: Uint8Array, order = 'False'): Uint8Array {
  const dims = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${dims}), }`;
  const padded = `${header.padEnd(64 * Math.ceil((header.length + 11) / 64) - 11)}\n`;
  const head = [0x93, ...text('NUMPY'), 1, 0, padded.length & 0xff, padded.length >> 8];
  return Uint8Array.from([...head, ...text(padded), ...data]);
}

const floats = (shape: readonly number[], values: readonly number[]) =>
  npy('<f4', shape, new Uint8Array(Float32Array.from(values).buffer));

function npz(arrays: Record<string, Uint8Array>): Uint8Array {
  const members = Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes] as const);
  return zipSync(Object.fromEntries(members), { mtime: '2026-01-01' });
}

const keras = sound('keras/mlp-tanh-moons.keras');
const hdf5 = sound('structures/nested-output.h5');
const tfjs = JSON.parse(new TextDecoder().decode(sound('tfjs/cnn-digits/model.json'))) as Record<string, unknown>;

write('empty.keras', new Uint8Array(0));
write('truncated.keras', keras.subarray(0, keras.length >> 1));
write('flipped.keras', flipped(keras, keras.length >> 1));
write('numpy.keras', sound('data/moons.npz'));
write('text.keras', text('hello\n'));
write('pytorch.keras', zipSync({ 'archive/data.pkl': text('\x80\x02.'), 'archive/version': text('3\n') }, { level: 0 }));
write('no-weights.keras', zipSync({ 'config.json': unzipSync(keras)['config.json'] }, { level: 0 }));
write('wrong-units.keras', reconfigured((config) => config.replace('"units": 12', '"units": 13')));
write('bias-missing.keras', reconfigured((config) => config.replace('"use_bias": true', '"use_bias": false')));
write('subclassed.keras', reconfigured(() => JSON.stringify({ class_name: 'Mine', module: '__main__', config: { name: 'm' } })));
write('deep.keras', reconfigured(() => '['.repeat(1000) + ']'.repeat(1000)));
write('no-config.keras', reconfigured((config) => config.replace('"class_name": "Sequential"', '"kind": "Sequential"')));
write('lying-size.keras', lyingSize());
write('renamed.h5', keras.subarray(0, 100));
write('truncated.h5', hdf5.subarray(0, hdf5.length >> 1));
write('superblock.h5', flipped(hdf5, 8));
write('pickle.h5', Uint8Array.from([0x80, 2, 0x7d, 0x71, 0, 0x2e]));
write('lfs.h5', text('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'));
write('graph/model.json', text({ format: 'graph-model', modelTopology: { node: [] }, weightsManifest: [] }));
write('other/model.json', text({ name: 'package', version: '1.0.0' }));
write('unfinished/model.json', text(JSON.stringify(tfjs).slice(0, 500)));
write('no-shard/model.json', text(tfjs));
write('outside/model.json', text(JSON.stringify(tfjs).replace('weights.bin', '../../tfjs/cnn-digits/weights.bin')));
write('short-shard/model.json', text(tfjs));
write('short-shard/weights.bin', sound('tfjs/cnn-digits/weights.bin').subarray(0, 4000));

const x = floats([3, 2], [1, 2, 3, 4, 5, 6]);
const y = npy('|u1', [3], Uint8Array.of(0, 1, 0));
write('nan.npz', npz({ x_train: floats([3, 2], [1, 2, 3, NaN, 5, 6]), y_train: y }));
write('infinite.npz', npz({ x_train: x, y_train: y, x_test: floats([1, 2], [1, Infinity]), y_test: y }));
write('names.npz', npz({ first: x, second: y }));
write('no-labels.npz', npz({ x_train: x }));
write('rows.npz', npz({ x_train: x, y_train: npy('|u1', [2], Uint8Array.of(0, 1)) }));
write('objects.npz', npz({ x_train: npy('|O', [1], Uint8Array.of(0x80, 4, 0x2e)), y_train: y }));
write('words.npz', npz({ x_train: x, y_train: npy('<U1', [3], new Uint8Array(12)) }));
write('huge.npz', npz({ x_train: npy('<f4', [1e9, 1e9], new Uint8Array(8)), y_train: y }));
write('beyond.npz', npz({ x_train: x, y_train: npy('<i8', [1], Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0x40)) }));
write('no-rows.npz', npz({ x_train: floats([0, 2], []), y_train: y }));
write('truncated.npz', sound('data/moons.npz').subarray(0, 3000));
write('model.npz', keras);
write('alone/x_train.npy', x);
write('short.npy/x.npy', x.subarray(0, x.length - 1));
write('table.csv', text('a,b\n1,2\n'));

/** A member whose directory entry claims the size of a zip bomb. */
function lyingSize(): Uint8Array {
  const bytes = zipSync({ 'config.json': text('{}'.padEnd(1000)) }, { level: 9 });
  const view = new DataView(bytes.buffer);
  let at = 0;
  while (view.getUint32(at, true) !== 0x02014b50) at++;
  view.setUint32(at + 24, 2 ** 31 - 2, true);
  return bytes;
}
