import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Shape } from '../../src/autodiff/shape';
import { UserError } from '../../src/core/errors';
import { openCheckpoint } from '../../src/formats/checkpoints/open';
import { openModel } from '../../src/formats/model';
import { safetensorsOf } from '../support/safetensors';
import { storedWeights } from '../support/stored-weights';
import { type Subject, hashOf } from './subject';

// Weights whose network is told by their names, by a configuration or by another file; and what is only named.

const corpus = join(__dirname, '../corpus');
const references = <Reference>(file: string) =>
  JSON.parse(readFileSync(join(corpus, file), 'utf8')) as Readonly<Record<string, Reference>>;

/** A network as a job opens it for rows like these. */
const readNetworkOf = async (path: string, rows?: readonly Shape[], model?: string): Promise<unknown> => {
  const opened = await openModel(path, undefined, rows, model === undefined ? {} : { model });
  const { tensors, inputs, outputShape } = opened.model;
  return [inputs, outputShape, tensors.map(({ data, ...tensor }) => [tensor, hashOf(data)])];
};

const weights = (tensors: string): Uint8Array => safetensorsOf(storedWeights(tensors));

/** The smallest of some families of torchvision's. */
function familySubjects(): (readonly [string, Subject])[] {
  const found = references<{ tensors: string; row: Shape }>('torch/families/references.json');
  return ['cifar-resnet20', 'densenet', 'swin', 'vit'].map((name) => {
    const { tensors, row } = found[name];
    return [
      `families/${name}.safetensors`,
      { content: () => weights(tensors), read: (path) => readNetworkOf(path, [row]) },
    ] as const;
  });
}

/** Folders of transformers, of which the configuration or the weights are damaged. */
function folderSubjects(): (readonly [string, Subject])[] {
  const found = references<{ config: unknown; tensors: string }>('torch/huggingface/references.json');
  return ['bert-classification', 'gpt2', 'llama', 't5-gated', 'resnet'].flatMap((name) => {
    const { config, tensors } = found[name];
    const rows = [name === 'resnet' ? [3, 25, 25] : [7]];
    const said = Buffer.from(JSON.stringify(config));
    return [
      [
        `huggingface/${name}/config.json`,
        {
          content: () => said,
          beside: (folder: string) =>
            writeFileSync(join(folder, 'model.safetensors'), Buffer.from(weights(tensors))),
          read: (path: string) => readNetworkOf(dirname(path), rows),
        },
      ] as const,
      [
        `huggingface/${name}/model.safetensors`,
        {
          content: () => weights(tensors),
          beside: (folder: string) => writeFileSync(join(folder, 'config.json'), said),
          read: (path: string) => readNetworkOf(dirname(path), rows),
        },
      ] as const,
    ];
  });
}

const SHARDS = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
const INDEX = 'model.safetensors.index.json';

/** An index of shards, and one of them, in the architecture of an exported program. */
function shardSubjects(): (readonly [string, Subject])[] {
  const architecture = join(corpus, 'torch/weights/cnn.pt2');
  const inArchitecture = (path: string) =>
    readNetworkOf(join(dirname(path), INDEX), [[3, 8, 8]], architecture);
  return [INDEX, SHARDS[0]].map((name) => [
    `torch/weights/sharded/${name}`,
    {
      beside: (folder) => {
        for (const other of [INDEX, ...SHARDS].filter((each) => each !== name))
          writeFileSync(join(folder, other), readFileSync(join(corpus, 'torch/weights/sharded', other)));
      },
      read: inArchitecture,
    },
  ]);
}

const letters = (text: string): number[] => [...Buffer.from(text, 'latin1')];

/** How other programs' files begin, which end in a sentence that names them. */
const HEADS: Readonly<Record<string, readonly number[]>> = {
  'llama.gguf': [...letters('GGUF'), 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, ...letters('general.name')],
  'model.tflite': [0x1c, 0, 0, 0, ...letters('TFL3'), 0, 0, 0, 0],
  'flax.msgpack': [0x81, 0xa6, ...letters('params'), 0x81, 0xa4, ...letters('bias'), 0xc7, 77, 1, 0x93],
  'saved_model.pb': [0x08, 1, 0x12, 6, 0x0a, 4, 0x22, 2, ...letters('se')],
  'net.mlmodel': [0x08, 7, 0x12, 4, 0x0a, 2, 0x0a, 0, 0xb2, 0x1f, 1, 0],
};
const NAMED = /a GGUF file|TensorFlow (Lite|SavedModel)|of Flax|a Core ML model/;

async function named(path: string): Promise<unknown> {
  try {
    return (await openCheckpoint(path)).checkpoint.format;
  } catch (error) {
    if (error instanceof UserError && NAMED.test(error.message)) return error.message.replaceAll(path, '');
    throw error;
  }
}

export const NETWORK_SUBJECTS: readonly (readonly [string, Subject])[] = [
  ...familySubjects(),
  ...folderSubjects(),
  ...shardSubjects(),
  ...Object.entries(HEADS).map(
    ([name, head]) => [`named/${name}`, { content: () => Uint8Array.from(head), read: named }] as const,
  ),
];
