import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../src/core/errors';
import { parseReport } from '../../src/editor/store/read-report';
import { openCheckpoint } from '../../src/formats/checkpoints/open';
import type { StoredWeights } from '../../src/formats/checkpoints/torch/weights/description';
import type { DataRequest } from '../../src/formats/datasets/choices';
import { decodePicture } from '../../src/formats/datasets/pictures';
import { readDataset } from '../../src/formats/datasets/dataset';
import { buildModel, openModel } from '../../src/formats/model';
import { readPlainBytes, readPlainText } from '../../src/files/plain-file';
import { openKept } from '../../src/settings/kept-file';
import { readExperimentFile } from '../../src/settings/read-experiment';
import { readRunFile } from '../../src/settings/read-run-file';
import { show } from '../../src/jobs/show/show';
import { readSettings } from '../../src/settings/read';
import { StateMistake, readState, stateBytes } from '../../src/training/run-state';
import { sampleReport } from '../support/sample-report';
import { beginningProgress } from '../support/small-history';
import { NETWORK_SUBJECTS } from './network-subjects';
import { type Subject, hashOf } from './subject';
import { expandExperiment } from '../../src/analysis/experiments/expand';

const root = join(__dirname, '../..');

const weightsOf = ({ set, kind, tensors, unread }: StoredWeights): unknown => [
  ...[set, kind, [...unread]],
  [...tensors].map(([name, { type, shape, data }]) => [name, type.name, shape, hashOf(data)]),
];

/** A checkpoint as far as a network of it. */
const readModel = async (path: string): Promise<unknown> => {
  const { checkpoint } = await openCheckpoint(path);
  if (checkpoint.format === 'torch-weights') return weightsOf(checkpoint);
  const { tensors, inputs, outputShape } = buildModel(checkpoint);
  return [inputs, outputShape, tensors.map(({ data, ...tensor }) => [tensor, hashOf(data)])];
};

/** A checkpoint as a job opens it, in whose sentences it is named; what is in it is not looked at. */
export const readNetwork = async (path: string): Promise<unknown> => {
  const { checkpoint } = await openCheckpoint(path);
  return checkpoint.format === 'torch-weights' ? checkpoint.name : openModel(path);
};

/** What is inside of a file, as `landscape show` tells it. */
export const readContents = (path: string): Promise<unknown> =>
  show({ files: [path] }, { signal: new AbortController().signal });

/** Rows of both parts. */
export const readData =
  (request: DataRequest = {}) =>
  async (path: string): Promise<unknown> => {
    const { train, test } = await readDataset(path, request);
    return [train, test].map(
      (split) => split && [...split.inputs, split.labels].map(({ shape, data }) => [shape, hashOf(data)]),
    );
  };

const picture = async (path: string): Promise<unknown> => {
  const { data, ...rest } = await decodePicture(readPlainBytes(path), path);
  return [rest, hashOf(data)];
};

const state = (path: string): Promise<unknown> => {
  try {
    const { vectors, ...rest } = readState(readPlainBytes(path));
    return Promise.resolve([rest, Object.entries(vectors).map(([name, values]) => [name, hashOf(values)])]);
  } catch (error) {
    throw error instanceof StateMistake ? new UserError(`${path} ${error.message}.`) : error;
  }
};

const kept = async (path: string): Promise<unknown> => {
  const found = await openKept(path);
  if (!found) throw new UserError(`${path} is no kept result.`);
  return found;
};

const encoded = (value: string): Uint8Array => new TextEncoder().encode(value);
const at = (file: string) => () => new Uint8Array(readFileSync(join(root, file)));

const KEPT = JSON.stringify(sampleReport());
const KEPT_HEAD = { key: 'analysis', sha256: createHash('sha256').update(KEPT).digest('hex') };
const VECTORS = { theta: Float64Array.of(1, 2, 3), velocity: Float32Array.of(4, 5, 6) };
const STATE = { fingerprint: 'a', ended: false, files: { 'epoch-1.keras': 'b' }, vectors: VECTORS };

const sealed = { isSealed: true, read: readModel };
const open = { read: readModel };

/** Before the name of a file of the corpus: it is read as `landscape show` does. */
const SHOWN = 'shown: ';

