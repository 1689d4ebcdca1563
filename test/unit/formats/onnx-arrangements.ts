import { floats, integers, node } from '../../support/onnx-file';
import { type Case, on, unary } from './onnx-case';

// What only moves elements about, and shapes computed in the graph.

export const arrangements: Case[] = [
  on('Reshape', [4, 6], [node('Reshape', ['x', 's'])], { initializers: [integers('s', [0, -1, 3, 2])] }),
  on(
    'Squeeze and Unsqueeze',
    [4, 1],
    [node('Squeeze', ['x', 'two'], 's'), node('Unsqueeze', ['s', 'ends'])],
    { initializers: [integers('two', [2]), integers('ends', [1, -1])] },
  ),
  on(
    'Squeeze and Unsqueeze by attributes',
    [4, 1],
    [node('Squeeze', ['x'], 's', { axes: [2] }), node('Unsqueeze', ['s'], 'y', { axes: [1] })],
    { opset: 11 },
  ),
  on('Flatten', [4, 5], [node('Flatten', ['x'], 'f', { axis: 2 }), node('Reshape', ['f', 's'])], {
    initializers: [integers('s', [-1, 20])],
  }),
  unary('Transpose', { perm: [0, 2, 1] }),
  on(
    'Concat',
    [4, 5],
    [node('Concat', ['x', 'x', 'n'], 'y', { axis: -1 }), node('Neg', ['x'], 'n')].reverse(),
  ),
  on(
    'Split',
    [4, 5],
    [node('Split', ['x', 's'], ['a', 'b'], { axis: 2 }), node('Concat', ['b', 'a'], 'y', { axis: 2 })],
    { initializers: [integers('s', [2, 3])] },
  ),
  on(
    'Split evenly',
    [4, 5],
    [
      node('Split', ['x'], ['a', 'b', 'c'], { axis: 2, num_outputs: 3 }),
      node('Concat', ['c', 'a', 'b'], 'y', { axis: 2 }),
    ],
  ),
  on('Slice', [6, 7], [node('Slice', ['x', 's', 'e', 'a', 't'])], {
    initializers: [
      integers('s', [1, -2]),
      integers('e', [2 ** 62, -100]),
      integers('a', [1, 2]),
      integers('t', [2, -3]),
    ],
  }),
  on(
    'Slice by attributes',
    [6, 7],
    [node('Slice', ['x'], 'y', { starts: [1, 2], ends: [-1, 4], axes: [1, 2] })],
    { opset: 9 },
  ),
  on('Gather of one', [4, 5], [node('Gather', ['x', 'i'], 'y', { axis: 1 })], {
    initializers: [integers('i', [-1], [])],
  }),
  on('Gather of some', [4, 5], [node('Gather', ['x', 'i'], 'y', { axis: 2 })], {
    initializers: [integers('i', [3, 0, -1, 3], [2, 2])],
  }),
  on('Gather of a run', [4, 5], [node('Gather', ['x', 'i'], 'y', { axis: 2 })], {
    initializers: [integers('i', [1, 2, 3])],
  }),
  on('Pad', [4, 5], [node('Pad', ['x', 'p', 'v'])], {
    initializers: [integers('p', [0, 1, -1, 0, 2, 1]), floats('v', [], [0.7])],
  }),
  on('Pad of some axes', [4, 5], [node('Pad', ['x', 'p', '', 'a'])], {
    initializers: [integers('p', [2, 1]), integers('a', [-1])],
  }),
  on('Pad by attributes', [4, 5], [node('Pad', ['x'], 'y', { pads: [0, 1, 1, 0, 2, 1] })], { opset: 10 }),
  on('Tile', [4, 5], [node('Tile', ['x', 't'])], { initializers: [integers('t', [1, 3, 2])] }),
  on('DepthToSpace', [8, 3, 2], [node('DepthToSpace', ['x'], 'y', { blocksize: 2 })]),
  on('DepthToSpace by columns', [8, 3, 2], [node('DepthToSpace', ['x'], 'y', { blocksize: 2, mode: 'CRD' })]),
  on('SpaceToDepth', [2, 4, 6], [node('SpaceToDepth', ['x'], 'y', { blocksize: 2 })]),
];

/** Shapes computed in the graph, as exporters write them. */
export const folded: Case[] = [
  on(
    'a flattening by the shape',
    [4, 5],
    [
      node('Shape', ['x'], 's'),
      node('Gather', ['s', 'zero'], 'rows', { axis: 0 }),
      node('Unsqueeze', ['rows', 'first'], 'r'),
      node('Slice', ['s', 'one', 'end'], 'rest'),
      node('ReduceProd', ['rest'], 'n', { keepdims: 1 }),
      node('Concat', ['r', 'n'], 'target', { axis: 0 }),
      node('Reshape', ['x', 'target']),
    ],
    {
      initializers: [
        integers('zero', [0], []),
        integers('first', [0]),
        integers('one', [1]),
        integers('end', [2 ** 60]),
      ],
    },
  ),
  on(
    'an expansion to the shape',
    [4, 5],
    [
      node('Shape', ['x'], 's', { start: 1, end: 3 }),
      node('ConstantOfShape', ['s'], 'ones', { value: { tensor: floats('', [1], [1]) } }),
      node('Constant', [], 'c', { value: { tensor: floats('', [], [0.25]) } }),
      node('CastLike', ['c', 'x'], 'like'),
      node('Expand', ['like', 's'], 'e'),
      node('Add', ['ones', 'e'], 'both'),
      node('Mul', ['x', 'both']),
    ],
  ),
  on(
    'a scale from the shape',
    [4, 5],
    [
      node('Size', ['x'], 'size'),
      node('Shape', ['x'], 's'),
      node('Constant', [], 'i', { value_int: 2 }),
      node('Gather', ['s', 'i'], 'width'),
      node('Div', ['size', 'width'], 'share'),
      node('Mod', ['share', 'width'], 'rest'),
      node('Cast', ['rest'], 'real', { to: 1 }),
      node('Sqrt', ['real'], 'root'),
      node('Floor', ['root'], 'low'),
      node('Ceil', ['root'], 'high'),
      node('Sub', ['root', 'low'], 'a'),
      node('Add', ['a', 'high'], 'scale'),
      node('Div', ['x', 'scale']),
    ],
  ),
  on(
    'positions',
    [4, 5],
    [
      node('Constant', [], 'ends', { value_ints: [0, 5, 1] }),
      node('Split', ['ends'], ['a', 'b', 'c'], { num_outputs: 3 }),
      ...['a', 'b', 'c'].map((name) => node('Squeeze', [name], `${name}0`)),
      node('Range', ['a0', 'b0', 'c0'], 'p'),
      node('Cast', ['p'], 'real', { to: 1 }),
      node('Equal', ['p', 'c0'], 'second'),
      node('Where', ['second', 'real', 'half'], 'chosen'),
      node('Mul', ['x', 'chosen']),
    ],
    { initializers: [floats('half', [], [0.5])] },
  ),
];
