import type { Node } from '../../../../autodiff/graph';
import { concat, reshape, reverse } from '../../../../autodiff/operations';
import { averageOf, productOf, sumOf } from '../../../../network/merging';
import { recur, stackSteps } from '../../../../network/recurrent';
import { UserError } from '../../../../core/errors';
import { type MakeCell, cellOf, convolutionalCell, knownCells } from './cells';
import { type LayerConfig, layerConfig } from './config';
import type { LayerRow, LayerSource, LayerUse, MaskFunction } from './row';

/** The states given for the first step: by keyword, or as further inputs. */
function initialOf({ inputs, keywords }: LayerUse): readonly Node[] | undefined {
  const given = keywords.get('initial_state')?.map(({ node }) => node) ?? inputs.slice(1);
  return given.length > 0 ? given : undefined;
}

/** The steps to skip. Called with states too, Keras 3 passes no mask on unless it is given by keyword. */
const stepsOf = ({ masks, keywords }: LayerUse, initial: readonly Node[] | undefined, legacy: boolean) =>
  initial && !legacy && !keywords.has('mask') ? undefined : masks[0];

/** A sequence keeps its mask, one output and the states have none. */
const sequenceMask: MaskFunction = ({ masks }, config) =>
  config.flag('return_sequences', false) ? [masks[0]] : [];

/** A row for a recurrent layer: zero initial states unless they are given, one output or the sequence, and the states. */
function recurrentRow(className: string, cellFrom: (layer: LayerSource) => MakeCell): LayerRow {
  return {
    classNames: [className],
    masks: sequenceMask,
    keywords: ['initial_state'],
    build(layer) {
      const { config } = layer;
      if (config.flag('stateful', false))
        throw new UserError(
          'keeps its state from one batch to the next (stateful), so that its loss is no function of the rows; save it with stateful=False',
        );
      const makeCell = cellFrom(layer);
      const backwards = config.flag('go_backwards', false);
      const zeroOutput = config.flag('zero_output_for_mask', false);
      const sequences = config.flag('return_sequences', false);
      return (use) => {
        const { inputs, read } = use;
        const cell = makeCell(read, inputs[0].shape.slice(2));
        const initial = initialOf(use);
        const { outputs, last } = recur(inputs[0], cell, {
          backwards,
          initial,
          mask: stepsOf(use, initial, layer.legacy),
          zeroOutput,
        });
        const output = sequences ? stackSteps(outputs) : outputs[outputs.length - 1];
        return config.flag('return_state', false) ? [output, ...last] : output;
      };
    },
  };
}

/** A cell called on one step and its states: the output, and the states after it. */
const singleStep = (className: string): LayerRow => ({
  classNames: [className],
  keywords: ['states'],
  build(layer) {
    const makeCell = cellOf(layer, className);
    return ({ inputs: [x, ...given], keywords, read }) => {
      const cell = makeCell(read, x.shape.slice(1));
      const states = keywords.get('states')?.map(({ node }) => node) ?? given;
      if (states.length !== cell.states.length)
        throw new UserError(`is called with ${states.length} states, but has ${cell.states.length}`);
      const next = cell.step(cell.project(x), states);
      return [next[cell.output], ...next];
    };
  },
});

/** Keras runs the wrapped layer once for every step: here all steps are rows of one call. */
const timeDistributed: LayerRow = {
  classNames: ['TimeDistributed'],
  masks: 'kept',
  build(layer) {
    const { run } = layer.wrapped('layer');
    return (use) => {
      const [x] = use.inputs;
      const [rows, steps] = x.shape;
      const joined = (y: Node) => reshape(y, [rows * steps, ...y.shape.slice(2)]);
      const [mask] = use.masks;
      // What is left of a mask inside one step.
      const inner = mask && mask.shape.length > 2 ? joined(mask) : undefined;
      const node = joined(x);
      const flat = run({
        ...use,
        inputs: [node],
        masks: [inner],
        arguments: [{ kind: 'tensor', value: { node, mask: inner } }],
      });
      const split = (y: Node) => reshape(y, [rows, steps, ...y.shape.slice(1)]);
      return isNode(flat) ? split(flat) : flat.map(split);
    };
  },
};

const isNode = (value: Node | readonly Node[]): value is Node => !Array.isArray(value);

/** The settings of the layer that runs forwards. */
const forwardConfig = ({ raw }: LayerConfig): LayerConfig =>
  layerConfig(((raw.layer as { config?: unknown } | undefined)?.config ?? {}) as Record<string, unknown>);

const bidirectional: LayerRow = {
  classNames: ['Bidirectional'],
  keywords: ['initial_state'],
  masks: ({ masks: [mask] }, config) => {
    if (!forwardConfig(config).flag('return_sequences', false)) return [];
    return (config.raw.merge_mode ?? null) === null ? [mask, mask] : [mask];
  },
  build(layer) {
    const sequences = forwardConfig(layer.config).flag('return_sequences', false);
    // In sequences, Keras has both layers answer a masked step with zeros.
    const overruled = layer.legacy && !sequences ? undefined : { zero_output_for_mask: sequences };
    const forward = layer.wrapped('forward_layer', overruled);
    const backward = layer.wrapped('backward_layer', overruled);
    const states = forward.config.flag('return_state', false);
    const merge = mergeOf(layer.config.raw.merge_mode);
    return (use) => {
      const given = initialOf(use);
      const initial = given ?? [];
      const half = initial.length / 2;
      const mask = stepsOf(use, given, layer.legacy);
      const keywords: LayerUse['keywords'] = new Map(mask && [['mask', [{ node: mask }]]]);
      const side = (states: readonly Node[]): LayerUse => ({
        ...use,
        inputs: [use.inputs[0], ...states],
        masks: [mask],
        keywords,
      });
      const [ahead, behind] = [
        forward.run(side(initial.slice(0, half))),
        backward.run(side(initial.slice(half))),
      ].map((y) => (isNode(y) ? [y] : y));
      const merged = merge([ahead[0], sequences ? reverse(behind[0], [1]) : behind[0]]);
      if (!states) return merged;
      return [...(isNode(merged) ? [merged] : merged), ...ahead.slice(1), ...behind.slice(1)];
    };
  },
};

function mergeOf(mode: unknown): (parts: readonly Node[]) => Node | readonly Node[] {
  switch (mode ?? null) {
    case 'concat':
      return (parts) => concat(parts, parts[0].shape.length - 1);
    case 'sum':
      return sumOf;
    case 'mul':
      return productOf;
    case 'ave':
      return averageOf;
    case null:
      return (parts) => parts;
    default:
      throw new UserError(`merges by ${JSON.stringify(mode)}, which is not supported`);
  }
}

export const recurrentRows: readonly LayerRow[] = [
  recurrentRow('SimpleRNN', (layer) => cellOf(layer.part('cell', 'simple_rnn_cell'), 'SimpleRNNCell')),
  recurrentRow('LSTM', (layer) => cellOf(layer.part('cell', 'lstm_cell'), 'LSTMCell')),
  recurrentRow('GRU', (layer) => cellOf(layer.part('cell', 'gru_cell'), 'GRUCell')),
  recurrentRow('RNN', (layer) => {
    const cell = layer.part('cell');
    return cellOf(cell, cell.className);
  }),
  ...[1, 2, 3].map((rank) =>
    recurrentRow(`ConvLSTM${rank}D`, (layer) =>
      convolutionalCell(layer.part('cell', 'conv_lstm_cell'), rank),
    ),
  ),
  ...knownCells.map(singleStep),
  timeDistributed,
  bidirectional,
];
