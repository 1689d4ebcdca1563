/** Kinds of checkpoints as people call them. */
const NAMES: Readonly<Record<string, string>> = {
  keras: 'Keras',
  hdf5: 'Keras in HDF5',
  tfjs: 'TensorFlow.js',
  onnx: 'ONNX',
  'torch-export': 'PyTorch program',
  'torch-network': 'PyTorch weights of a known network',
  'torch-weights': 'PyTorch weights',
};

/** The kind of a checkpoint, in words. */
export const formatName = (format: string): string => NAMES[format] ?? format;
