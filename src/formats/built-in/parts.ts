import type { Shape } from '../../autodiff/shape';
import { sizeOf } from '../../core/size-of';
import { type Part, type Weight, part } from './blueprint';
import { ONES, ZEROS, glorot } from './initial-values';

/** The layers that the built-in networks are put together from, each as Keras makes it. */

export function input(shape: Shape, dtype: 'float32' | 'int32'): Part {
  const config = { batch_shape: [null, ...shape], dtype, sparse: false };
  return part('InputLayer', 'input', { shape, from: [] }, { config });
}

/** A row as one vector. */
export function flatten(x: Part): Part {
  return x.shape.length === 1
    ? x
    : part('Flatten', 'flatten', { shape: [sizeOf(x.shape)], from: x }, { config: CHANNELS });
}

export function reshape(x: Part, shape: Shape): Part {
  return part('Reshape', 'reshape', { shape, from: x }, { config: { target_shape: shape } });
}

export const CHANNELS = { data_format: 'channels_last' };

/** An initializer as Keras serializes it. */
export function initializer(className: string, config: Readonly<Record<string, unknown>>) {
  return { module: 'keras.initializers', class_name: className, config, registered_name: null };
}

export const KERNEL_AND_BIAS = {
  kernel_initializer: initializer('GlorotUniform', { seed: null }),
  bias_initializer: initializer('Zeros', {}),
};

/** On the last axis; others are kept. */
export function dense(
  x: Part,
  name: string,
  {
    units,
    activation,
    bias = true,
  }: { readonly units: number; readonly activation: string; readonly bias?: boolean },
): Part {
  const kernel = [x.shape[x.shape.length - 1], units];
  return part(
    'Dense',
    name,
    { shape: [...x.shape.slice(0, -1), units], from: x },
    {
      config: { units, activation, use_bias: bias, ...KERNEL_AND_BIAS },
      weights: [
        { name: 'kernel', shape: kernel, initial: glorot(kernel) },
        ...(bias ? [{ name: 'bias', shape: [units], initial: ZEROS }] : []),
      ],
    },
  );
}

/** A square window over [height, width, channels], padded to keep the size (divided by the stride, rounded up). */
export function conv(
  x: Part,
  name: string,
  filters: number,
  {
    kernel,
    stride = 1,
    activation = 'linear',
    bias,
  }: { kernel: number; stride?: number; activation?: string; bias: boolean },
): Part {
  const [height, width, channels] = x.shape;
  const shape = [kernel, kernel, channels, filters];
  const config = {
    ...{ filters, kernel_size: [kernel, kernel], strides: [stride, stride], padding: 'same', ...CHANNELS },
    ...{ dilation_rate: [1, 1], groups: 1, activation, use_bias: bias, ...KERNEL_AND_BIAS },
  };
  return part(
    'Conv2D',
    name,
    { shape: [Math.ceil(height / stride), Math.ceil(width / stride), filters], from: x },
    {
      config,
      weights: [
        { name: 'kernel', shape, initial: glorot(shape) },
        ...(bias ? [{ name: 'bias', shape: [filters], initial: ZEROS }] : []),
      ],
    },
  );
}

export function batchNorm(x: Part, name: string): Part {
  const shape = [x.shape[x.shape.length - 1]];
  return part(
    'BatchNormalization',
    name,
    { shape: x.shape, from: x },
    {
      config: { axis: -1, momentum: 0.99, epsilon: 0.001, center: true, scale: true },
      weights: [
        { name: 'gamma', shape, initial: ONES },
        { name: 'beta', shape, initial: ZEROS },
        { name: 'moving_mean', shape, initial: ZEROS },
        { name: 'moving_variance', shape, initial: ONES },
      ],
    },
  );
}

export function layerNorm(x: Part, name: string): Part {
  const shape = [x.shape[x.shape.length - 1]];
  return part(
    'LayerNormalization',
    name,
    { shape: x.shape, from: x },
    {
      config: { axis: [-1], epsilon: 0.001, center: true, scale: true },
      weights: [
        { name: 'gamma', shape, initial: ONES },
        { name: 'beta', shape, initial: ZEROS },
      ],
    },
  );
}

export function activation(x: Part, name: string, kind: string): Part {
  return part('Activation', name, { shape: x.shape, from: x }, { config: { activation: kind } });
}

/** Dropout where there is a rate. */
export function dropout(x: Part, name: string, rate: number): Part {
  if (rate === 0) return x;
  return part(
    'Dropout',
    name,
    { shape: x.shape, from: x },
    { config: { rate, seed: null, noise_shape: null } },
  );
}

export function add(a: Part, b: Part, name: string): Part {
  return part('Add', name, { shape: a.shape, from: [a, b] });
}

/** Indices [steps] to [steps, width]. */
export function embedding(x: Part, name: string, rows: number, width: number): Part {
  const config = {
    ...{ input_dim: rows, output_dim: width, mask_zero: false },
    embeddings_initializer: initializer('RandomUniform', { minval: -0.05, maxval: 0.05, seed: null }),
  };
  const weight: Weight = {
    name: 'embeddings',
    shape: [rows, width],
    initial: { kind: 'uniform', limit: 0.05 },
  };
  return part('Embedding', name, { shape: [...x.shape, width], from: x }, { config, weights: [weight] });
}
