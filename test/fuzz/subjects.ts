import { createHash } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseReport } from '../../src/editor/store/read-report';
import { openCheckpoint } from '../../src/formats/checkpoints/open';
import { readDataset } from '../../src/formats/datasets/dataset';
import { buildModel } from '../../src/formats/model';
import { readPlainText } from '../../src/files/plain-file';
import { readExperimentFile } from '../../src/settings/read-experiment';
import { readRunFile } from '../../src/settings/read-run-file';
import { readSettings } from '../../src/settings/read';
import { sampleReport } from '../support/sample-report';
import { expandExperiment } from '../../src/analysis/experiments/expand';

const root = join(__dirname, '../..');

/** A sound file, and how its kind is read; what reading it gives as a hash, for telling whether it is still the same. */
export interface Subject {
  readonly file: string;
  /** Where it is no file that lies there. */
  content?(): Uint8Array;
  /** It has checksums over all that matters, so that damage is refused or changes nothing. */
  readonly isSealed?: boolean;
  /** Lies beside it. */
  readonly beside?: string;
  read(path: string): Promise<unknown>;
}

const model = async (path: string): Promise<unknown> => {
  const { checkpoint } = await openCheckpoint(path);
  const { tensors, inputs, outputShape } = buildModel(checkpoint);
  return [inputs, outputShape, tensors.map(({ data, ...tensor }) => [tensor, hashOf(data)])];
};

const data = async (path: string): Promise<unknown> => {
  const { train, test } = await readDataset(path);
  return [train, test].map(
    (split) => split && [...split.inputs, split.labels].map(({ shape, data }) => [shape, hashOf(data)]),
  );
};

const hashOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');

const corpus = (file: string) => join(root, 'test/corpus', file);

export const SUBJECTS: readonly Subject[] = [
  { file: corpus('keras/mlp-tanh-moons.keras'), isSealed: true, read: model },
  { file: corpus('structures/convolutions.keras'), isSealed: true, read: model },
  { file: corpus('keras/lstm-digits.keras'), isSealed: true, read: model },
  { file: corpus('structures/nested.h5'), read: model },
  { file: corpus('structures/convolutions.h5'), read: model },
  { file: corpus('tfjs/cnn-digits/model.json'), beside: corpus('tfjs/cnn-digits/weights.bin'), read: model },
  { file: corpus('onnx/exported/attention.dynamo.onnx'), read: model },
  { file: corpus('onnx/exported/convolutions.legacy.onnx'), read: model },
  { file: corpus('onnx/exported/activations.legacy.onnx'), read: model },
  { file: corpus('data/moons.npz'), isSealed: true, read: data },
  { file: join(root, 'media/example/landscape.json'), read: readSettings },
  { file: join(root, 'test/vscode/workspace/training/quick.run.json'), read: readRunFile },
  {
    file: join(root, 'media/experiments/batch-size.experiment.json'),
    read: async (path) => expandExperiment(await readExperimentFile(path)),
  },
  {
    file: 'report.json',
    content: () => new TextEncoder().encode(JSON.stringify(sampleReport())),
    read: async (path) => parseReport(await readPlainText(path, 1e8), path),
  },
];

/** Puts what lies beside a subject into a folder. */
export function prepare({ beside }: Subject, folder: string): void {
  if (beside !== undefined) copyFileSync(beside, join(folder, beside.slice(beside.lastIndexOf('/') + 1)));
}
