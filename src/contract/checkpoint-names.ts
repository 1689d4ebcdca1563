import { NETWORK_ENDINGS, WEIGHTS_ENDINGS } from './vocabulary';

/** Endings as alternatives of an expression. */
const alternatives = (endings: readonly string[]): string => endings.join('|').replaceAll('.', '\\.');

/** File names that Landscape opens as checkpoints. package.json's menus say the same. */
const CHECKPOINT_NAME = new RegExp(
  `(\\.(${alternatives(NETWORK_ENDINGS)})|(^|[\\\\/_.-])model\\.json)$`,
  'i',
);

const PYTORCH_NAME = new RegExp(
  `(\\.(${alternatives(WEIGHTS_ENDINGS)})|(pytorch|adapter)_model[^\\\\/]*\\.bin)$`,
  'i',
);

/** What trainers keep beside the weights, and files under the names of which they are still being written. */
const NO_WEIGHTS =
  /(^|[\\/_.-])(optimizer|optim|scheduler|scaler|rng_state(_\d+)?|training_args)\.[^.\\/]+$|(^|[\\/])[.~][^\\/]*$|\.(tmp|temp|part|partial|incomplete)\b[^\\/]*$/i;

/** A name in a text that may be a checkpoint's, by its ending. */
export const ENDING_IN_TEXT = alternatives([...NETWORK_ENDINGS, ...WEIGHTS_ENDINGS, 'bin']);

/** Does the name, or the path's last part, look like a checkpoint's? */
export const isCheckpointName = (name: string): boolean => CHECKPOINT_NAME.test(name);

/** Does the name look like one of PyTorch's weights, whose network is elsewhere? package.json's menus say the same. */
export const isPytorchName = (name: string): boolean => PYTORCH_NAME.test(name);

/** Is it either? Both kinds can be measured, and a text that names such a file has a hover. */
export const isMeasuredName = (name: string): boolean => isCheckpointName(name) || isPytorchName(name);

/** Is it what trainers keep beside the weights, or a file that is still being written? */
export const isNoWeightsName = (name: string): boolean => NO_WEIGHTS.test(name);

/** Does it look like what a run writes as its weights, of either kind? */
export const isRunName = (name: string): boolean => isMeasuredName(name) && !isNoWeightsName(name);
