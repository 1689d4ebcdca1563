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
import { sizeOf } from '../autodiff/shape';
import { dense } from './dense';
import { keep } from './masks';

export type Activation = (x: Node) => Node;

/** What a cell carries from step to step. */
export type CellState = readonly Node[];

/** A cell: what every step's input contributes is computed for all steps at once, then the steps follow one another. */
export interface Cell {
  /** Widths of the states. */
  readonly widths: readonly number[];
  /** Which state is the output. */
  readonly output: number;
  /** x [..., in] to [..., projected]. */
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
    widths: [recurrent.shape[0]],
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
    widths: [width, width],
    output: 0,
    project: (x) => dense(x, kernel, bias),
    step(projected, [h, c]) {
      const [input, forget, candidate, output] = columns(add(projected, matmul(h, recurrent)), 4);
      const next = add(mul(gate(forget), c), mul(gate(input), activation(candidate)));
      return [mul(gate(output), activation(next)), next];
    },
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
    widths: [width],
    output: 0,
    project: (x) => dense(x, kernel, inputBias),
    step(projected, [h]) {
      const [xz, xr, xh] = columns(projected, 3);
      if (resetAfter) {
        const [hz, hr, hh] = columns(dense(h, recurrent, stateBias), 3);
        const z = gate(add(xz, hz));
        const candidate = activation(add(xh, mul(gate(add(xr, hr)), hh)));
        return [blend(z, h, candidate)];
      }
      const [hz, hr] = columns(matmul(h, gatesOf(recurrent)), 2);
      const z = gate(add(xz, hz));
      const candidate = activation(add(xh, matmul(mul(gate(add(xr, hr)), h), candidateOf(recurrent))));
      return [blend(z, h, candidate)];
    },
  };
}

/** Cells one upon the other: each takes the output of the one below at the same step. */
export function stackedCells(cells: readonly Cell[]): Cell {
  const offsets = cells.map((_, i) => cells.slice(0, i).reduce((sum, { widths }) => sum + widths.length, 0));
  const last = cells.length - 1;
  return {
    widths: cells.flatMap(({ widths }) => widths),
    output: offsets[last] + cells[last].output,
    project: (x) => cells[0].project(x),
    step(projected, states) {
      const next: Node[] = [];
      cells.forEach((cell, i) => {
        const input = i === 0 ? projected : cell.project(next[offsets[i - 1] + cells[i - 1].output]);
        next.push(...cell.step(input, states.slice(offsets[i], offsets[i] + cell.widths.length)));
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

/** A cell run over x [rows, steps, in]: the outputs of all steps, each [rows, out], in the order they were made, and the last states. */
export function recur(
  x: Node,
  cell: Cell,
  { backwards = false, initial, mask, zeroOutput = false }: RecurrenceOptions = {},
): { readonly outputs: readonly Node[]; readonly last: CellState } {
  const [rows, steps] = x.shape;
  const features = sizeOf(x.shape.slice(2));
  // Steps first, so that what belongs to one step lies together.
  const projected = cell.project(transpose(reshape(x, [rows, steps, features]), [1, 0, 2]));
  let state: CellState = initial ?? cell.widths.map((width) => x.graph.fill(0, [rows, width]));
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

/** Outputs of the steps as one tensor [rows, steps, width]. */
export function stackSteps(outputs: readonly Node[]): Node {
  const stacked = concat(
    outputs.map((output) => reshape(output, [1, ...output.shape])),
    0,
  );
  return transpose(stacked, [1, 0, ...Array.from(stacked.shape.keys()).slice(2)]);
}

const blend = (z: Node, h: Node, candidate: Node): Node => add(mul(z, h), mul(sub(1, z), candidate));

function columns(matrix: Node, count: number): Node[] {
  const width = matrix.shape[1] / count;
  return Array.from({ length: count }, (_, i) => sliceAxis(matrix, 1, i * width, (i + 1) * width));
}
