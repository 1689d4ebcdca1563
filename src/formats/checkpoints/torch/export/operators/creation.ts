import type { Shape } from '../../../../../autodiff/shape';
import { ShapeError } from '../../../../../autodiff/shape';
import { sizeOf } from '../../../../../core/size-of';
import { stopGradient, sub, equal, floor, abs, mul, sign } from '../../../../../autodiff/operations';
import { numbersFor } from '../../../onnx/arrays';
import type { ElementType } from '../../../onnx/description';
import { type Value, computed, known } from '../../../onnx/value';
import { torchType } from '../../element-types';
import type { AtenCall } from '../call';
import { type AtenRow, type Result, rows } from './row';

/** The type asked for, if any. */
function typeAsked(call: AtenCall): ElementType | undefined {
  const name = call.text('dtype', '');
  if (name === '') return undefined;
  const type = torchType(name)?.type;
  if (!type) throw new ShapeError(`it makes ${name}, which is not a type of numbers that is computed with`);
  return type;
}

/** One number everywhere; floats stay small in the graph however large they are. */
function filled(call: AtenCall, shape: Shape, value: number, type: ElementType): Value {
  return type === 'float'
    ? computed(call.graph.fill(value, shape))
    : known(type, shape, numbersFor(shape).fill(value));
}

/** Rows that were fixed at the export are those of now. */
const sizes = (call: AtenCall, which: number): number[] => {
  const { exportedRows, rows } = call.context;
  return (call.list(which) ?? []).map((extent, axis) =>
    axis === 0 && exportedRows !== undefined && exportedRows > 1 && extent === exportedRows ? rows : extent,
  );
};

const typeOfNumber = (call: AtenCall, which: number): ElementType => {
  const given = call.argument(which);
  if (typeof given === 'boolean') return 'boolean';
  const value = call.number(which);
  return Number.isInteger(value) && Math.abs(value) !== Infinity ? 'integer' : 'float';
};

const constantOf = (value: number): AtenRow[] => {
  const word = value === 0 ? 'zeros' : 'ones';
  return [
    ...rows(word, (call) => filled(call, sizes(call, 0), value, typeAsked(call) ?? 'float')),
    ...rows(`new_${word}`, (call) =>
      filled(call, sizes(call, 1), value, typeAsked(call) ?? call.value(0).type),
    ),
    ...rows(`${word}_like`, (call) =>
      filled(call, call.value(0).shape, value, typeAsked(call) ?? call.value(0).type),
    ),
  ];
};

/** start, start + step, ... before end. */
function range(call: AtenCall, start: number, end: number, step: number): Value {
  const count = Math.max(0, Math.ceil((end - start) / step));
  const data = numbersFor([count]);
  data.forEach((_, i) => (data[i] = start + i * step));
  const whole = [start, end, step].every(Number.isInteger);
  return known(typeAsked(call) ?? (whole ? 'integer' : 'float'), [count], data);
}

function evenly(call: AtenCall): Value {
  const [start, end, count] = [call.number(0), call.number(1), call.number(2)];
  const data = numbersFor([count]);
  data.forEach((_, i) => (data[i] = count === 1 ? start : start + (i * (end - start)) / (count - 1)));
  return known(typeAsked(call) ?? 'float', [count], data);
}

function identity(call: AtenCall): Value {
  const height = call.number(0);
  const width = typeof call.argument(1) === 'number' ? call.number(1) : height;
  const data = numbersFor([height, width]);
  for (let i = 0; i < Math.min(height, width); i++) data[i * (width + 1)] = 1;
  return known(typeAsked(call) ?? 'float', [height, width], data);
}

