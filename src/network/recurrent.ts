import type { Node } from '../autodiff/graph';
import {
  add,
  concat,
  matmul,
  mul,
  reshape,
  sigmoid,
  sliceAxis,
  sub,
  take,
  transpose,
} from '../autodiff/operations';
import type { Shape } from '../autodiff/shape';
import { type ConvolutionOptions, convolution } from './convolution';
import { dense } from './dense';
import { keep } from './masks';

export type Activation = (x: Node) => Node;

/** What a cell carries from step to step. */
export type CellState = readonly Node[];

/** A cell: what every step's input contributes is computed for all steps at once, then the steps follow one another. */
export interface Cell {
  /** Shapes of the states of a row. */
  readonly states: readonly Shape[];
  /** Which state is the output. */
  readonly output: number;
  /** What the inputs [..., in] of steps contribute: [..., projected]. */
  project(x: Node): Node;
  step(projected: Node, state: CellState): CellState;
}

export interface CellWeights {
  readonly kernel: Node;
  readonly recurrent: Node;
  readonly bias?: Node;
}

/** h' = f(x W + h U + b) (Elman 1990). */
export function simpleCell({ kernel, recurrent, bias }: CellWeights, activation: Activation): Cell {
  return {
    states: [[recurrent.shape[0]]],
    output: 0,
    project: (x) => dense(x, kernel, bias),
    step: (projected, [h]) => [activation(add(projected, matmul(h, recurrent)))],
  };
}

/** Long short-term memory (Hochreiter & Schmidhuber 1997, with forget gates); gates stand in Keras' order i, f, c, o. */
export function lstmCell(
  { kernel, recurrent, bias }: CellWeights,
  activation: Activation,
  gate: Activation = sigmoid,
): Cell {
  const width = recurrent.shape[0];
  return {
    states: [[width], [width]],
    output: 0,
    project: (x) => dense(x, kernel, bias),
    step: (projected, [h, c]) =>
      remember(parts(add(projected, matmul(h, recurrent)), 1, 4), c, activation, gate),
  };
}

/** The states after a step of long short-term memory, from the sums at its gates i, f, c, o. */
function remember(
  [input, forget, candidate, output]: readonly Node[],
  c: Node,
  activation: Activation,
  gate: Activation,
): CellState {
  const next = add(mul(gate(forget), c), mul(gate(input), activation(candidate)));
  return [mul(gate(output), activation(next)), next];
}

/**
 * Long short-term memory with convolutions for products (Shi et al. 2015, without peepholes): steps [rows, spatial..., C] or
 * [rows, C, spatial...] of the shape given, kernels [window..., C, 4 filters]. The states keep their extent.
 */
export function convolutionalLstmCell(
  { kernel, recurrent, bias }: CellWeights,
  row: Shape,
  options: ConvolutionOptions,
  { activation, gate }: { readonly activation: Activation; readonly gate: Activation },
): Cell {
  const ones = options.strides.map(() => 1);
  const within: ConvolutionOptions = {
    strides: ones,
    dilations: ones,
    padding: 'same',
    order: options.order,
  };
  const channels = options.order === 'first' ? 0 : row.length - 1;
  const convolved = (x: Node) => convolution(x, kernel, bias, options);
  const state = convolved(kernel.graph.fill(0, [1, ...row])).shape.slice(1);
  const filters = state.map((extent, axis) => (axis === channels ? extent / 4 : extent));
  return {
    states: [filters, filters],
    output: 0,
    project: (x) =>
      reshape(convolved(reshape(x, [x.shape[0] * x.shape[1], ...row])), [...x.shape.slice(0, 2), ...state]),
    step: (projected, [h, c]) =>
      remember(
        parts(add(projected, convolution(h, recurrent, undefined, within)), channels + 1, 4),
        c,
        activation,
        gate,
      ),
  };
}

/**
 * Gated recurrent unit (Cho et al. 2014); gates stand in Keras' order z, r, h. With `resetAfter` the reset gate is
 * applied after the product with the state, and the bias [2, 3 units] has one row for each product.
 */
