import { floats, integers, node } from '../../support/onnx-file';
import { type Case, on } from './onnx-case';

const at = (list: string, place: string, output: string) => node('SequenceAt', [list, place], output);
const places = [integers('zero', [0], []), integers('one', [1], []), integers('last', [-1], [])];

/** Lists of tensors whose lengths and places the file says. */
export const sequences: Case[] = [
  on(
    'SplitToSequence by one size, the last part shorter',
    [5],
    [
      node('SplitToSequence', ['x', 'size'], 'list', { axis: 1 }),
      at('list', 'last', 'a'),
      at('list', 'one', 'b'),
      node('ReduceMean', ['a'], 'mean', { axes: [1] }),
      node('Mul', ['mean', 'b']),
    ],
    { initializers: [...places, integers('size', [2], [])], opset: 17 },
  ),
  on(
    'SplitToSequence by sizes, joined in another order',
    [5],
    [
      node('SplitToSequence', ['x', 'sizes'], 'list', { axis: -1 }),
      ...['zero', 'one', 'last'].map((place) => at('list', place, `at ${place}`)),
      node('SequenceConstruct', ['at last', 'at zero', 'at one'], 'turned'),
      node('ConcatFromSequence', ['turned'], 'y', { axis: 1 }),
    ],
    { initializers: [...places, integers('sizes', [1, 3, 1])] },
  ),
  on(
    'SplitToSequence by single positions, without their axis, and stacked',
    [3, 4],
    [
      node('SplitToSequence', ['x'], 'list', { axis: 1, keepdims: 0 }),
      node('SequenceErase', ['list', 'one'], 'fewer'),
      at('list', 'one', 'middle'),
      node('SequenceInsert', ['fewer', 'middle', 'zero'], 'moved'),
      node('SequenceInsert', ['moved', 'middle'], 'longer'),
      node('ConcatFromSequence', ['longer'], 'y', { axis: -1, new_axis: 1 }),
    ],
    { initializers: places },
  ),
  on(
    'SequenceEmpty and SequenceLength',
    [4],
    [
      node('SequenceEmpty', [], 'none'),
      node('SequenceInsert', ['none', 'x'], 'single'),
      node('SequenceInsert', ['single', 'weight'], 'list'),
      node('SequenceLength', ['list'], 'count'),
      node('Cast', ['count'], 'two', { to: 1 }),
      at('list', 'zero', 'first'),
      node('Mul', ['first', 'two']),
    ],
    { initializers: [...places, floats('weight', [4])] },
  ),
];
