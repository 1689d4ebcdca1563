import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { unzipSync, zipSync } from 'fflate';
import { hdf5Branch, hdf5Bytes } from '../../../src/formats/checkpoints/write/hdf5';
import { lookup3 } from '../../../src/formats/checkpoints/write/lookup3';
import { openCheckpoint } from '../../../src/formats/checkpoints/open';
import { isTimeout, withinTime, withinWork } from '../../../src/formats/deadline';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { readHdf5 } from '../../../src/formats/containers/hdf5';
import { openInput } from '../../../src/formats/input-files';
import { openModel } from '../../../src/formats/model';
import { memorySource } from '../../../src/formats/containers/source';
import { parseJsonText } from '../../../src/settings/json-text';
import { readSettings } from '../../../src/settings/read';
import { UserError } from '../../../src/core/errors';
import { corpus } from './corpus';

const folder = mkdtempSync(join(tmpdir(), 'landscape-unreadable-'));
after(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

function put(name: string, bytes: Uint8Array | string): string {
  writeFileSync(at(name), bytes);
  return at(name);
}

const posix = process.platform !== 'win32';

/** Paths that give no plain file. */
function strangePaths(): Record<string, { path: string; says: RegExp }> {
  execFileSync('mkfifo', [at('pipe')]);
  symlinkSync(at('loop'), at('loop'));
  mkdirSync(at('folder'));
  put('file', 'x');
  return {
    'a pipe that nobody writes to': { path: at('pipe'), says: /is no plain file \(a pipe/ },
    'a device': { path: '/dev/zero', says: /is no plain file/ },
    'a link to itself': { path: at('loop'), says: /its links lead back to themselves/ },
    'a folder': { path: at('folder'), says: /is a folder: give a file/ },
    'a file as a folder': { path: at('file/x.keras'), says: /a part of its path is a file/ },
    'a name too long': { path: at('n'.repeat(300)), says: /its name is too long/ },
    nothing: { path: at('nothing'), says: /^There is no file/ },
  };
}

describe('what is no plain file is told, and never waited for', { skip: !posix }, () => {
  for (const [what, { path, says }] of Object.entries(posix ? strangePaths() : {})) {
    const refusal = { name: 'UserError', message: says };
    it(`as a checkpoint: ${what}`, () => assert.rejects(openCheckpoint(path), refusal));
    it(`as data: ${what}`, () => assert.rejects(readDataset(path), refusal));
    it(`for its hash: ${what}`, () => assert.rejects(openInput(path, []), refusal));
    it(`as settings: ${what}`, () => assert.rejects(readSettings(path), refusal));
  }

  it('beside a checkpoint whose folder may not be entered', { skip: process.getuid?.() === 0 }, async () => {
    mkdirSync(at('locked'));
    chmodSync(at('locked'), 0o000);
    await assert.rejects(openCheckpoint(at('locked/a.keras')), /may not be read/);
  });
});

/** A `.keras` file of the corpus with another configuration, sealed anew. */
function withConfig(edit: (config: string) => string): Uint8Array {
  const members = unzipSync(readFileSync(corpus('keras/mlp-tanh-moons.keras')));
  const text = edit(new TextDecoder().decode(members['config.json']));
  return zipSync({ ...members, 'config.json': new TextEncoder().encode(text) });
}

describe('names that every object has', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty'])
    for (const key of ['class_name', 'activation', 'loss', 'dtype'])
      it(`${key}: ${name}`, async () => {
        const edited = withConfig((config) =>
          config
            .replaceAll(new RegExp(`"${key}": ?"[a-zA-Z0-9_]+"`, 'g'), `"${key}": "${name}"`)
            .replace('"build_config"', `"${name}": {"a": 1}, "build_config"`),
        );
        const path = put('named.keras', edited);
        await openModel(path).catch((error: unknown) => {
          assert.ok(error instanceof UserError, String(error));
          assert.doesNotMatch(error.message, /undefined|is not a function|native code/);
        });
      });

  it('as the type of a weight of TensorFlow.js', async () => {
    const model = readFileSync(corpus('tfjs/cnn-digits/model.json'), 'utf8');
    put('weights.bin', readFileSync(corpus('tfjs/cnn-digits/weights.bin')));
    const path = put('model.json', model.replaceAll('"float32"', '"constructor"'));
    await assert.rejects(openCheckpoint(path), /has type constructor, which is not a number/);
  });
});

describe('claims', () => {
  it('a configuration is not unpacked beyond what JSON may be', async () => {
    const members = unzipSync(readFileSync(corpus('keras/mlp-tanh-moons.keras')));
    const path = put('bomb.keras', zipSync({ ...members, 'config.json': new Uint8Array(100 * 2 ** 20) }));
    const before = process.resourceUsage().maxRSS;
    await assert.rejects(openCheckpoint(path), /config\.json\) is too large: 104857600 bytes/);
    assert.ok(process.resourceUsage().maxRSS - before < 50 * 1024);
  });

  it('settings of 100,000 brackets', () => {
    assert.throws(() => parseJsonText('['.repeat(1e5), 'a.json'), /a\.json is nested too deeply/);
    assert.deepEqual(parseJsonText('[ "[[[", 1 ] // "[[[', 'a.json'), ['[[[', 1]);
  });
});

