import { readdirSync } from 'node:fs';
import { builtInModel } from '../../src/formats/built-in/built-in-model';
import type { KerasCheckpoint, StoredTensor } from '../../src/formats/checkpoints/keras/description';
import { readStructure } from '../../src/formats/checkpoints/keras/structure';
import { fillModel } from '../../src/formats/checkpoints/keras/weights';
import { openCheckpoint } from '../../src/formats/checkpoints/open';
import { kerasBytes } from '../../src/formats/checkpoints/write/keras';
import { buildModel } from '../../src/formats/model';
import type { Model, ModelTensor } from '../../src/network/model';
import { modelDescriptionSchema } from '../../src/contract/run-file';
import { corpus } from './corpus';

/** A checkpoint to be written and loaded by Keras, with three rows of input. */
export interface WrittenCase {
  readonly name: string;
  checkpoint(): Promise<KerasCheckpoint>;
}

const fromCorpus = (folder: string) =>
  readdirSync(corpus(folder))
    .filter((file) => /\.(keras|h5)$/.test(file) && !/weights|float16/.test(file))
    .map((file): WrittenCase => ({ name: `${folder}/${file}`, checkpoint: () => open(`${folder}/${file}`) }));

async function open(file: string): Promise<KerasCheckpoint> {
  const { checkpoint } = await openCheckpoint(corpus(file));
  if (!('config' in checkpoint)) throw new Error(`${file} is no Keras model`);
  return checkpoint;
}

/** Descriptions by name, with the shape of a row. */
const DESCRIPTIONS: readonly [string, Readonly<Record<string, unknown>>, number[]][] = [
  ['perceptron', { kind: 'perceptron' }, [2, 3]],
  ['mlp', { kind: 'mlp', hidden: [16, 8], activation: 'gelu' }, [4]],
  ['mlp-normed', { kind: 'mlp', hidden: [16, 8], batchNorm: true, dropout: 0.2 }, [5, 5]],
  ['cnn', { kind: 'cnn', filters: [4, 8, 8, 8], activation: 'tanh' }, [7, 7, 3]],
  ['cnn-normed', { kind: 'cnn', filters: [4, 8], hidden: [10], batchNorm: true, dropout: 0.1 }, [12, 12]],
  ['resnet-8', { kind: 'residual', filters: [4, 8, 12] }, [9, 9]],
  ['resnet-14', { kind: 'residual', filters: [4, 8, 8], blocks: 2, dropout: 0.3 }, [8, 8, 2]],
  ['residual-unnormed', { kind: 'residual', filters: [4, 8], batchNorm: false }, [8, 8]],
  ['residual-without-skip', { kind: 'residual', filters: [4, 8], skip: false }, [8, 8]],
  ['rnn', { kind: 'recurrent', cell: 'rnn', units: 5, layers: 2, dropout: 0.2 }, [6, 3]],
  ['lstm', { kind: 'recurrent', units: 5, vocabulary: 7 }, [6]],
  ['gru', { kind: 'recurrent', cell: 'gru', units: 5, layers: 2 }, [8]],
  ['transformer', { kind: 'transformer', width: 12, heads: 3, dropout: 0.1 }, [6, 5]],
  ['transformer-words', { kind: 'transformer', width: 10, heads: 4, vocabulary: 9, layers: 1 }, [6]],
];

/** A network from a description, for three classes. */
export const builtIn = (description: unknown, inputShape: readonly number[], seed = 1): KerasCheckpoint =>
  builtInModel(modelDescriptionSchema.parse(description), {
    inputShape,
    inputDtype: 'float',
    outputs: 3,
    outputActivation: 'softmax',
    loss: 'categorical-crossentropy',
    seed,
  });

/** Every kind of checkpoint that can be written: those of the corpus, older ones, and networks made here. */
export const WRITTEN_CASES: readonly WrittenCase[] = [
  ...fromCorpus('keras'),
  ...fromCorpus('structures'),
  { name: 'tfjs/cnn-digits', checkpoint: () => open('tfjs/cnn-digits/model.json') },
  { name: 'keras2-functional', checkpoint: () => Promise.resolve(keras2Functional()) },
  ...DESCRIPTIONS.map(([name, description, shape]) => ({
    name: `built-in/${name}`,
    checkpoint: () => Promise.resolve(builtIn(description, shape)),
  })),
];

/** Numbers between -1 and 1 without a pattern, the same on every machine. */
const number = (a: number, b: number) => (((a * 37 + b * 59 + 11) % 101) / 101) * 2 - 1;

/** New values: statistics stay positive, all others move a little from what was read. */
const changed = ({ data, role }: ModelTensor, tensor: number): Float32Array =>
  Float32Array.from(data, (value, i) => {
    const step = number(tensor, i);
    return role === 'statistic' ? Math.abs(value) / 2 + 0.5 + step / 4 : value + step / 8;
  });

