/** File names that Landscape opens as checkpoints. package.json's menus say the same. */
const CHECKPOINT_NAME = /(\.(keras|h5|hdf5|onnx|pt2)|(^|[\\/_.-])model\.json)$/i;

/** For `workspace.findFiles` and the file watcher. */
export const CHECKPOINT_GLOB = '**/{*.keras,*.h5,*.hdf5,*.onnx,*.pt2,*model.json}';

/** Weights of PyTorch, for the same. */
export const PYTORCH_GLOB = '**/{*.pt,*.pth,*.ckpt,*.safetensors,*_model*.bin}';

/** What lies beside a checkpoint of several files: TensorFlow.js weights, external data of ONNX. */
export const WEIGHTS_GLOB = '**/*.{bin,data,onnx_data}';

/** Does the name, or the path's last part, look like a checkpoint's? */
export function isCheckpointName(name: string): boolean {
  return CHECKPOINT_NAME.test(name);
}

/** Does the name look like one of PyTorch's weights, whose network is elsewhere? package.json's menus say the same. */
export function isPytorchName(name: string): boolean {
  return /(\.(pt|pth|ckpt|safetensors)|(pytorch|adapter)_model[^\\/]*\.bin)$/i.test(name);
}

/** May a text that names such a file have a hover? Both kinds have figures. */
export const isHoveredName = (name: string): boolean => isCheckpointName(name) || isPytorchName(name);
