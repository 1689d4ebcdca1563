import type { Node } from '../../../../../autodiff/graph';
import { div, log, maximum, minimum, mul, reshape, softplus, sub } from '../../../../../autodiff/operations';
import {
  celu,
  elu,
  gelu,
  glu,
  hardShrink,
  hardSigmoid,
  hardSilu,
  leakyRelu,
  logSigmoid,
  mish,
  parametricRelu,
  rectify,
  selu,
  silu,
  softShrink,
  softsign,
  tanhShrink,
  threshold,
} from '../../../../../network/activations';
import { dropout } from '../../../../../network/stochastic';
import { logSoftmax, softmax } from '../../../../../network/softmax';
import type { AtenCall } from '../call';
import { type AtenRow, rows } from './row';

const activation = (names: string | readonly string[], apply: (x: Node, call: AtenCall) => Node): AtenRow[] =>
  rows(names, (call) => apply(call.floats(0), call));

const between = (x: Node, low: number, high: number): Node =>
  low === 0 ? minimum(rectify(x), high) : minimum(maximum(x, low), high);

/** One slope, or one a channel, which is axis 1 (0 of a vector). */
function parametric(x: Node, call: AtenCall): Node {
  const slope = call.floats(1);
  if (slope.shape.length !== 1 || slope.shape[0] === 1) return parametricRelu(x, slope);
  const channels = x.shape.length > 1 ? 1 : 0;
  return parametricRelu(
    x,
    reshape(
      slope,
      x.shape.map((extent, axis) => (axis === channels ? extent : 1)),
    ),
  );
}

/** (e^(ax) - 1) b c below 0, b x above; with the three factors of PyTorch's one operator for ELU, SELU and CELU. */
function exponential(x: Node, call: AtenCall): Node {
  const [alpha, scale, inner] = [
    call.number('alpha', 1),
    call.number('scale', 1),
    call.number('input_scale', 1),
  ];
  if (inner === 1) return mul(scale, elu(x, alpha));
  return mul(scale, inner === 1 / alpha ? celu(x, alpha) : div(elu(mul(inner, x), alpha * inner), inner));
}

const soft = (apply: (x: Node, axis: number) => Node) => (x: Node, call: AtenCall) =>
  x.shape.length === 0 ? reshape(apply(reshape(x, [1]), 0), []) : apply(x, call.axis(1, x.shape.length));

/** Identity in inference; in training mode the dropped entries are drawn anew each step. */
function thinned(call: AtenCall) {
  const { training } = call.context;
  return training ? dropout(call.floats(0), call.number('p', 0.5), training) : call.reference(0);
}

export const activationRows: readonly AtenRow[] = [
  ...activation('relu', (x) => rectify(x)),
  ...activation('relu6', (x) => between(x, 0, 6)),
  ...activation('hardtanh', (x, call) => between(x, call.number('min_val', -1), call.number('max_val', 1))),
  ...activation('leaky_relu', (x, call) => leakyRelu(x, call.number('negative_slope', 0.01))),
  ...activation('rrelu', (x, call) =>
    leakyRelu(x, (call.number('lower', 1 / 8) + call.number('upper', 1 / 3)) / 2),
  ),
  ...rows(
    ['prelu', '_prelu_kernel'],
    (call) => parametric(call.floats(0), call),
    () => [{ argument: 1, role: 'norm' }],
  ),
  ...activation('elu', exponential),
  ...activation('selu', (x) => selu(x)),
  ...activation('celu', (x, call) => celu(x, call.number('alpha', 1))),
  ...activation('gelu', (x, call) => gelu(x, call.text('approximate', 'none') === 'tanh')),
  ...activation('silu', silu),
  ...activation('mish', mish),
  ...activation('hardswish', hardSilu),
  ...activation('hardsigmoid', (x) => hardSigmoid(x, 1 / 6)),
  ...activation('softplus', (x, call) => {
    const beta = call.number('beta', 1);
    return div(softplus(mul(beta, x)), beta);
  }),
  ...activation('softsign', softsign),
  ...activation('tanhshrink', tanhShrink),
  ...activation('log_sigmoid', logSigmoid),
  ...activation(['log_sigmoid_forward'], logSigmoid),
  ...activation('logit', (x) => log(div(x, sub(1, x)))),
  ...activation('softshrink', (x, call) => softShrink(x, call.number('lambd', 0.5))),
  ...activation('hardshrink', (x, call) => hardShrink(x, call.number('lambd', 0.5))),
  ...activation('threshold', (x, call) => threshold(x, call.number(1), call.number(2))),
  ...activation('glu', (x, call) => glu(x, call.axis('dim', x.shape.length, -1))),
  ...activation(['softmax.int', '_softmax', '_safe_softmax', 'special_softmax'], soft(softmax)),
  ...activation(['log_softmax.int', '_log_softmax', 'special_log_softmax'], soft(logSoftmax)),
  ...activation(
    'softmin',
    soft((x, axis) => softmax(mul(-1, x), axis)),
  ),
  ...rows(['dropout', 'feature_dropout', 'alpha_dropout', 'native_dropout'], thinned),
];
