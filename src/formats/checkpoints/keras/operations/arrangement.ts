import { claimed } from '../../../../autodiff/shape';
import type { Node } from '../../../../autodiff/graph';
import {
  broadcast,
  concat,
  oneHot,
  reshape,
  reverse,
  slice,
  sliceAxis,
  take,
  transpose,
} from '../../../../autodiff/operations';
import { sizeOf } from '../../../../core/size-of';
import { PAD_MODES, padBeyond, padValue } from '../../../../network/padding';
import { reshapeRows, rolled } from '../../../../network/shaping';
import { UserError } from '../../../../core/errors';
import type { LayerConfig } from '../layers/config';
import type { LayerRow } from '../layers/row';
import { axesOf, axisOf, constantOf, mixesRows, operationRow, tensorsOf } from './operands';
import { indexed } from './indexing';

/** Rows under another shape: the first axis stays that of the rows, whose number no file knows. */
function reshaped(x: Node, config: LayerConfig): Node {
  const [rows, ...rest] = config.axes('newshape', -1);
  const fits = rest.includes(-1) || sizeOf(rest) === sizeOf(x.shape.slice(1));
  if (rows !== -1 || !fits) throw mixesRows();
  return reshapeRows(x, rest);
}

function permuted(x: Node, axes: readonly number[]): Node {
  if (axes[0] !== 0) throw mixesRows();
  return transpose(x, axes);
}

/** The identity permutation changed in place. */
function permutation(x: Node, change: (axes: number[]) => void): Node {
  const axes = x.shape.map((_, axis) => axis);
  change(axes);
  return permuted(x, axes);
}

/** Pieces of an axis between places, given as the places or as the number of pieces, of which the first may be one longer. */
function split(x: Node, config: LayerConfig, axis = axisOf(config, 'axis', x)): Node[] {
  const extent = x.shape[axis];
  const { indices_or_sections: stored } = config.raw;
  const count = typeof stored === 'number' ? stored : 0;
  const places = count
    ? Array.from(
        claimed(count - 1),
        (_, i) => (i + 1) * Math.floor(extent / count) + Math.min(i + 1, extent % count),
      )
    : config.axes('indices_or_sections', 1);
  const bounds = [0, ...places, extent];
  return bounds.slice(1).map((limit, i) => sliceAxis(x, axis, bounds[i], limit));
}

const stacked = (parts: readonly Node[], axis: number): Node =>
  concat(
    parts.map((x) => reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)])),
    axis,
  );

/** Every position of an axis several times, one copy beside the other. */
function repeated(x: Node, config: LayerConfig): Node {
  const axis = axesOf(config, 'axis', x)[0];
  const count = config.integer('repeats');
  const [before, after] = [x.shape.slice(0, axis + 1), x.shape.slice(axis + 1)];
  const apart = broadcast(reshape(x, [...before, 1, ...after]), [...before, count, ...after]);
  return reshape(
    apart,
    x.shape.map((extent, a) => (a === axis ? extent * count : extent)),
  );
}

function tiled(x: Node, config: LayerConfig): Node {
  const repeats = config.axes('repeats', 1);
  const counts = [...new Array<number>(Math.max(0, x.shape.length - repeats.length)).fill(1), ...repeats];
  if (counts.length > x.shape.length || counts[0] !== 1) throw mixesRows();
  return counts.reduce(
    (y, count, axis) =>
      concat(
        Array.from(claimed(count), () => y),
        axis,
      ),
    x,
  );
}

const rollRow = (x: Node, config: LayerConfig): Node =>
  rolled(x, axesOf(config, 'axis', x)[0], -config.integer('shift'));

function padded(x: Node, config: LayerConfig, value: unknown): Node {
  const { mode = 'constant' } = config.raw;
  const fill = constantOf(value ?? 0);
  const beyond = PAD_MODES.find((known) => known === mode);
  if ((mode !== 'constant' && !beyond) || fill?.kind !== 'constant' || fill.values.length !== 1)
    throw new UserError(`pads by ${JSON.stringify(mode)} with more than one number, which is not supported`);
  const amounts = config.pairs('pad_width', x.shape.length, 0);
  if (amounts[0].some((count) => count !== 0)) throw mixesRows();
  const [before, after] = [0, 1].map((side) => amounts.map((pair) => pair[side]));
  return beyond ? padBeyond(x, before, after, beyond) : padValue(x, before, after, fill.values[0]);
}

/** Quarter turns from the first of two axes towards the second. */
function turned(x: Node, config: LayerConfig): Node {
  const [a, b] = config.raw.axes === undefined ? [0, 1] : axesOf(config, 'axes', x);
  if (a === 0 || b === 0) throw mixesRows();
  const swapped = (y: Node) => permutation(y, (axes) => ([axes[a], axes[b]] = [axes[b], axes[a]]));
  const turns = ((config.integer('k', 1) % 4) + 4) % 4;
  return [x, swapped(reverse(x, [b])), reverse(x, [a, b]), reverse(swapped(x), [b])][turns];
}

