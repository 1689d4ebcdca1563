import { reshape } from '../../../../autodiff/operations';
import { ShapeError, claimed } from '../../../../autodiff/shape';
import { type OperatorCall, positive } from '../call';
import { type Sequence, type Value, computed, known } from '../value';
import { joinedAlong, piecesOf } from './arrangement';
import { type OperatorRow, row } from './row';

// Lists of tensors, as PyTorch's `split` and `chunk` become; their lengths and places are numbers of the file.

const sequence = (items: readonly Value[]): Sequence => ({ kind: 'sequence', items });

/** A place in a list of `count`, from the end if negative. */
function placeOf(call: OperatorCall, input: number, count: number): number {
  const at = call.scalar(input);
  const from = at < 0 ? at + count : at;
  if (!(Number.isInteger(from) && from >= 0 && from < count))
    throw new ShapeError(`there is no item ${at} of ${count}`);
  return from;
}

function itemAt(call: OperatorCall): Value {
  const items = call.sequence(0);
  return items[placeOf(call, 1, items.length)];
}

/** Sizes are a list, or one number for all but perhaps the last; left out, each position is an item without its axis. */
function splitUp(call: OperatorCall): Sequence {
  const value = call.value(0);
  const axis = call.axis(value.shape.length, 0);
  const extent = value.shape[axis];
  const keeps = call.number('keepdims', 1) !== 0;
  if (!call.has(1)) {
    const single = piecesOf(
      call,
      axis,
      Array.from(claimed(extent), () => 1),
    );
    return sequence(keeps ? single : single.map((piece) => withoutAxis(piece, axis)));
  }
  const { shape, data } = call.numbers(1);
  if (shape.length > 0) return sequence(piecesOf(call, axis, [...data]));
  const [size] = data;
  if (!(size >= 1)) throw new ShapeError(`parts of ${size} do not make up ${extent}`);
  const count = Math.ceil(extent / size);
  return sequence(
    piecesOf(
      call,
      axis,
      Array.from(claimed(count), (_, i) => Math.min(size, extent - i * size)),
    ),
  );
}

const withoutAxis = (value: Value, axis: number): Value =>
  reshapedTo(
    value,
    value.shape.filter((_, a) => a !== axis),
  );

const withAxis = (value: Value, axis: number): Value =>
  reshapedTo(value, [...value.shape.slice(0, axis), 1, ...value.shape.slice(axis)]);

const reshapedTo = (value: Value, shape: readonly number[]): Value =>
  value.kind === 'known'
    ? known(value.type, shape, value.data)
    : computed(reshape(value.node, shape), value.type);

function concatenated(call: OperatorCall): Value {
  const items = call.sequence(0);
  if (items.length === 0) throw new ShapeError('it joins an empty list');
  const rank = items[0].shape.length;
  const stacks = call.number('new_axis', 0) !== 0;
  const axis = positive(call.number('axis', 0), stacks ? rank + 1 : rank);
  return joinedAlong(call.graph, stacks ? items.map((item) => withAxis(item, axis)) : items, axis);
}

function inserted(call: OperatorCall): Sequence {
  const items = call.sequence(0);
  const at = call.has(2) ? insertionPlace(call, items.length) : items.length;
  return sequence([...items.slice(0, at), call.value(1), ...items.slice(at)]);
}

/** Before which item; after the last is a place too, and negative ones count from there as in Python. */
function insertionPlace(call: OperatorCall, count: number): number {
  const at = call.scalar(2);
  const from = at < 0 ? at + count : at;
  if (!(from >= 0 && from <= count)) throw new ShapeError(`there is no place ${at} among ${count}`);
  return from;
}

function erased(call: OperatorCall): Sequence {
  const items = call.sequence(0);
  const at = call.has(1) ? placeOf(call, 1, items.length) : items.length - 1;
  return sequence(items.filter((_, i) => i !== at));
}

export const sequenceRows: readonly OperatorRow[] = [
  row('SequenceConstruct', (call) => sequence(call.inputs.map((_, i) => call.value(i)))),
  row('SequenceEmpty', () => sequence([])),
  row('SequenceAt', itemAt),
  row('SequenceInsert', inserted),
  row('SequenceErase', erased),
  row('SequenceLength', (call) => known('integer', [], Float64Array.of(call.sequence(0).length))),
  row('SplitToSequence', splitUp),
  row('ConcatFromSequence', concatenated),
];