/** Every kind of file that is read, by the name in the corpus of one of its kind. */
export const SUBJECTS: ReadonlyMap<string, Subject> = new Map<string, Subject>([
  ['keras/mlp-tanh-moons.keras', sealed],
  ['structures/convolutions.keras', sealed],
  ['keras/lstm-digits.keras', sealed],
  ['structures/nested.h5', open],
  ['structures/convolutions.h5', open],
  ['tfjs/cnn-digits/model.json', { beside: 'tfjs/cnn-digits/weights.bin', read: readModel }],
  ['onnx/exported/attention.dynamo.onnx', open],
  ['onnx/exported/convolutions.legacy.onnx', open],
  ['onnx/exported/activations.legacy.onnx', open],
  ['torch/export/mlp.pt2', sealed],
  ['torch/export/kind-cnn-train.pt2', sealed],
  ['torch/export/transformer.pt2', sealed],
  ['torch/export/older-constant-2.1.pt2', sealed],
  ['torch/export/older-convolutions-2.2.pt2', sealed],
  ['torch/weights/plain.pt', sealed],
  ['torch/weights/nested-numpy.pt', sealed],
  ['torch/weights/traced.pt', sealed],
  ['torch/weights/module-nested.pt', sealed],
  ['torch/weights/sequential-images.pt', sealed],
  ['torch/weights/legacy.pth', open],
  ['torch/weights/legacy-training.tar', open],
  ['torch/weights/model.safetensors', open],
  ...NETWORK_SUBJECTS,
  ['data/moons.npz', { isSealed: true, read: readData() }],
  ['datasets/tokens/ids.npy', { read: readData({ window: 8 }) }],
  ['datasets/tokens/train.bin', { read: readData({ window: 8 }) }],
  ['datasets/tokens/ids.jsonl', { read: readData({ window: 8 }) }],
  ['datasets/csv/flowers-train.csv', { read: readData() }],
  ['datasets/csv/quoted.csv', { read: readData() }],
  ['datasets/arrow/flowers-train.arrow', { read: readData() }],
  ['datasets/arrow/matrices/data-00000-of-00001.arrow', { read: readData() }],
  ['datasets/parquet/gzip.parquet', { read: readData() }],
  ['datasets/parquet/zstd.parquet', { read: readData() }],
  ['datasets/parquet/pictures.parquet', { read: readData() }],
  [
    'datasets/idx/train-images-idx3-ubyte',
    { beside: 'datasets/idx/train-labels-idx1-ubyte', read: readData() },
  ],
  [
    'datasets/idx-floats/train-images-idx3-float.gz',
    { beside: 'datasets/idx-floats/train-labels-idx1-float.gz', read: readData() },
  ],
  ['datasets/cifar-10-batches-bin/data_batch_2.bin', { read: readData() }],
  ['datasets/cifar-100-python/train', { read: readData() }],
  ['datasets/tensors/tuple.pt', { isSealed: true, read: readData() }],
  ['datasets/tensors/legacy.pt', { read: readData() }],
  ['datasets/tensors/arrays.safetensors', { read: readData() }],
  // Pixels are checked by PNG's sums, which pngjs holds them against.
  ['datasets/pictures/train/cat/a.png', { read: picture }],
  ['datasets/pictures/train/cat/b.jpg', { read: picture }],
  ...[
    'keras/mlp-tanh-moons.keras',
    'structures/nested.h5',
    'torch/weights/plain.pt',
    'torch/weights/legacy.pth',
    'torch/weights/model.safetensors',
    'torch/export/older-attention-2.3.pt2',
    'onnx/exported/activations.legacy.onnx',
    'keras/mlp-digits.weights.h5',
    'data/moons.npz',
    'datasets/tokens/ids.npy',
  ].map((file): [string, Subject] => [`${SHOWN}${file}`, { read: readContents }]),
  ['landscape.json', { content: at('media/example/landscape.json'), read: readSettings }],
  ['quick.run.json', { content: at('test/vscode/workspace/training/quick.run.json'), read: readRunFile }],
  [
    'batch-size.experiment.json',
    {
      content: at('media/experiments/batch-size.experiment.json'),
      read: async (path) => expandExperiment(await readExperimentFile(path)),
    },
  ],
  [
    'report.json',
    { content: () => encoded(KEPT), read: async (path) => parseReport(await readPlainText(path, 1e8), path) },
  ],
  [
    'kept-result',
    { isSealed: true, content: () => encoded(`${JSON.stringify(KEPT_HEAD)}\n${KEPT}\n`), read: kept },
  ],
  [
    'state.bin',
    { isSealed: true, content: () => stateBytes({ ...STATE, progress: beginningProgress() }), read: state },
  ],
]);

/** The bytes of a sound subject. */
export const contentOf = ({ content }: Subject, name: string): Uint8Array =>
  content?.() ?? at(join('test/corpus', name.replace(SHOWN, '')))();

/** Puts what lies beside a subject into a folder. */
export function prepare({ beside }: Subject, folder: string): void {
  if (typeof beside === 'function') beside(folder);
  else if (beside !== undefined)
    copyFileSync(join(root, 'test/corpus', beside), join(folder, basename(beside)));
}
