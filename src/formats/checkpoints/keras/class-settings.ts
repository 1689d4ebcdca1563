import { UserError } from '../../../core/errors';

/** Settings that every version of Keras and TensorFlow.js has written for its own class of this name; `a|b`: one of them. */
const ALWAYS: readonly (readonly [names: string, settings: string])[] = [
  ['Dense', 'units use_bias'],
  ['EinsumDense', 'equation'],
  ['Activation', 'activation'],
  ['Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianDropout AlphaDropout', 'rate'],
  ['GaussianNoise', 'stddev'],
  ['Conv1D Conv2D Conv3D', 'filters kernel_size strides padding'],
  ['Conv1DTranspose Conv2DTranspose Conv3DTranspose', 'filters kernel_size strides padding'],
  ['SeparableConv1D SeparableConv2D', 'filters kernel_size strides padding'],
  ['DepthwiseConv1D DepthwiseConv2D', 'kernel_size strides padding'],
  ['BatchNormalization', 'axis momentum epsilon'],
  ['LayerNormalization', 'axis epsilon'],
  ['GroupNormalization', 'groups epsilon'],
  ['RMSNormalization', 'epsilon'],
  ['UnitNormalization Normalization Softmax Concatenate', 'axis'],
  ['Embedding ReversibleEmbedding', 'input_dim output_dim'],
  ['LSTM GRU SimpleRNN LSTMCell GRUCell SimpleRNNCell', 'units'],
  ['ConvLSTM1D ConvLSTM2D ConvLSTM3D', 'filters kernel_size'],
  ['MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D', 'pool_size'],
  ['ZeroPadding1D ZeroPadding2D ZeroPadding3D', 'padding'],
  ['Cropping1D Cropping2D Cropping3D', 'cropping'],
  ['UpSampling1D UpSampling2D UpSampling3D', 'size'],
  ['Reshape', 'target_shape'],
  ['Permute', 'dims'],
  ['RepeatVector', 'n'],
  ['LeakyReLU', 'alpha|negative_slope'],
  ['ELU', 'alpha'],
  ['ReLU', 'max_value'],
  ['ThresholdedReLU', 'theta'],
  ['PReLU', 'shared_axes'],
  ['Dot', 'axes'],
  ['Masking', 'mask_value'],
  ['Bidirectional TimeDistributed SpectralNormalization', 'layer'],
  ['RNN', 'cell'],
  ['MultiHeadAttention', 'num_heads key_dim'],
  ['Rescaling', 'scale'],
  ['Resizing CenterCrop', 'height width'],
];

const byClass: ReadonlyMap<string, readonly string[]> = new Map(
  ALWAYS.flatMap(([names, settings]) => names.split(' ').map((name) => [name, settings.split(' ')] as const)),
);

/**
 * Refuses a layer that has the name of a Keras class but not its settings: files before Keras 2.13, `.h5` files and
 * TensorFlow.js do not say whose a class is, and a class of one's own that stores no settings is told by this alone.
 * @throws UserError that names the layer and what is missing.
 */
export function checkSettings(
  className: string,
  name: string,
  config: Readonly<Record<string, unknown>>,
  file: string,
): void {
  const missing = (byClass.get(className) ?? []).filter((setting) =>
    setting.split('|').every((each) => !Object.hasOwn(config, each)),
  );
  if (missing.length === 0) return;
  throw new UserError(
    `${file}: the layer "${name}" is called ${className} but does not have the settings that Keras writes for that class (${missing.join(', ').replaceAll('|', ' or ')}): a class of one's own is not supported whatever its name.`,
  );
}
