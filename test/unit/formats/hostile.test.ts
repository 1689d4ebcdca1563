import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { openCheckpoint } from '../../../src/formats/checkpoints/open';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { UserError } from '../../../src/core/errors';
import { corpus } from './corpus';

const folder = mkdtempSync(join(tmpdir(), 'landscape-hostile-'));
after(() => rmSync(folder, { recursive: true }));

/** Fixtures of tens of KB may cost this much memory at most, however they are damaged. */
const LARGEST_MEMORY = 600 * 2 ** 20;

const FILES = [
  'keras/mlp-tanh-moons.keras',
  'keras/keras2-cnn-digits.h5',
  'keras/mlp-digits.h5',
  'structures/nested.h5',
  'structures/sequences.h5',
  'tfjs/cnn-digits/model.json',
  'data/moons.npz',
];

const read = (path: string): Promise<unknown> =>
  path.endsWith('.npz') ? readDataset(path) : openCheckpoint(path);

async function staysCalm(file: string, bytes: Uint8Array): Promise<void> {
  const path = join(
    folder,
    file.endsWith('model.json') ? 'model.json' : `damaged${file.slice(file.lastIndexOf('.'))}`,
  );
  writeFileSync(path, bytes);
  try {
    await read(path);
  } catch (error) {
    assert.ok(error instanceof UserError, `${file}: ${String(error)}`);
  }
  const { rss } = process.memoryUsage();
  assert.ok(rss < LARGEST_MEMORY, `${file} took the process to ${rss} bytes`);
}

describe('damaged bytes', () => {
  copyFileSync(corpus('tfjs/cnn-digits/weights.bin'), join(folder, 'weights.bin'));
  for (const file of FILES) {
    const sound = new Uint8Array(readFileSync(corpus(file)));

    it(`${file}: flipped`, async () => {
      const change = fc.tuple(fc.nat(sound.length - 1), fc.integer({ min: 1, max: 255 }));
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
          const bytes = sound.slice();
          for (const [at, bits] of changes) bytes[at] ^= bits;
          await staysCalm(file, bytes);
        }),
        { seed: 3, numRuns: 60 },
      );
    });

    it(`${file}: cut off`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.nat(sound.length - 1), (length) => staysCalm(file, sound.subarray(0, length))),
        { seed: 3, numRuns: 20 },
      );
    });

    it(`${file}: still read afterwards`, async () => {
      await read(corpus(file));
    });
  }

  it('notices every single flipped byte of the weights in a .keras file', async () => {
    const sound = new Uint8Array(readFileSync(corpus('keras/mlp-tanh-moons.keras')));
    for (let at = 5000; at < 25000; at += 997) {
      const bytes = sound.slice();
      bytes[at] ^= 1;
      const path = join(folder, 'one-byte.keras');
      writeFileSync(path, bytes);
      await assert.rejects(openCheckpoint(path), UserError);
    }
  });
});
