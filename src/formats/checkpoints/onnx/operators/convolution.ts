import type { Node } from '../../../../autodiff/graph';
import { add, conv, convInputGradient, reshape } from '../../../../autodiff/operations';
import { ShapeError, shapeText } from '../../../../autodiff/shape';
import type { OperatorCall } from '../call';
import type { OperatorRow } from './row';
import { slidingWindow } from './windows';

/** The kernel's window, which an attribute may say once more. */
function windowOf(call: OperatorCall, kernel: Node): readonly number[] {
  const extents = kernel.shape.slice(2);
  const said = call.list('kernel_shape') ?? extents;
  if (said.join() !== extents.join())
    throw new ShapeError(
      `its kernel_shape ${shapeText(said)} is not that of its weights ${shapeText(kernel.shape)}`,
    );
  return extents;
}

/** Kernel [O, C / groups, window...]. */
function convolve(call: OperatorCall): Node {
  const [x, kernel] = [call.floats(0), call.floats(1)];
  const { strides, dilations, padding } = slidingWindow(call, x.shape.slice(2), windowOf(call, kernel));
  const groups = call.number('group', 1);
  return addBias(conv(x, kernel, { strides, dilations, padding, groups }), call.optional(2));
}

/** Kernel [C, O / groups, window...]: the transpose of the convolution that takes O channels to C. */
function convolveTransposed(call: OperatorCall): Node {
  const [x, kernel] = [call.floats(0), call.floats(1)];
  const spatial = x.shape.slice(2);
  const extents = windowOf(call, kernel);
  const window = slidingWindow(call, spatial, extents);
  const { strides, dilations } = window;
  const more = call.list('output_padding') ?? spatial.map(() => 0);
  const wanted = call.list('output_shape')?.slice(-spatial.length);
  const automatic = call.text('auto_pad', 'NOTSET');
  const same = automatic.startsWith('SAME');
  const full = spatial.map((extent, i) => strides[i] * (extent - 1) + (extents[i] - 1) * dilations[i] + 1);
  const inputSpatial = full.map((extent, i) => {
    if (wanted) return wanted[i];
    if (same) return spatial[i] * strides[i];
    return extent + more[i] - window.padding[i][0] - window.padding[i][1];
  });
  const padding = full.map((extent, i): readonly [number, number] => {
    if (!wanted && !same) return window.padding[i];
    const total = Math.max(0, extent + more[i] - inputSpatial[i]);
    const [less, rest] = [Math.floor(total / 2), Math.ceil(total / 2)];
    return automatic === 'SAME_UPPER' ? [less, rest] : [rest, less];
  });
  const groups = call.number('group', 1);
  const y = convInputGradient(x, kernel, { strides, dilations, padding, groups, inputSpatial });
  return addBias(y, call.optional(2));
}

const addBias = (y: Node, bias: Node | undefined): Node =>
  bias ? add(y, reshape(bias, [bias.shape[0], ...y.shape.slice(2).map(() => 1)])) : y;

export const convolutionRows: readonly OperatorRow[] = [
  {
    name: 'Conv',
    build: convolve,
    weights: () => [
      { input: 1, role: 'kernel', filterAxis: 0 },
      { input: 2, role: 'bias' },
    ],
  },
  {
    name: 'ConvTranspose',
    build: convolveTransposed,
    weights: () => [
      { input: 1, role: 'kernel', filterAxis: 1 },
      { input: 2, role: 'bias' },
    ],
  },
];
