import { type Node, isOp } from '../../../../../autodiff/graph';
import {
  add,
  concat,
  relu,
  reshape,
  sigmoid,
  sliceAxis,
  take,
  tanh,
  transpose,
} from '../../../../../autodiff/operations';
import { ShapeError, UnsupportedError } from '../../../../../autodiff/shape';
import {
  type Cell,
  type CellWeights,
  gruCell,
  lstmCell,
  recur,
  simpleCell,
  stackSteps,
} from '../../../../../network/recurrent';
import { type AtenCall, floatsOf } from '../call';
import { type AtenRow, type WeightUse, rows } from './row';

/** A kind of cell: its gates in PyTorch's order for that of ours, and whether it keeps the two biases apart. */
interface Kind {
  readonly order: readonly number[];
  readonly states: number;
  readonly apart?: true;
  cell(weights: CellWeights): Cell;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'lstm.input': { order: [0, 1, 2, 3], states: 2, cell: (weights) => lstmCell(weights, tanh, sigmoid) },
  // r, z, n in the file; the reset gate acts behind the product.
  'gru.input': {
    order: [1, 0, 2],
    states: 1,
    apart: true,
    cell: (weights) => gruCell(weights, tanh, sigmoid, true),
  },
  'rnn_tanh.input': { order: [0], states: 1, cell: (weights) => simpleCell(weights, tanh) },
  'rnn_relu.input': { order: [0], states: 1, cell: (weights) => simpleCell(weights, relu) },
};

/** Gates along the first axis of PyTorch's weights, in our order. */
function gates(weights: Node, order: readonly number[]): Node {
  const units = weights.shape[0] / order.length;
  const parts = order.map((gate) => sliceAxis(weights, 0, gate * units, (gate + 1) * units));
  return order.every((gate, i) => gate === i) ? weights : concat(parts, 0);
}

/** The weights of one direction of one layer, as our cells have them. */
function weightsOf(
  [input, state, inputBias, stateBias]: readonly Node[],
  { order, apart }: Kind,
): CellWeights {
  const matrix = (weights: Node) => transpose(gates(weights, order), [1, 0]);
  const row = (bias: Node) => reshape(gates(bias, order), [1, bias.shape[0]]);
  const bias = (): Node =>
    apart
      ? concat([row(inputBias), row(stateBias)], 0)
      : add(gates(inputBias, order), gates(stateBias, order));
  return { kernel: matrix(input), recurrent: matrix(state), ...(inputBias ? { bias: bias() } : {}) };
}

const isZero = (node: Node): boolean => isOp(node, 'fill') && node.attributes.value === 0;

/**
 * Layers of cells, forwards or both ways: the outputs of all steps, and the last states [layers * directions, rows, units].
 */
function recurrence(call: AtenCall, kind: Kind): Node[] {
  const nodes = (which: number) => call.values(which).map((value) => floatsOf(call.graph, value));
  const given = nodes(1);
  const params = nodes(2);
  const biases = call.flag('has_biases', true);
  const layers = call.number('num_layers', 1);
  const directions = call.flag('bidirectional', false) ? 2 : 1;
  const rowsFirst = call.flag('batch_first', false);
  const each = biases ? 4 : 2;
  if (params.length !== layers * directions * each)
    throw new UnsupportedError('it projects its states, which is not supported');
  const x = call.floats(0);
  if (x.shape.length !== 3) throw new ShapeError('it is given one sequence without an axis of rows');
  let sequence = rowsFirst ? x : transpose(x, [1, 0, 2]);
  const last: Node[][] = [];
  for (let layer = 0; layer < layers; layer++) {
    const outputs = Array.from({ length: directions }, (_, direction) => {
      const at = layer * directions + direction;
      const cell = kind.cell(weightsOf(params.slice(at * each, (at + 1) * each), kind));
      const initial = given.every(isZero) ? undefined : given.map((state) => take(state, 0, at));
      const run = recur(sequence, cell, { backwards: direction === 1, initial });
      last.push([...run.last]);
      return stackSteps(direction === 1 ? [...run.outputs].reverse() : run.outputs);
    });
    sequence = directions === 1 ? outputs[0] : concat(outputs, 2);
  }
  const states = Array.from({ length: kind.states }, (_, i) =>
    concat(
      last.map((each) => reshape(each[i], [1, ...each[i].shape])),
      0,
    ),
  );
  return [rowsFirst ? sequence : transpose(sequence, [1, 0, 2]), ...states];
}

/** Weights stand in a list; they are told by their places in it. */
const weightsIn = (call: AtenCall): WeightUse[] =>
  call.has(2) ? [{ argument: 2, role: 'kernel', filterAxis: 0 }] : [];

export const recurrenceRows: readonly AtenRow[] = Object.entries(KINDS).flatMap(([name, kind]) =>
  rows(name, (call) => recurrence(call, kind), weightsIn),
);
