import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { openCheckpoint } from '../../../src/formats/checkpoints/open';
import { readDataset } from '../../../src/formats/datasets/dataset';
import { UserError } from '../../../src/core/errors';
import { corpus, corpusJson } from './corpus';

interface Entry {
  file: string;
  reads: 'checkpoint' | 'data';
  /** The whole sentence, with FILE for the path given and FOLDER for the folder it lies in. */
  error: string;
}

const manifest = corpusJson<Entry[]>('manifest.json');

describe('broken files, each with its sentence', () => {
  for (const { file, reads, error } of manifest) {
    it(file, async () => {
      const path = corpus(file);
      await assert.rejects(
        async () => (reads === 'data' ? readDataset(path) : openCheckpoint(path)),
        (thrown) => {
          assert.ok(thrown instanceof UserError, String(thrown));
          assert.equal(thrown.message.replaceAll(path, 'FILE').replaceAll(dirname(path), 'FOLDER'), error);
          return true;
        },
      );
    });
  }

  it('has an entry for every broken file', () => {
    const listed = new Set(manifest.map(({ file }) => file));
    const files = readdirSync(corpus('broken'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'weights.bin')
      .map((entry) => relative(corpus(), join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
    assert.deepEqual(
      files.filter((file) => !listed.has(file)),
      [],
    );
  });
});
