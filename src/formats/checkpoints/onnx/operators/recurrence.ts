import type { Node } from '../../../../autodiff/graph';
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
} from '../../../../autodiff/operations';
import { ShapeError, UnsupportedError } from '../../../../autodiff/shape';
import {
  type Activation,
  type Cell,
  type CellWeights,
  gruCell,
  lstmCell,
  recur,
  simpleCell,
} from '../../../../network/recurrent';
import type { OperatorCall } from '../call';
import type { OperatorRow } from './row';

/** A kind of cell: how many gates it has, in the file's order for that of the cell, and its functions by default. */
interface Kind {
  readonly order: readonly number[];
  readonly activations: readonly string[];
  cell(weights: CellWeights, activations: readonly Activation[], call: OperatorCall): Cell;
  /** The bias of both products, [2, gates * units], as the cell wants it. */
  bias?(both: Node, call: OperatorCall): Node;
}

const resetsAfter = (call: OperatorCall) => call.number('linear_before_reset', 0) !== 0;

const kinds: Readonly<Record<'RNN' | 'LSTM' | 'GRU', Kind>> = {
  RNN: { order: [0], activations: ['tanh'], cell: (weights, [f]) => simpleCell(weights, f) },
  LSTM: {
    // i, o, f, c in the file.
    order: [0, 2, 3, 1],
    activations: ['sigmoid', 'tanh', 'tanh'],
    cell: (weights, [gate, f]) => lstmCell(weights, f, gate),
  },
  GRU: {
    order: [0, 1, 2],
    activations: ['sigmoid', 'tanh'],
    cell: (weights, [gate, f], call) => gruCell(weights, f, gate, resetsAfter(call)),
    bias: (both, call) => (resetsAfter(call) ? both : sumOfRows(both)),
  },
};

const sumOfRows = (both: Node): Node => add(take(both, 0, 0), take(both, 0, 1));

const functions: Readonly<Record<string, Activation>> = { sigmoid, tanh, relu };

/** The functions of one direction; those of the cell and of the output are one in all that exporters write. */
function activationsOf(call: OperatorCall, defaults: readonly string[], direction: number): Activation[] {
  const named = call.text('activations', '').toLowerCase();
  const all = named === '' ? [] : named.split(',');
  const own =
    all.length === 0 ? defaults : all.slice(direction * defaults.length, (direction + 1) * defaults.length);
  const unknown = own.find((name) => !Object.hasOwn(functions, name));
  if (unknown !== undefined) throw new UnsupportedError(`its function "${unknown}" is not supported`);
  if (own[1] !== own[2] && own.length === 3)
    throw new ShapeError('its cell and its output have different functions');
  return own.map((name) => functions[name]);
}

/** Nodes of one shape along a new axis. */
const beside = (parts: readonly Node[], axis: number): Node =>
  concat(
    parts.map((part) => reshape(part, [...part.shape.slice(0, axis), 1, ...part.shape.slice(axis)])),
    axis,
  );

/** X [steps, rows, in], or [rows, steps, in] under layout 1: Y [steps, directions, rows, units] and the last states. */
function recurrence(call: OperatorCall, kind: Kind): Node[] {
  if (call.has(4)) throw new ShapeError('it is given the lengths of its sequences');
  if (call.has(7)) throw new ShapeError('it has peepholes');
  if (call.hasAttribute('clip') || call.number('input_forget', 0))
    throw new ShapeError('it clips or couples its gates');
  const rowsFirst = call.number('layout', 0) !== 0;
  const x = rowsFirst ? call.floats(0) : transpose(call.floats(0), [1, 0, 2]);
  const [kernel, recurrent, bias] = [call.floats(1), call.floats(2), call.optional(3)];
  const direction = call.text('direction', 'forward');
  const units = recurrent.shape[2];
  if (call.number('hidden_size', units) !== units)
    throw new ShapeError(`its hidden_size is not that of its weights, ${units}`);
  const runs = Array.from({ length: kernel.shape[0] }, (_, d) => {
    const gates = (columns: Node) => {
      const axis = columns.shape.length - 1;
      return concat(
        kind.order.map((gate) => sliceAxis(columns, axis, gate * units, (gate + 1) * units)),
        axis,
      );
    };
    const matrix = (weights: Node) => gates(transpose(take(weights, 0, d), [1, 0]));
    const both = bias && reshape(take(bias, 0, d), [2, recurrent.shape[1]]);
    const weights: CellWeights = {
      kernel: matrix(kernel),
      recurrent: matrix(recurrent),
      bias: both && gates((kind.bias ?? sumOfRows)(both, call)),
    };
    const cell = kind.cell(weights, activationsOf(call, kind.activations, d), call);
    const given = [5, 6].slice(0, cell.states.length).map((input) => call.optional(input));
    const initial = given.some((state) => state)
      ? given.map((state) =>
          state ? take(state, rowsFirst ? 1 : 0, d) : x.graph.fill(0, [x.shape[0], units]),
        )
      : undefined;
    const backwards = direction === 'reverse' || d === 1;
    const { outputs, last } = recur(x, cell, { backwards, initial });
    return { outputs: backwards ? [...outputs].reverse() : outputs, last };
  });
  // [rows, steps, directions, units] and [rows, directions, units], then as the layout has it.
  const steps = beside(
    runs[0].outputs.map((_, i) =>
      beside(
        runs.map(({ outputs }) => outputs[i]),
        1,
      ),
    ),
    1,
  );
  const states = runs[0].last.map((_, i) =>
    beside(
      runs.map(({ last }) => last[i]),
      1,
    ),
  );
  return rowsFirst
    ? [steps, ...states]
    : [transpose(steps, [1, 2, 0, 3]), ...states.map((state) => transpose(state, [1, 0, 2]))];
}

export const recurrenceRows: readonly OperatorRow[] = Object.entries(kinds).map(([name, kind]) => ({
  name,
  build: (call) => recurrence(call, kind),
  weights: () => [
    { input: 1, role: 'kernel', filterAxis: 1 },
    { input: 2, role: 'kernel', filterAxis: 1 },
    { input: 3, role: 'bias' },
  ],
}));
