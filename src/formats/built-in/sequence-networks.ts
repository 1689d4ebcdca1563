import { sizeOf } from '../../core/size-of';
import { UserError } from '../../core/errors';
import type { ModelDescription } from '../../contract/run-file';
import { type Part, type Weight, part } from './blueprint';
import { type Initial, ZEROS, glorot } from './initial-values';
import {
  CHANNELS,
  KERNEL_AND_BIAS,
  add,
  dense,
  dropout,
  embedding,
  initializer,
  layerNorm,
  reshape,
} from './parts';

type Recurrent = Extract<ModelDescription, { kind: 'recurrent' }>;
type Transformer = Extract<ModelDescription, { kind: 'transformer' }>;

/** Rows as [steps, features]: an image's rows are steps, a plain vector has one feature a step. */
function steps(x: Part): Part {
  const { shape } = x;
  if (shape.length === 2) return x;
  if (shape.length === 0)
    throw new UserError(
      'a "recurrent" or "transformer" needs rows of [steps] or [steps, features], but these are single numbers; choose "mlp".',
    );
  return reshape(x, [shape[0], sizeOf(shape.slice(1))]);
}

/** Rows of indices as vectors. */
function words(x: Part, vocabulary: number, width: number, kind: string): Part {
  if (x.shape.length === 1) return embedding(x, 'embedding', vocabulary, width);
  throw new UserError(
    `a "${kind}" with a "vocabulary" needs rows of indices, [steps], but these are [${x.shape.join(', ')}]; leave "vocabulary" out.`,
  );
}

const CELLS = {
  rnn: { className: 'SimpleRNN', gates: 1 },
  lstm: { className: 'LSTM', gates: 4 },
  gru: { className: 'GRU', gates: 3 },
};

/** Recurrent layers, the last of which gives its state after the last step. */
export function recurrent(x: Part, description: Recurrent, rate: number): Part {
  const { cell, units, layers, vocabulary } = description;
  const first = vocabulary === undefined ? steps(x) : words(x, vocabulary, units, 'recurrent');
  return Array.from({ length: layers }).reduce<Part>((at, _, i) => {
    const name = `recurrent_${i + 1}`;
    return dropout(
      recurrentLayer(at, name, { cell, units, sequences: i < layers - 1 }),
      `${name}_dropout`,
      rate,
    );
  }, first);
}

function recurrentLayer(
  x: Part,
  name: string,
  {
    cell,
    units,
    sequences,
  }: { readonly cell: keyof typeof CELLS; readonly units: number; readonly sequences: boolean },
): Part {
  const { className, gates } = CELLS[cell];
  const [length, features] = x.shape;
  const kernel = [features, gates * units];
  const config = {
    ...{
      return_sequences: sequences,
      return_state: false,
      go_backwards: false,
      stateful: false,
      unroll: false,
    },
    ...{ units, activation: 'tanh', use_bias: true, dropout: 0, recurrent_dropout: 0, seed: null },
    ...(cell !== 'rnn' && { recurrent_activation: 'sigmoid' }),
    ...(cell === 'lstm' && { unit_forget_bias: true }),
    ...(cell === 'gru' && { reset_after: true }),
    ...KERNEL_AND_BIAS,
    recurrent_initializer: initializer('Orthogonal', { gain: 1, seed: null }),
  };
  const weights: Weight[] = [
    { name: 'kernel', shape: kernel, initial: glorot(kernel) },
    { name: 'recurrent_kernel', shape: [units, gates * units], initial: { kind: 'orthogonal' } },
    // The forget gate is the second of input, forget, cell and output; Keras opens it (Jozefowicz et al. 2015).
    cell === 'gru'
      ? { name: 'bias', shape: [2, 3 * units], initial: ZEROS }
      : {
          name: 'bias',
          shape: [gates * units],
          initial: cell === 'lstm' ? { kind: 'parts', values: [0, 1, 0, 0] } : ZEROS,
        },
  ];
  return part(
    className,
    name,
    { shape: sequences ? [length, units] : [units], from: x },
    {
      config,
      inner: { cell: weights },
    },
  );
}

/**
 * A small transformer encoder with its norms before attention and MLP (Xiong et al. 2020), learned positions, and the
 * mean over the steps. The MLP is four times as wide inside.
 */
export function transformer(x: Part, { layers, width, heads, vocabulary }: Transformer, rate: number): Part {
  const embedded = vocabulary === undefined ? steps(x) : words(x, vocabulary, width, 'transformer');
  const blocks = Array.from({ length: layers }).reduce<Part>(
    (at, _, i) => {
      const name = `block_${i + 1}`;
      const attended = attention(layerNorm(at, `${name}_norm_1`), `${name}_attention`, heads, width);
      const middle = add(at, dropout(attended, `${name}_dropout_1`, rate), `${name}_add_1`);
      const inner = dense(layerNorm(middle, `${name}_norm_2`), `${name}_mlp_1`, {
        units: 4 * width,
        activation: 'gelu',
      });
      const outer = dense(inner, `${name}_mlp_2`, { units: width, activation: 'linear' });
      return add(middle, dropout(outer, `${name}_dropout_2`, rate), `${name}_add_2`);
    },
    positioned(embedded, width),
  );
  return part(
    'GlobalAveragePooling1D',
    'mean',
    { shape: [width], from: layerNorm(blocks, 'norm') },
    {
      config: { ...CHANNELS, keepdims: false },
    },
  );
}

/** A projection to the network's width with a bias for each position: learned positions in one plain layer of Keras. */
function positioned(x: Part, width: number): Part {
  const [length, features] = x.shape;
  const kernel = [features, width];
  const positions: Initial = { kind: 'uniform', limit: 0.05 };
  return part(
    'EinsumDense',
    'positions',
    { shape: [length, width], from: x },
    {
      config: {
        ...{ equation: 'abc,cd->abd', output_shape: [length, width], activation: 'linear', bias_axes: 'bd' },
        kernel_initializer: KERNEL_AND_BIAS.kernel_initializer,
        bias_initializer: initializer('RandomUniform', { minval: -0.05, maxval: 0.05, seed: null }),
      },
      weights: [
        { name: 'kernel', shape: kernel, initial: glorot(kernel) },
        { name: 'bias', shape: [length, width], initial: positions },
      ],
    },
  );
}

/** Self-attention whose heads share the width. */
function attention(x: Part, name: string, heads: number, width: number): Part {
  const depth = Math.max(1, Math.floor(width / heads));
  const config = {
    ...{ num_heads: heads, key_dim: depth, value_dim: depth, dropout: 0, use_bias: true, output_shape: null },
    ...{ attention_axes: [1], ...KERNEL_AND_BIAS, seed: null },
  };
  const into: Weight[] = [
    {
      name: 'kernel',
      shape: [width, heads, depth],
      initial: { kind: 'glorot', fanIn: width, fanOut: heads * depth },
    },
    { name: 'bias', shape: [heads, depth], initial: ZEROS },
  ];
  const out: Weight[] = [
    {
      name: 'kernel',
      shape: [heads, depth, width],
      initial: { kind: 'glorot', fanIn: heads * depth, fanOut: width },
    },
    { name: 'bias', shape: [width], initial: ZEROS },
  ];
  const inner = { query_dense: into, key_dense: into, value_dense: into, output_dense: out };
  return part(
    'MultiHeadAttention',
    name,
    { shape: x.shape, from: [x, x] },
    { config, call: 'arguments', inner },
  );
}
