import { type TestModel, floats, integers, node } from '../../support/onnx-file';
import { type Case, on } from './onnx-case';

/** `i`, whose first axis has extent 1, repeated for every row of x. */
const perRow = (...rest: number[]): TestModel['nodes'] => [
  node('Shape', ['x'], 'rows', { start: 0, end: 1 }),
  node('Constant', [], 'rest', { value_ints: rest }),
  node('Concat', ['rows', 'rest'], 'extents', { axis: 0 }),
  node('Expand', ['i', 'extents'], 'indices'),
];
/** x with its rows last, which operators on leading axes do not touch, in `t`; and back from `s`. */
const rowsLast = node('Transpose', ['x'], 't', { perm: [1, 2, 0] });
const rowsFirst = node('Transpose', ['s'], 'y', { perm: [2, 0, 1] });

/** Two slices of `t`, halved. */
const halves = [
  rowsLast,
  node('Gather', ['t', 'zero two'], 'some', { axis: 0 }),
  node('Mul', ['some', 'half'], 'u'),
];
const halving = [integers('zero two', [0, 2]), floats('half', [], [0.5])];

/** Elements and slices by their positions, and remainders. */
export const positions: Case[] = [
  on(
    'GatherElements',
    [4, 5],
    [...perRow(4, 2), node('GatherElements', ['x', 'indices'], 'y', { axis: 2 })],
    { initializers: [integers('i', [0, 4, -1, 1, 3, 3, 2, -5], [1, 4, 2])] },
  ),
  on(
    'GatherElements of fewer places',
    [4, 5],
    [...perRow(3, 2), node('GatherElements', ['x', 'indices'], 'y', { axis: 1 })],
    { initializers: [integers('i', [0, 3, -1, 1, 2, 2], [1, 3, 2])] },
  ),
  on(
    'GatherND of elements',
    [4, 5],
    [rowsLast, node('GatherND', ['t', 'i'], 's'), node('Transpose', ['s'], 'y', { perm: [1, 0] })],
    { initializers: [integers('i', [0, 4, -1, 1, 3, -2], [3, 2])] },
  ),
  on(
    'GatherND of slices',
    [4, 5],
    [
      rowsLast,
      node('GatherND', ['t', 'i'], 'g'),
      node('ReduceSum', ['g', 'first'], 's', { keepdims: 0 }),
      rowsFirst,
    ],
    { initializers: [integers('i', [0, 3, 3, 1], [2, 2, 1]), integers('first', [0])] },
  ),
  on(
    'GatherND within batches',
    [4, 5],
    [...perRow(2, 1), node('GatherND', ['x', 'indices'], 'y', { batch_dims: 1 })],
    { initializers: [integers('i', [3, 0], [1, 2, 1])] },
  ),
  on('ScatterND', [4, 5], [...halves, node('ScatterND', ['t', 'i', 'u'], 's'), rowsFirst], {
    initializers: [integers('i', [3, -3], [2, 1]), ...halving],
  }),
  on(
    'ScatterND by addition',
    [4, 5],
    [...halves, node('ScatterND', ['t', 'i', 'u'], 's', { reduction: 'add' }), rowsFirst],
    { initializers: [integers('i', [3, 3], [2, 1]), ...halving] },
  ),
  on(
    'ScatterElements',
    [4, 5],
    [
      ...perRow(4, 2),
      node('Slice', ['x', 'one', 'three', 'two'], 'u'),
      node('ScatterElements', ['x', 'indices', 'u'], 'y', { axis: 2 }),
    ],
    {
      initializers: [
        integers('i', [0, 4, -1, 1, 3, 2, 2, -5], [1, 4, 2]),
        integers('one', [1]),
        integers('two', [2]),
        integers('three', [3]),
      ],
    },
  ),
  on(
    'ScatterElements by addition',
    [4, 5],
    [
      ...perRow(4, 2),
      node('Expand', ['w', 'extents'], 'u'),
      node('ScatterElements', ['x', 'indices', 'u'], 'y', { axis: -1, reduction: 'add' }),
    ],
    { initializers: [integers('i', [0, 0, -1, 1, 3, 2, 2, -5], [1, 4, 2]), floats('w', [4, 2])] },
  ),
  on(
    'a shape with one extent scattered into it',
    [4, 6],
    [
      node('Shape', ['x'], 'shape'),
      node('ScatterND', ['shape', 'i', 'u'], 'wide'),
      node('ScatterElements', ['wide', 'last', 'v'], 'target'),
      node('GatherND', ['shape', 'i'], 'extent'),
      node('GatherElements', ['shape', 'last'], 'width'),
      node('Reshape', ['x', 'target'], 'moved'),
      node('Cast', ['extent'], 'real', { to: 1 }),
      node('Cast', ['width'], 'real width', { to: 1 }),
      node('Div', ['moved', 'real'], 'less'),
      node('Div', ['less', 'real width']),
    ],
    {
      initializers: [
        integers('i', [1], [1, 1]),
        integers('u', [3]),
        integers('last', [-1]),
        integers('v', [8]),
      ],
    },
  ),
  on(
    'OneHot',
    [4, 5],
    [node('OneHot', ['i', 'depth', 'values'], 'h', { axis: 0 }), node('Mul', ['x', 'h'])],
    {
      initializers: [
        integers('i', [1, -1, 7, 0, 2]),
        integers('depth', [4], []),
        floats('values', [2], [0.25, 2]),
      ],
    },
  ),
  on('Mod with the sign of what is divided', [4, 5], [node('Mod', ['x', 'w'], 'y', { fmod: 1 })], {
    initializers: [floats('w', [5], [0.3, -0.4, 0.7, 2, -0.21])],
  }),
];
