import { ShapeError } from '../../../../autodiff/shape';
import { sizeOf } from '../../../../core/size-of';
import { numbersFor } from '../arrays';
import type { OperatorCall } from '../call';
import { elementType } from '../tensor';
import type { ElementType } from '../description';
import { type Value, computed, integerList, known } from '../value';
import { type OperatorRow, row } from './row';

function constant(call: OperatorCall): Value {
  const tensor = call.tensor('value');
  if (tensor) return known(tensor.type, tensor.shape, tensor.data);
  for (const [name, type] of [
    ['value_float', 'float'],
    ['value_int', 'integer'],
  ] as const)
    if (call.hasAttribute(name)) return known(type, [], Float64Array.of(call.number(name, 0)));
  for (const [name, type] of [
    ['value_floats', 'float'],
    ['value_ints', 'integer'],
  ] as const) {
    const list = call.list(name);
    if (list) return known(type, [list.length], Float64Array.from(list));
  }
  throw new ShapeError('it holds no numbers');
}

function constantOfShape(call: OperatorCall): Value {
  const shape = call.integers(0);
  const tensor = call.tensor('value');
  const value = tensor ? tensor.data[0] : 0;
  const type = tensor?.type ?? 'float';
  return type === 'float'
    ? computed(call.graph.fill(value, shape))
    : known(type, shape, numbersFor(shape).fill(value));
}

/** The value as another type: numbers are converted; in the graph only what stays a float, or stays what it is, can be. */
function cast(call: OperatorCall, type: ElementType): Value {
  const value = call.value(0);
  if (value.type === type) return value;
  if (value.kind === 'computed' && type === 'float') return computed(call.floats(0));
  const { shape, data } = call.numbers(0);
  const convert =
    type === 'boolean' ? (x: number) => Number(x !== 0) : type === 'integer' ? Math.trunc : (x: number) => x;
  return known(type, shape, Float64Array.from(data, convert));
}

function castTo(call: OperatorCall): Value {
  const type = elementType(call.number('to', 0));
  if (!type) throw new ShapeError('it casts to a type that is not one of numbers');
  return cast(call, type);
}

function shapeOf(call: OperatorCall): Value {
  const { shape } = call.value(0);
  return integerList(
    shape.slice(call.number('start', 0), call.hasAttribute('end') ? call.number('end', 0) : undefined),
  );
}

function range(call: OperatorCall): Value {
  const [start, limit, step] = [call.scalar(0), call.scalar(1), call.scalar(2)];
  const count = Math.max(0, Math.ceil((limit - start) / step));
  const data = numbersFor([count]);
  data.forEach((_, i) => (data[i] = start + i * step));
  return known(call.value(0).type, [count], data);
}

export const constantRows: readonly OperatorRow[] = [
  row('Constant', constant),
  row('ConstantOfShape', constantOfShape),
  row('Cast', castTo),
  row('CastLike', (call) => cast(call, call.value(1).type)),
  row('Shape', shapeOf),
  row('Size', (call) => known('integer', [], Float64Array.of(sizeOf(call.value(0).shape)))),
  row('Range', range),
  row('Identity', (call) => call.value(0)),
  row('Dropout', (call) => call.value(0)),
];
