import type { Shape } from '../../../../autodiff/shape';
import {
  type Cell,
  convolutionalLstmCell,
  gruCell,
  lstmCell,
  simpleCell,
  stackedCells,
} from '../../../../network/recurrent';
import { UserError } from '../../../../core/errors';
import { activationOf } from './activation';
import { convolutionOptions } from './convolution';
import type { LayerSource, LayerUse } from './row';

/** A cell once the nodes of its weights and the shape of a step's input of one row are known. */
export type MakeCell = (read: LayerUse['read'], row: Shape) => Cell;

const activation = ({ config, legacy }: LayerSource, key: string, fallback: string) =>
  activationOf(config.raw[key] ?? fallback, legacy);

function weightsOf(cell: LayerSource, filterAxis = 1) {
  const kernel = cell.weight('kernel', 'kernel', filterAxis);
  const recurrent = cell.weight('recurrent_kernel', 'kernel', filterAxis);
  const bias = cell.config.flag('use_bias', true) ? cell.weight('bias', 'bias') : undefined;
  return (read: LayerUse['read']) => ({
    kernel: read(kernel),
    recurrent: read(recurrent),
    bias: bias && read(bias),
  });
}

/** Keras' cells by class name. */
const cells: Readonly<Record<string, (cell: LayerSource) => MakeCell>> = {
  SimpleRNNCell(cell) {
    const weights = weightsOf(cell);
    const output = activation(cell, 'activation', 'tanh');
    return (read) => simpleCell(weights(read), output);
  },
  LSTMCell(cell) {
    const weights = weightsOf(cell);
    const output = activation(cell, 'activation', 'tanh');
    const gate = activation(cell, 'recurrent_activation', 'sigmoid');
    return (read) => lstmCell(weights(read), output, gate);
  },
  GRUCell(cell) {
    const weights = weightsOf(cell);
    const output = activation(cell, 'activation', 'tanh');
    const gate = activation(cell, 'recurrent_activation', 'sigmoid');
    // TensorFlow.js' own layer resets before the product; Keras 2 and 3 reset after it.
    const resetAfter = cell.config.flag('reset_after', false);
    return (read) => gruCell(weights(read), output, gate, resetAfter);
  },
  StackedRNNCells(cell) {
    const parts = cell.parts.map((key) => {
      const part = cell.part(key);
      return cellOf(part, part.className);
    });
    return (read, row) => stackedCells(parts.map((make) => make(read, row)));
  },
};

/** The cell of ConvLSTM1D, 2D and 3D, by the number of spatial axes. */
export function convolutionalCell(cell: LayerSource, rank: number): MakeCell {
  const weights = weightsOf(cell, rank + 1);
  const options = convolutionOptions(cell, rank);
  const output = activation(cell, 'activation', 'tanh');
  const gate = activation(cell, 'recurrent_activation', 'sigmoid');
  return (read, row) => convolutionalLstmCell(weights(read), row, options, { activation: output, gate });
}

/** The class names of the cells that are understood. */
export const knownCells: readonly string[] = Object.keys(cells);

/** A cell of this class, its weights asked for. */
export function cellOf(cell: LayerSource, className: string): MakeCell {
  if (!Object.hasOwn(cells, className))
    throw new UserError(
      `runs a ${className}, which is not supported; supported are ${knownCells.join(', ')}`,
    );
  return cells[className](cell);
}
