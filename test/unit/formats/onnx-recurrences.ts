import { type Case, on } from './onnx-case';
import { floats, integers, node, wave } from '../../support/onnx-file';

const recurrent = (
  operator: string,
  gates: number,
  attributes: Parameters<typeof node>[3] = {},
  more: { initial?: boolean; bias?: boolean; output?: 'last' } = {},
): Case => {
  const directions = attributes?.direction === 'bidirectional' ? 2 : 1;
  const units = 3;
  const { initial, bias = true } = more;
  const states = operator === 'LSTM' ? ['h', 'c'] : ['h'];
  const inputs = ['t', 'w', 'r', bias ? 'b' : '', '', ...(initial ? states : [])];
  const outputs = more.output ? ['', 'z'] : ['z'];
  return on(
    `${operator} ${JSON.stringify(attributes)} ${JSON.stringify(more)}`,
    [4, 2],
    [
      node('Transpose', ['x'], 't', { perm: [1, 0, 2] }),
      node('Shape', ['x'], 'rows', { start: 0, end: 1 }),
      node('Concat', ['before', 'rows', 'after'], 'shape', { axis: 0 }),
      ...states.filter(() => initial).map((name) => node('Expand', [`${name}0`, 'shape'], name)),
      node(operator, inputs, outputs, { hidden_size: units, ...attributes }),
      node('Transpose', ['z'], 'y', { perm: more.output ? [1, 0, 2] : [2, 0, 1, 3] }),
    ],
    {
      opset: 15,
      initializers: [
        floats('w', [directions, gates * units, 2]),
        floats('r', [directions, gates * units, units], (i) => wave(i + 5)),
        ...(bias ? [floats('b', [directions, 2 * gates * units], (i) => wave(i + 9))] : []),
        integers('before', [directions]),
        integers('after', [units]),
        ...(initial
          ? [...states.map((name, k) => floats(`${name}0`, [1, 1, units], (i) => wave(i + k)))]
          : []),
      ],
    },
  );
};

/** Recurrent operators: both directions, states given and given back. */
export const recurrences: Case[] = [
  recurrent('RNN', 1),
  recurrent('RNN', 1, { activations: { strings: ['Relu'] }, direction: 'reverse' }),
  recurrent('LSTM', 4),
  recurrent('LSTM', 4, { direction: 'bidirectional' }, { initial: true }),
  recurrent('LSTM', 4, { direction: 'bidirectional' }, { output: 'last', bias: false }),
  recurrent('GRU', 3),
  recurrent('GRU', 3, { linear_before_reset: 1, direction: 'bidirectional' }, { initial: true }),
  recurrent('GRU', 3, { linear_before_reset: 1 }, { output: 'last', bias: false }),
];