export function gruCell(
  { kernel, recurrent, bias }: CellWeights,
  activation: Activation,
  gate: Activation,
  resetAfter: boolean,
): Cell {
  const width = recurrent.shape[0];
  const inputBias = bias && (resetAfter ? take(bias, 0, 0) : bias);
  const stateBias = bias && resetAfter ? take(bias, 0, 1) : undefined;
  const gatesOf = (matrix: Node) => sliceAxis(matrix, 1, 0, 2 * width);
  const candidateOf = (matrix: Node) => sliceAxis(matrix, 1, 2 * width, 3 * width);
  return {
    states: [[width]],
    output: 0,
    project: (x) => dense(x, kernel, inputBias),
    step(projected, [h]) {
      const [xz, xr, xh] = parts(projected, 1, 3);
      if (resetAfter) {
        const [hz, hr, hh] = parts(dense(h, recurrent, stateBias), 1, 3);
        const z = gate(add(xz, hz));
        const candidate = activation(add(xh, mul(gate(add(xr, hr)), hh)));
        return [blend(z, h, candidate)];
      }
      const [hz, hr] = parts(matmul(h, gatesOf(recurrent)), 1, 2);
      const z = gate(add(xz, hz));
      const candidate = activation(add(xh, matmul(mul(gate(add(xr, hr)), h), candidateOf(recurrent))));
      return [blend(z, h, candidate)];
    },
  };
}

/** Cells one upon the other: each takes the output of the one below at the same step. */
export function stackedCells(cells: readonly Cell[]): Cell {
  const offsets = cells.map((_, i) => cells.slice(0, i).reduce((sum, { states }) => sum + states.length, 0));
  const last = cells.length - 1;
  return {
    states: cells.flatMap(({ states }) => states),
    output: offsets[last] + cells[last].output,
    project: (x) => cells[0].project(x),
    step(projected, states) {
      const next: Node[] = [];
      cells.forEach((cell, i) => {
        const input = i === 0 ? projected : cell.project(next[offsets[i - 1] + cells[i - 1].output]);
        next.push(...cell.step(input, states.slice(offsets[i], offsets[i] + cell.states.length)));
      });
      return next;
    },
  };
}

export interface RecurrenceOptions {
  readonly backwards?: boolean;
  /** States before the first step; zeros if left out. */
  readonly initial?: CellState;
  /** [rows, steps]: steps of 0 leave the states as they are. */
  readonly mask?: Node;
  /** The output at such a step is zero, and not the last one before it. */
  readonly zeroOutput?: boolean;
}

/** A cell run over x [rows, steps, in...]: the outputs of all steps, each [rows, out...], in the order they were made, and the last states. */
export function recur(
  x: Node,
  cell: Cell,
  { backwards = false, initial, mask, zeroOutput = false }: RecurrenceOptions = {},
): { readonly outputs: readonly Node[]; readonly last: CellState } {
  const [rows, steps] = x.shape;
  // Steps first, so that what belongs to one step lies together.
  const projected = cell.project(transpose(x, [1, 0, ...x.shape.slice(2).map((_, i) => i + 2)]));
  let state: CellState = initial ?? cell.states.map((shape) => x.graph.fill(0, [rows, ...shape]));
  const outputs: Node[] = [];
  for (let i = 0; i < steps; i++) {
    const step = backwards ? steps - 1 - i : i;
    const next = cell.step(take(projected, 0, step), state);
    const counts = mask && take(mask, 1, step);
    const before = state;
    state = counts ? next.map((value, k) => keep(value, counts, before[k])) : next;
    outputs.push(counts && zeroOutput ? keep(next[cell.output], counts, 0) : state[cell.output]);
  }
  return { outputs, last: state };
}

/** Outputs of the steps as one tensor [rows, steps, out...]. */
export function stackSteps(outputs: readonly Node[]): Node {
  const stacked = concat(
    outputs.map((output) => reshape(output, [1, ...output.shape])),
    0,
  );
  return transpose(stacked, [1, 0, ...Array.from(stacked.shape.keys()).slice(2)]);
}

const blend = (z: Node, h: Node, candidate: Node): Node => add(mul(z, h), mul(sub(1, z), candidate));

/** An axis cut into equal parts. */
function parts(x: Node, axis: number, count: number): Node[] {
  const width = x.shape[axis] / count;
  return Array.from({ length: count }, (_, i) => sliceAxis(x, axis, i * width, (i + 1) * width));
}