/** The value as another type. Floats of any width are floats here; what rounds has no gradient. */
export function converted(value: Value, type: ElementType): Value {
  if (value.type === type) return value;
  if (value.kind === 'known') {
    const convert =
      type === 'boolean' ? (x: number) => Number(x !== 0) : type === 'integer' ? Math.trunc : Number;
    return known(type, value.shape, Float64Array.from(value.data, convert));
  }
  const { node } = value;
  if (node.dtype === 'int32') {
    if (type === 'integer') return value;
    throw new ShapeError('it computes with integers of the data, which here only look up rows of a table');
  }
  if (type === 'float' || value.type === 'boolean') return computed(node, type);
  const constant = stopGradient(node);
  if (type === 'boolean') return computed(sub(1, equal(constant, 0)), type);
  return computed(mul(sign(constant), floor(abs(constant))), type);
}

/** To another type, device or layout: itself where nothing changes. */
function cast(call: AtenCall): Result {
  const type = typeAsked(call);
  const source = call.reference(0);
  const { value } = source;
  return type === undefined || type === value.type ? source : converted(value, type);
}

const random = (call: AtenCall): never => {
  throw new ShapeError(
    `it draws random numbers (${call.node.target}), so the network has no loss of its own: export it in evaluation mode, model.eval()`,
  );
};

/** A mask of dropout or stochastic depth is its mean, as in evaluation. */
const meanOfDraws = (call: AtenCall): Value =>
  filled(call, call.value(0).shape, call.number(1, 0.5), 'float');

/** New tensors, and tensors as other types. */
export const creationRows: readonly AtenRow[] = [
  ...constantOf(0),
  ...constantOf(1),
  ...rows('full', (call) =>
    filled(call, sizes(call, 0), call.number(1), typeAsked(call) ?? typeOfNumber(call, 1)),
  ),
  ...rows('new_full', (call) =>
    filled(call, sizes(call, 1), call.number(2), typeAsked(call) ?? call.value(0).type),
  ),
  ...rows('full_like', (call) =>
    filled(call, call.value(0).shape, call.number(1), typeAsked(call) ?? call.value(0).type),
  ),
  ...rows(['empty.memory_format', 'empty_permuted', 'empty_strided'], (call) =>
    filled(call, sizes(call, 0), 0, typeAsked(call) ?? 'float'),
  ),
  ...rows('new_empty', (call) => filled(call, sizes(call, 1), 0, typeAsked(call) ?? call.value(0).type)),
  ...rows('empty_like', (call) =>
    filled(call, call.value(0).shape, 0, typeAsked(call) ?? call.value(0).type),
  ),
  ...rows(['arange', 'arange.end'], (call) => range(call, 0, call.number(0), 1)),
  ...rows('arange.start', (call) => range(call, call.number(0), call.number(1), 1)),
  ...rows('arange.start_step', (call) => range(call, call.number(0), call.number(1), call.number('step', 1))),
  ...rows('linspace', evenly),
  ...rows(['eye', 'eye.m'], identity),
  ...rows('scalar_tensor', (call) => known(typeAsked(call) ?? 'float', [], Float64Array.of(call.number(0)))),
  ...rows(['fill.Scalar', 'fill.Tensor'], (call) =>
    filled(call, call.value(0).shape, call.number(1), call.value(0).type),
  ),
  ...rows('zero', (call) => filled(call, call.value(0).shape, 0, call.value(0).type)),
  ...rows(['to.dtype', 'to.dtype_layout', 'to.device', 'to.other', '_to_copy'], cast),
  ...rows('type_as', (call) => converted(call.value(0), call.value(1).type)),
  ...rows('sym_size.int', (call) => {
    const { shape } = call.value(0);
    return shape[call.axis(1, shape.length)];
  }),
  ...rows('sym_numel', (call) => sizeOf(call.value(0).shape)),
  ...rows(['item', '_local_scalar_dense'], (call) => call.number(0)),
  ...rows(['bernoulli.p', 'bernoulli.float'], meanOfDraws),
  ...rows(
    ['rand', 'rand_like', 'randn', 'randn_like', 'randint', 'randperm', 'normal', 'bernoulli', 'multinomial'],
    random,
  ),
];