/** Windows along the last axis: [..., extent] to [..., windows, length]. */
function sequences(x: Node, config: LayerConfig): Node {
  const [length, stride] = [config.integer('sequence_length'), config.integer('sequence_stride')];
  const axis = x.shape.length - 1;
  if (axis === 0) throw mixesRows();
  const count = Math.floor((x.shape[axis] - length) / stride) + 1;
  const at = (own: number) => x.shape.map((_, a) => (a === axis ? own : 0));
  const parts = Array.from(claimed(length), (_, j) =>
    slice(
      x,
      at(j),
      x.shape.map((extent, a) => (a === axis ? j + (count - 1) * stride + 1 : extent)),
      x.shape.map((_, a) => (a === axis ? stride : 1)),
    ),
  );
  return stacked(parts, axis + 1);
}

/** A row of an operation of one tensor. */
const one = (name: string, run: (x: Node, config: LayerConfig) => Node | readonly Node[]): LayerRow =>
  operationRow(name, (operands, config) => run(tensorsOf(operands)[0], config));

export const arrangingOperations: readonly LayerRow[] = [
  one('Reshape', reshaped),
  one('Transpose', (x, config) => permuted(x, config.axes('axes', -1))),
  one('Swapaxes', (x, config) => {
    const [a, b] = ['axis1', 'axis2'].map((key) => axisOf(config, key, x));
    return permutation(x, (axes) => ([axes[a], axes[b]] = [axes[b], axes[a]]));
  }),
  one('Moveaxis', (x, config) => {
    const [from, to] = ['source', 'destination'].map((key) => axisOf(config, key, x));
    return permutation(x, (axes) => axes.splice(to, 0, ...axes.splice(from, 1)));
  }),
  one('ExpandDims', (x, config) => stacked([x], axisOf(config, 'axis', x, 1))),
  one('Squeeze', (x, config) => {
    const axes = axesOf(config, 'axis', x);
    return reshape(
      x,
      x.shape.filter((_, axis) => !axes.includes(axis)),
    );
  }),
  one('Split', (x, config) => split(x, config)),
  one('ArraySplit', (x, config) => split(x, config)),
  one('Hsplit', (x, config) => split(x, config, 1)),
  one('Dsplit', (x, config) => split(x, config, 2)),
  one('Unstack', (x, config) => {
    const axis = axisOf(config, 'axis', x);
    return Array.from({ length: x.shape[axis] }, (_, i) => take(x, axis, i));
  }),
  one('Fliplr', (x) => reverse(x, [1])),
  one('Flip', (x, config) => reverse(x, axesOf(config, 'axis', x))),
  one('Roll', rollRow),
  one('Rot90', turned),
  one('ExtractSequences', sequences),
  one('Repeat', repeated),
  one('Tile', tiled),
  operationRow('Concatenate', (operands, config) => {
    const parts = tensorsOf(operands);
    return concat(parts, axisOf(config, 'axis', parts[0]));
  }),
  operationRow('Hstack', (operands) => concat(tensorsOf(operands), 1)),
  operationRow('Dstack', (operands) => {
    const parts = tensorsOf(operands);
    const { length } = parts[0].shape;
    if (length < 2) throw mixesRows();
    return length === 2 ? stacked(parts, 2) : concat(parts, 2);
  }),
  operationRow('Append', (operands, config) => {
    const parts = tensorsOf(operands);
    return concat(parts, axesOf(config, 'axis', parts[0])[0]);
  }),
  {
    ...operationRow('OneHot', ([operand], config) => {
      if (operand.kind !== 'indices')
        throw new UserError('is called on numbers that are computed, which is not supported');
      if (config.integer('axis', -1) !== -1)
        throw new UserError('puts its classes along another axis than the last, which is not supported');
      return oneHot(operand.node, config.integer('num_classes'));
    }),
    takesIndices: true,
  },
  operationRow('Stack', (operands, config) => {
    const parts = tensorsOf(operands);
    return stacked(parts, axisOf(config, 'axis', parts[0], 1));
  }),
  operationRow('Take', (operands, config) => {
    const [source, places] = operands;
    if (source.kind !== 'tensor' || places?.kind !== 'constant')
      throw new UserError('is supported for places that the file fixes only');
    const x = source.node;
    const axis = axesOf(config, 'axis', x)[0];
    const at = Array.from(places.values, (place) => (place < 0 ? place + x.shape[axis] : place));
    const taken = concat(
      at.map((place) => sliceAxis(x, axis, place, place + 1)),
      axis,
    );
    return reshape(taken, [...x.shape.slice(0, axis), ...places.shape, ...x.shape.slice(axis + 1)]);
  }),
  operationRow(
    'Pad',
    ([operand], config, { options }) => padded(tensorsOf([operand])[0], config, options.constant_values),
    ['constant_values'],
  ),
  operationRow('GetItem', (_, __, use) => indexed(use)),
];
