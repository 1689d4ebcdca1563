import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { UserError } from '../../../src/core/errors';
import { openContents } from '../../../src/formats/contents/open-contents';
import { openCheckpoint } from '../../../src/formats/checkpoints/open';
import { temporaryFolder } from '../../support/corpus';

const text = (letters: string) => Buffer.from(letters, 'latin1');
const bytes = (...parts: (number[] | string)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? text(part) : Buffer.from(part))));

/** What the head of each kind of file is, as its writer makes it. */
const FILES: Readonly<Record<string, readonly [content: Uint8Array, says: RegExp]>> = {
  'llama.gguf': [bytes('GGUF', [3, 0, 0, 0, 0, 0, 0, 0]), /GGUF file.*no exact gradient.*transformers/],
  'old.bin': [bytes('tjgg', [3, 0, 0, 0, 0, 0, 0, 0]), /GGUF file/],
  'model.tflite': [bytes([0x1c, 0, 0, 0], 'TFL3', [0, 0]), /TensorFlow Lite model.*\.keras/],
  // A table of LevelDB: its names, and at the end eight bytes that mark it.
  'model.ckpt.index': [
    bytes([0, 0, 0], 'dense/kernel', [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]),
    /checkpoint of TensorFlow.*load_weights/,
  ],
  'model.ckpt.data-00000-of-00001': [bytes([0, 0, 0x80, 0x3f]), /checkpoint of TensorFlow/],
  // A map of maps by names, and an array as extension 1: what flax.serialization.to_bytes writes.
  'flax.msgpack': [
    bytes(
      [0x81, 0xa6],
      'params',
      [0x81, 0xa7],
      'Dense_0',
      [0x82, 0xa4],
      'bias',
      [0xc7, 77, 1, 0x93, 0x91, 4, 0xa7],
      'float32',
    ),
    /msgpack file of Flax.*ONNX/,
  ],
  // Version 1, then a graph with its own message in the first place.
  'saved_model.pb': [bytes([0x08, 1, 0x12, 6, 0x0a, 4, 0x22, 2], 'se'), /TensorFlow SavedModel.*tf2onnx/],
  // Version 7, a description, and a program (field 502).
  'net.mlmodel': [bytes([0x08, 7, 0x12, 4, 0x0a, 2, 0x0a, 0, 0xb2, 0x1f, 1, 0]), /Core ML model.*\.pt2/],
  'one.distcp': [bytes('PK', [3, 4, 0, 0]), /distributed checkpoint of PyTorch.*dcp_to_torch/],
};

/** The files that each kind of folder holds. */
const FOLDERS: Readonly<Record<string, readonly [names: readonly string[], says: RegExp]>> = {
  saved: [
    ['saved_model.pb', 'variables/variables.index'],
    /TensorFlow SavedModel.*save the model as \.keras/,
  ],
  dcp: [['.metadata', '__0_0.distcp'], /distributed checkpoint.*dcp_to_torch .*dcp joined\.pt/],
  lost: [['__0_0.distcp'], /distributed checkpoint/],
  orbax: [['_CHECKPOINT_METADATA', 'default/manifest.ocdbt'], /Orbax checkpoint \(JAX\).*ONNX/],
  inner: [['manifest.ocdbt', '_METADATA', 'd/0'], /Orbax checkpoint/],
  'net.mlpackage': [['Manifest.json', 'Data/com.apple.CoreML/model.mlmodel'], /Core ML package/],
  variables: [['variables.index', 'variables.data-00000-of-00001'], /checkpoint of TensorFlow/],
  tfjs: [['model.json'], /give the model\.json inside/],
};

const put = (path: string, content: Uint8Array): string => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
};

describe('files and folders of other programs are named, with the way', () => {
  const refused = async (path: string, says: RegExp) => {
    const sentence = (error: unknown) =>
      error instanceof UserError && says.test(error.message) && error.message.trimEnd().endsWith('.');
    await assert.rejects(openCheckpoint(path), sentence);
    await assert.rejects(openContents(path, []), sentence);
  };
  for (const [name, [content, says]] of Object.entries(FILES))
    it(name, () => refused(put(join(temporaryFolder(), name), content), says));
  for (const [name, [names, says]] of Object.entries(FOLDERS))
    it(`${name}/`, () => {
      const folder = join(temporaryFolder(), name);
      for (const each of names) put(join(folder, each), text('x'));
      return refused(folder, says);
    });
});
