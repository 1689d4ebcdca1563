import type { Node } from '../../../../../autodiff/graph';
import { add, conv, convInputGradient, reshape } from '../../../../../autodiff/operations';
import { ShapeError } from '../../../../../autodiff/shape';
import type { AtenCall } from '../call';
import { type AtenRow, type WeightUse, rows } from './row';

/** What the overloads of a convolution name: windows over the spatial axes, one entry an axis. */
interface Windows {
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  readonly dilations: readonly number[];
  readonly groups: number;
}

const addBias = (y: Node, bias: Node | undefined): Node =>
  bias ? add(y, reshape(bias, [bias.shape[0], ...y.shape.slice(2).map(() => 1)])) : y;

/** A convolution of x [N, C, spatial...], or of one image without its axis of rows. */
function ofRows(call: AtenCall, convolve: (x: Node, kernel: Node) => Node): Node {
  const [x, kernel] = [call.floats(0), call.floats(1)];
  if (x.shape.length === kernel.shape.length) return convolve(x, kernel);
  if (x.shape.length !== kernel.shape.length - 1)
    throw new ShapeError(`it has ${x.shape.length} axes where its weight has ${kernel.shape.length}`);
  const y = convolve(reshape(x, [1, ...x.shape]), kernel);
  return reshape(y, y.shape.slice(1));
}

/** PyTorch's `same` puts the odd zero behind, and takes no strides. */
function paddingOf(call: AtenCall, kernel: Node, dilations: readonly number[]): Windows['padding'] {
  const spatial = kernel.shape.slice(2);
  const word = call.text('padding', '');
  if (word === 'valid') return spatial.map(() => [0, 0]);
  if (word === 'same')
    return spatial.map((extent, i) => {
      const total = dilations[i] * (extent - 1);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    });
  return call.perAxis('padding', spatial.length, 0).map((count) => [count, count]);
}

function windowsOf(call: AtenCall, kernel: Node): Windows {
  const axes = kernel.shape.length - 2;
  const dilations = call.perAxis('dilation', axes, 1);
  return {
    strides: call.perAxis('stride', axes, 1),
    padding: paddingOf(call, kernel, dilations),
    dilations,
    groups: call.number('groups', 1),
  };
}

const convolution = (call: AtenCall): Node =>
  ofRows(call, (x, kernel) => addBias(conv(x, kernel, windowsOf(call, kernel)), call.optional(2)));

/** Kernel [C, O / groups, window...]: the transpose of the convolution that takes O channels to C. */
const transposed = (call: AtenCall): Node =>
  ofRows(call, (x, kernel) => {
    const windows = windowsOf(call, kernel);
    const { strides, padding, dilations } = windows;
    const more = call.perAxis('output_padding', kernel.shape.length - 2, 0);
    const inputSpatial = x.shape.slice(2).map((extent, i) => {
      const reach = dilations[i] * (kernel.shape[i + 2] - 1);
      return (extent - 1) * strides[i] - padding[i][0] - padding[i][1] + reach + more[i] + 1;
    });
    return addBias(convInputGradient(x, kernel, { ...windows, inputSpatial }), call.optional(2));
  });

/** The operator to which all are decomposed. */
const general = (call: AtenCall): Node => (call.flag('transposed', false) ? transposed : convolution)(call);

const weights =
  (filterAxis: (call: AtenCall) => number) =>
  (call: AtenCall): WeightUse[] => [
    { argument: 1, role: 'kernel', filterAxis: filterAxis(call) },
    { argument: 2, role: 'bias' },
  ];

const each = (name: (axes: number) => string): string[] => [1, 2, 3].map(name);

export const convolutionRows: readonly AtenRow[] = [
  ...rows(
    [...each((n) => `conv${n}d`), ...each((n) => `conv${n}d.padding`)],
    convolution,
    weights(() => 0),
  ),
  ...rows(
    ['conv_transpose1d', 'conv_transpose2d.input', 'conv_transpose3d.input'],
    transposed,
    weights(() => 1),
  ),
  ...rows(
    ['convolution', '_convolution'],
    general,
    weights((call) => (call.flag('transposed', false) ? 1 : 0)),
  ),
];