/** A case with its new values written, and three rows to try it on. */
export async function written(tested: WrittenCase) {
  const checkpoint = await tested.checkpoint();
  const model = buildModel(checkpoint);
  const values = new Map(model.tensors.map((tensor, i) => [tensor.name, changed(tensor, i)] as const));
  return { checkpoint, model, values, bytes: await kerasBytes(checkpoint, values), inputs: inputsOf(model) };
}

function inputsOf(model: Model) {
  return model.inputs.map(({ name, shape, dtype }, input) => ({
    name,
    dtype: dtype === 'int32' ? 'int32' : 'float32',
    shape: [3, ...shape],
    data: Array.from({ length: shape.reduce((a, b) => a * b, 3) }, (_, i) =>
      dtype === 'int32' ? (i * 7) % 5 : Math.fround(number(input, i)),
    ),
  }));
}

const tensor = (layer: string, keywords: unknown = {}) => [layer, 0, 0, keywords];
const legacy = (className: string, name: string, config: unknown, ...nodes: unknown[]) => ({
  class_name: className,
  name,
  config: { name, trainable: true, dtype: 'float32', ...(config as object) },
  inbound_nodes: nodes,
});

/** A Functional model in the words of Keras 2: calls as lists, tensors among keywords, settings that are gone in Keras 3. */
function keras2Functional(): KerasCheckpoint {
  const config = {
    class_name: 'Functional',
    config: {
      name: 'older',
      trainable: true,
      layers: [
        {
          class_name: 'InputLayer',
          name: 'x',
          config: {
            batch_input_shape: [null, 5, 4],
            dtype: 'float32',
            sparse: false,
            ragged: false,
            name: 'x',
          },
          inbound_nodes: [],
        },
        legacy(
          'Dense',
          'other',
          {
            units: 4,
            activation: 'tanh',
            use_bias: false,
            kernel_initializer: { class_name: 'GlorotUniform', config: { seed: null } },
          },
          [tensor('x')],
        ),
        legacy(
          'MultiHeadAttention',
          'attention',
          {
            num_heads: 2,
            key_dim: 3,
            value_dim: 3,
            dropout: 0,
            use_bias: true,
            output_shape: null,
            attention_axes: [1],
            query_shape: [null, 5, 4],
            key_shape: [null, 5, 4],
            value_shape: [null, 5, 4],
          },
          [tensor('x', { value: ['other', 0, 0] })],
        ),
        legacy('Add', 'sum', {}, [tensor('x'), tensor('attention')]),
        legacy('LeakyReLU', 'leaky', { alpha: 0.125 }, [tensor('sum')]),
        legacy(
          'GRU',
          'steps',
          {
            units: 3,
            activation: 'tanh',
            recurrent_activation: 'sigmoid',
            use_bias: true,
            reset_after: false,
            time_major: false,
            implementation: 2,
            return_sequences: true,
          },
          [tensor('leaky')],
        ),
        legacy(
          'Bidirectional',
          'both',
          {
            merge_mode: 'concat',
            layer: {
              class_name: 'SimpleRNN',
              config: {
                name: 'simple',
                trainable: true,
                dtype: 'float32',
                units: 2,
                activation: 'tanh',
                use_bias: false,
                time_major: false,
              },
            },
          },
          [tensor('steps')],
        ),
        legacy(
          'Dense',
          'out',
          {
            units: 2,
            activation: 'linear',
            use_bias: true,
            kernel_regularizer: { class_name: 'L2', config: { l2: 0.01 } },
          },
          [tensor('both')],
        ),
      ],
      input_layers: [['x', 0, 0]],
      output_layers: [['out', 0, 0]],
    },
  };
  const heads: [number[], number[]] = [
    [4, 2, 3],
    [2, 3],
  ];
  const shapes: Record<string, number[][]> = {
    ...{ other: [[4, 4]], query: heads, key: heads, value: heads, attention_output: [[2, 3, 4], [4]] },
    ...{
      gru_cell: [[4, 9], [3, 9], [9]],
      simple_rnn_cell: [
        [3, 2],
        [2, 2],
      ],
      out: [[4, 2], [2]],
    },
  };
  const names = ['kernel', 'bias'];
  let count = 0;
  const made = (layer: string, shape: number[], i: number): StoredTensor => ({
    name: /_cell$/.test(layer) ? ['kernel', 'recurrent_kernel', 'bias'][i] : names[i],
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, k) => number(++count, k) / 2),
  });
  const model = fillModel<undefined>(
    readStructure(config, 'the older model'),
    undefined,
    { child: () => undefined, layers: (_, { layers }) => layers.map(() => undefined) },
    ({ name }) => (shapes[name] ?? []).map((shape, i) => made(name, shape, i)),
  );
  return { format: 'hdf5', kerasVersion: '2.15.0', model, config, compiledLoss: 'mse', notes: [] };
}
