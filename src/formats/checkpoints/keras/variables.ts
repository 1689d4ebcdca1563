import { adaptedWeight } from './lora';

/** A weight that a layer must have: name, whether training moves it, and its shape with `null` where only data tell. */
export interface ExpectedVariable {
  readonly name: string;
  readonly trainable: boolean;
  readonly shape?: readonly (number | null)[];
}

type Config = Readonly<Record<string, unknown>>;
type Expectation = (config: Config) => ExpectedVariable[];

const trained = (name: string, shape?: readonly (number | null)[]): ExpectedVariable => ({
  name,
  trainable: true,
  ...(shape && { shape }),
});
const fixed = (name: string): ExpectedVariable => ({ name, trainable: false });
const when = (condition: boolean, ...variables: ExpectedVariable[]) => (condition ? variables : []);
const integer = (value: unknown) => (typeof value === 'number' && Number.isInteger(value) ? value : null);
const isOn = (value: unknown) => value !== false;

/** Kernel sizes and the like, written as one number or one a dimension. */
function extents(value: unknown, dimensions: number): (number | null)[] {
  return Array.from({ length: dimensions }, (_, axis) => integer(Array.isArray(value) ? value[axis] : value));
}

const dense: Expectation = ({ units, use_bias: bias }) => [
  trained('kernel', [null, integer(units)]),
  ...when(isOn(bias), trained('bias', [integer(units)])),
];

const einsumDense: Expectation = ({ bias_axes: axes }) => [
  trained('kernel'),
  ...when(axes !== null && axes !== undefined, trained('bias')),
];

const convolution =
  (dimensions: number): Expectation =>
  ({ filters, kernel_size: size, use_bias: bias }) => [
    trained('kernel', [...extents(size, dimensions), null, integer(filters)]),
    ...when(isOn(bias), trained('bias', [integer(filters)])),
  ];

const transposedConvolution =
  (dimensions: number): Expectation =>
  ({ filters, kernel_size: size, use_bias: bias }) => [
    trained('kernel', [...extents(size, dimensions), integer(filters), null]),
    ...when(isOn(bias), trained('bias', [integer(filters)])),
  ];

const depthwiseConvolution =
  (dimensions: number): Expectation =>
  ({ kernel_size: size, depth_multiplier: multiplier, use_bias: bias }) => [
    trained('kernel', [...extents(size, dimensions), null, integer(multiplier ?? 1)]),
    ...when(isOn(bias), trained('bias', [null])),
  ];

const separableConvolution =
  (dimensions: number): Expectation =>
  ({ filters, kernel_size: size, depth_multiplier: multiplier, use_bias: bias }) => [
    trained('depthwise_kernel', [...extents(size, dimensions), null, integer(multiplier ?? 1)]),
    trained('pointwise_kernel', [...extents(1, dimensions), null, integer(filters)]),
    ...when(isOn(bias), trained('bias', [integer(filters)])),
  ];

const scaleAndCenter: Expectation = ({ scale, center }) => [
  ...when(isOn(scale), trained('gamma')),
  ...when(isOn(center), trained('beta')),
];

const recurrent =
  (gates: number): Expectation =>
  ({ units, use_bias: bias, reset_after: resetAfter }) => {
    const size = integer(units);
    const columns = size === null ? null : gates * size;
    const isDoubled = gates === 3 && resetAfter !== false;
    return [
      trained('kernel', [null, columns]),
      trained('recurrent_kernel', [size, columns]),
      ...when(isOn(bias), trained('bias', isDoubled ? [2, columns] : [columns])),
    ];
  };

/** The layers with weights, each with its variables in the order Keras keeps them in. */
const EXPECTED: Readonly<Record<string, Expectation>> = {
  Dense: dense,
  EinsumDense: einsumDense,
  Conv1D: convolution(1),
  Conv2D: convolution(2),
  Conv3D: convolution(3),
  Convolution2D: convolution(2),
  Conv1DTranspose: transposedConvolution(1),
  Conv2DTranspose: transposedConvolution(2),
  Conv3DTranspose: transposedConvolution(3),
  DepthwiseConv1D: depthwiseConvolution(1),
  DepthwiseConv2D: depthwiseConvolution(2),
  SeparableConv1D: separableConvolution(1),
  SeparableConv2D: separableConvolution(2),
  BatchNormalization: (config) => [...scaleAndCenter(config), fixed('moving_mean'), fixed('moving_variance')],
  LayerNormalization: scaleAndCenter,
  GroupNormalization: scaleAndCenter,
  RMSNormalization: () => [trained('scale')],
  PReLU: () => [trained('alpha')],
  Embedding: ({ input_dim: rows, output_dim: columns }) => [
    trained('embeddings', [integer(rows), integer(columns)]),
  ],
  ReversibleEmbedding: ({ input_dim: rows, output_dim: columns, tie_weights: tied }) => [
    trained('embeddings', [integer(rows), integer(columns)]),
    ...when(tied === false, trained('reverse_embeddings', [integer(columns), integer(rows)])),
  ],
  Attention: ({ use_scale: scale, score_mode: mode }) => [
    ...when(scale === true, trained('scale', [])),
    ...when(mode === 'concat', trained('concat_score_weight', [])),
  ],
  AdditiveAttention: ({ use_scale: scale }) => when(isOn(scale), trained('scale', [null])),
  // The wrapped layer's kernel stands here once more.
  SpectralNormalization: () => [trained('kernel'), fixed('vector_u')],
  SimpleRNNCell: recurrent(1),
  GRUCell: recurrent(3),
  LSTMCell: recurrent(4),
  ConvLSTMCell: ({ filters, kernel_size: size, use_bias: bias }) => {
    const count = integer(filters);
    const gates = count === null ? null : 4 * count;
    const window = Array.isArray(size) ? extents(size, size.length) : undefined;
    return [
      trained('kernel', window && [...window, null, gates]),
      trained('recurrent_kernel', window && [...window, count, gates]),
      ...when(isOn(bias), trained('bias', [gates])),
    ];
  },
  // Given at construction, mean and variance stand in the configuration.
  Normalization: ({ mean }) =>
    mean === null || mean === undefined ? [fixed('mean'), fixed('variance')] : [],
};

/** What a class of layer must have as its own weights; undefined for a class that is not known to have any. */
export function expectedVariables(
  className: string,
  config: Config,
): readonly ExpectedVariable[] | undefined {
  if (!Object.hasOwn(EXPECTED, className)) return undefined;
  const own = EXPECTED[className](config);
  const adapted = adaptedWeight(className, config);
  if (adapted === undefined) return own;
  return [
    ...own.map((variable) => (variable.name === adapted ? { ...variable, trainable: false } : variable)),
    trained(`lora_${adapted}_a`),
    trained(`lora_${adapted}_b`),
  ];
}

/** Whether a shape is as expected; `null` stands for any extent. */
export function shapeFits(shape: readonly number[], expected: ExpectedVariable['shape']): boolean {
  if (!expected) return true;
  return (
    shape.length === expected.length &&
    shape.every((size, axis) => expected[axis] === null || size === expected[axis])
  );
}
