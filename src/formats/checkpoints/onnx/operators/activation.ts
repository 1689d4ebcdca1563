import type { Node } from '../../../../autodiff/graph';
import {
  add,
  maximum,
  minimum,
  mul,
  reshape,
  sigmoid,
  softplus,
  tanh,
} from '../../../../autodiff/operations';
import { sizeOf } from '../../../../core/size-of';
import {
  celu,
  elu,
  gelu,
  hardSilu,
  leakyRelu,
  mish,
  parametricRelu,
  rectify,
  selu,
  softsign,
  threshold,
} from '../../../../network/activations';
import { logSoftmax, softmax } from '../../../../network/softmax';
import type { OperatorCall } from '../call';
import { type OperatorRow, row } from './row';

const activation = (name: string, apply: (x: Node, call: OperatorCall) => Node) =>
  row(name, (call) => apply(call.floats(0), call));

/** Before version 13 of the set, everything from the axis on was one axis. */
function alongAxis(call: OperatorCall, apply: (x: Node, axis: number) => Node): Node {
  const x = call.floats(0);
  const rank = x.shape.length;
  const axis = call.axis(rank, call.opset < 13 ? 1 : -1);
  if (call.opset >= 13 || axis === rank - 1) return apply(x, axis);
  const lead = x.shape.slice(0, axis);
  return reshape(apply(reshape(x, [...lead, sizeOf(x.shape.slice(axis))]), axis), x.shape);
}

/** Bounds are attributes up to version 10 of the set, then inputs. */
function clip(x: Node, call: OperatorCall): Node {
  const low = call.scalar(1, call.number('min', -Infinity));
  const high = call.scalar(2, call.number('max', Infinity));
  const above = low === -Infinity ? x : low === 0 ? rectify(x) : maximum(x, low);
  return high === Infinity ? above : minimum(above, high);
}

const hardSigmoid = (x: Node, call: OperatorCall): Node => {
  const line = add(mul(call.number('alpha', 0.2), x), call.number('beta', 0.5));
  return minimum(maximum(line, 0), 1);
};

/** Up to version 6 of the set slopes were those of the channels. */
function slopes(call: OperatorCall): Node {
  const [x, slope] = [call.floats(0), call.floats(1)];
  const ofChannels = call.opset < 7 && slope.shape.length === 1 && x.shape.length > 2;
  return parametricRelu(
    x,
    ofChannels ? reshape(slope, [sizeOf(slope.shape), ...x.shape.slice(2).map(() => 1)]) : slope,
  );
}

export const activationRows: readonly OperatorRow[] = [
  activation('Relu', (x) => rectify(x)),
  activation('LeakyRelu', (x, call) => leakyRelu(x, call.number('alpha', 0.01))),
  activation('ThresholdedRelu', (x, call) => threshold(x, call.number('alpha', 1), 0)),
  {
    name: 'PRelu',
    build: slopes,
    weights: () => [{ input: 1, role: 'norm' }],
  },
  activation('Elu', (x, call) => elu(x, call.number('alpha', 1))),
  activation('Celu', (x, call) => celu(x, call.number('alpha', 1))),
  activation('Selu', (x, call) => {
    const alpha = call.number('alpha', 1.6732632423543772);
    const gamma = call.number('gamma', 1.0507009873554805);
    return call.hasAttribute('alpha') || call.hasAttribute('gamma') ? mul(gamma, elu(x, alpha)) : selu(x);
  }),
  activation('Gelu', (x, call) => gelu(x, call.text('approximate', 'none') === 'tanh')),
  activation('Mish', (x) => mish(x)),
  activation('Swish', (x, call) => mul(x, sigmoid(mul(call.number('alpha', 1), x)))),
  activation('HardSwish', (x) => hardSilu(x)),
  activation('Sigmoid', (x) => sigmoid(x)),
  activation('HardSigmoid', hardSigmoid),
  activation('Tanh', (x) => tanh(x)),
  activation('Softplus', (x) => softplus(x)),
  activation('Softsign', (x) => softsign(x)),
  row('Softmax', (call) => alongAxis(call, softmax)),
  row('LogSoftmax', (call) => alongAxis(call, logSoftmax)),
  activation('Clip', clip),
];