/** The bytes of an HDF5 file with one data set of 8 zeros and one of 8 ones, and the place of the first's address. */
function twoDatasets() {
  const root = hdf5Branch();
  root.datasets.set('zeros', { shape: [8], data: new Float32Array(8) });
  root.datasets.set('ones', { shape: [8], data: new Float32Array(8).fill(1) });
  const bytes = hdf5Bytes(root);
  // A header, the message of the layout in it: version 3, contiguous, then address and size.
  const layout = [0x08, 18, 0, 0, 3, 1];
  const layoutAt = bytes.findIndex((_, i) => layout.every((byte, k) => bytes[i + k] === byte));
  return { bytes, address: layoutAt + layout.length };
}

describe('HDF5', () => {
  const numbers = (bytes: Uint8Array, ...names: string[]) =>
    readHdf5(memorySource('a.h5', bytes), (root) => names.map((name) => [...root.numbers(name)!.data]));

  it('zeros that were written are zeros', async () => {
    assert.deepEqual(await numbers(twoDatasets().bytes, 'zeros', 'ones'), [
      new Array(8).fill(0),
      new Array(8).fill(1),
    ]);
  });

  it('numbers that were never written are no zeros', async () => {
    const { bytes, address } = twoDatasets();
    bytes.fill(0xff, address, address + 8);
    // The header has a checksum behind it.
    const head = new TextDecoder('latin1').decode(bytes.subarray(0, address)).lastIndexOf('OHDR');
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(head + 6, true);
    const end = head + 10 + length;
    new DataView(bytes.buffer, bytes.byteOffset).setUint32(end, lookup3(bytes.subarray(head, end)), true);
    await assert.rejects(numbers(bytes, 'zeros'), /the numbers of \/zeros were never written/);
    assert.deepEqual(await numbers(bytes, 'ones'), [new Array(8).fill(1)]);
  });

  it('the same bytes are not claimed a thousand times', async () => {
    const { bytes } = twoDatasets();
    const names = new Array<string>(1000).fill('ones');
    await assert.rejects(numbers(bytes, ...names), /is damaged/);
  });
});

describe('work is ended by what it uses, not by the clock', () => {
  it('what waits is given more time until it ends', async () => {
    const limits: number[] = [];
    const cell = new Int32Array(new SharedArrayBuffer(4));
    const result = await withinWork((limit) => {
      limits.push(limit);
      return {
        allowed: () => 5000,
        // Four tenths of a second in which no processor works.
        run: () => Promise.resolve(withinTime(limit, () => Atomics.wait(cell, 0, 0, 400))),
      };
    }, 100);
    assert.equal(result, 'timed-out');
    assert.ok(limits.length > 1 && limits.every((limit, i) => limit === 100 * 2 ** i));
  });

  it('what works on without an end is ended', async () => {
    const endless = () => {
      for (;;);
    };
    const work = { allowed: () => 50, run: () => Promise.resolve(withinTime(100, endless)) };
    await assert.rejects(
      withinWork(() => work, 100),
      isTimeout,
    );
  });
});
