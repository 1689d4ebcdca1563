import { NETWORK_ENDINGS, WEIGHTS_ENDINGS } from '../contract/vocabulary';

const alternatives = (endings: readonly string[]): string => endings.join('|').replaceAll('.', '\\.');
const globs = (endings: readonly string[]): string => endings.map((ending) => `*.${ending}`).join(',');

/** File names that Landscape opens as checkpoints. package.json's menus say the same. */
const CHECKPOINT_NAME = new RegExp(
  `(\\.(${alternatives(NETWORK_ENDINGS)})|(^|[\\\\/_.-])model\\.json)$`,
  'i',
);

const PYTORCH_NAME = new RegExp(
  `(\\.(${alternatives(WEIGHTS_ENDINGS)})|(pytorch|adapter)_model[^\\\\/]*\\.bin)$`,
  'i',
);

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

/** A name in a text that may be a checkpoint's, by its ending. */
export const ENDING_IN_TEXT = alternatives([...NETWORK_ENDINGS, ...WEIGHTS_ENDINGS, 'bin']);

/** Does the name, or the path's last part, look like a checkpoint's? */
export const isCheckpointName = (name: string): boolean => CHECKPOINT_NAME.test(name);

/** Does the name look like one of PyTorch's weights, whose network is elsewhere? package.json's menus say the same. */
export const isPytorchName = (name: string): boolean => PYTORCH_NAME.test(name);

/** Is it either? A text that names such a file has a hover, and both kinds can be measured. */
export const isHoveredName = (name: string): boolean => isCheckpointName(name) || isPytorchName(name);
