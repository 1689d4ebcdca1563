import { NETWORK_ENDINGS, WEIGHTS_ENDINGS } from '../contract/vocabulary';

const globs = (endings: readonly string[]): string => endings.map((ending) => `*.${ending}`).join(',');

/** For `workspace.findFiles` and the file watcher. */
export const CHECKPOINT_GLOB = `**/{${globs(NETWORK_ENDINGS)},*model.json}`;

/** Weights of PyTorch, for the same. */
export const PYTORCH_GLOB = `**/{${globs(WEIGHTS_ENDINGS)},*_model*.bin}`;

/** What lies beside a checkpoint of several files: TensorFlow.js weights, external data of ONNX. */
export const WEIGHTS_GLOB = '**/*.{bin,data,onnx_data}';

/** What a dialog that asks for a checkpoint offers: it knows the last part of an ending alone. */
export const PICKED_ENDINGS = [
  ...[...NETWORK_ENDINGS, ...WEIGHTS_ENDINGS].map((ending) => ending.split('.').at(-1) ?? ending),
  ...['bin', 'json'],
];

/** The editors of checkpoints and of what else holds tensors, as package.json declares them. */
export const EDITORS = [
  'landscape.checkpoint',
  'landscape.checkpointOption',
  'landscape.weights',
  'landscape.arrays',
] as const;
