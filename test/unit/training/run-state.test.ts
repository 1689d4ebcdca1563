import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFileSchema } from '../../../src/contract/run-file';
import {
  type RunProgress,
  type RunState,
  StateMistake,
  readState,
  stateBytes,
} from '../../../src/training/run-state';
import { checkFits } from '../../../src/training/state-fits';
import { beginningHistory, beginningProgress } from '../../support/small-history';

const stateOf = (progress: RunProgress = beginningProgress()): RunState => ({
  fingerprint: 'f',
  ended: false,
  progress,
  files: { 'epoch-000.keras': 'a' },
  vectors: { theta: Float64Array.of(1, 2, 3), state: Float32Array.of(4) },
});

const mistakeIn = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof StateMistake, String(error));
    return error.message;
  }
  return assert.fail('nothing was wrong');
};

test('a state with any bit changed, or cut anywhere, is none', () => {
  const state = stateOf();
  const bytes = stateBytes(state);
  assert.deepEqual(readState(bytes), state);
  for (let bit = 0; bit < 8 * bytes.length; bit += 7) {
    const changed = bytes.slice();
    changed[bit >> 3] ^= 1 << (bit & 7);
    assert.equal(
      mistakeIn(() => readState(changed)),
      'is damaged',
      `bit ${bit}`,
    );
  }
  for (let length = 0; length < bytes.length; length += 3)
    assert.equal(
      mistakeIn(() => readState(bytes.subarray(0, length))),
      'is damaged',
    );
});

test('a sealed state whose progress is none is refused with what is wrong', () => {
  const cases: readonly (readonly [progress: object, wrong: RegExp])[] = [
    [{}, /"progress\.step".*"progress\.history"/],
    [{ ...beginningProgress(), step: -5 }, /"progress\.step"/],
    [{ ...beginningProgress(), step: 0.5 }, /"progress\.step"/],
    [{ ...beginningProgress(), step: NaN }, /"progress\.step"/],
    [{ ...beginningProgress(), step: '8' }, /"progress\.step"/],
    [{ ...beginningProgress(), step: 1e300 }, /"progress\.step"/],
    [{ ...beginningProgress(), epochs: null }, /"progress\.epochs"/],
    [{ ...beginningProgress(), stop: 1 }, /"progress\.stop"/],
    [{ ...beginningProgress(), schedule: { rate: -1, best: null, waited: 0 } }, /"progress\.schedule\.rate"/],
    [{ ...beginningProgress(), stopping: {} }, /"progress\.stopping\.best"/],
    [{ ...beginningProgress(), stretch: undefined }, /"progress\.stretch"/],
    [{ ...beginningProgress(), seconds: -1 }, /"progress\.seconds"/],
    [
      { ...beginningProgress(), history: { ...beginningHistory(), epochs: {} } },
      /"progress\.history\.epochs"/,
    ],
    [{ ...beginningProgress(), history: null }, /"progress\.history"/],
  ];
  for (const [progress, wrong] of cases) {
    const bytes = stateBytes(stateOf(progress as RunProgress));
    assert.match(
      mistakeIn(() => readState(bytes)),
      wrong,
    );
  }
});

test('a state in which the run can never have been is refused', () => {
  const extent = {
    run: runFileSchema.parse({ data: 'd.npz', model: { kind: 'perceptron' }, epochs: 4 }),
    totalSteps: 32,
    stepsPerEpoch: 8,
    lengths: new Map([
      ['theta', 3],
      ['state', 1],
    ]),
  };
  const at = (more: Partial<RunProgress>) => stateOf({ ...beginningProgress(), ...more });
  for (const fine of [
    {},
    { step: 5 },
    { step: 8 },
    { step: 8, epochs: 1 },
    { step: 32, epochs: 4, stop: true },
  ])
    checkFits(at(fine), extent);
  const [record] = [{ epoch: 2, step: 16, learningRate: 1, train: { loss: 1 }, distance: 0, seconds: 0 }];
  const cases: readonly (readonly [RunState, RegExp])[] = [
    [at({ step: 1e12, epochs: 1e11 }), /"progress\.step" is 1000000000000, but the run has 32/],
    [at({ step: 9 }), /"progress\.step" is 9, but after 0 epochs it is from 0 to 8/],
    [at({ step: 7, epochs: 1 }), /from 8 to 16/],
    [at({ history: { ...beginningHistory(), epochs: [record] } }), /its history tells of epoch 2/],
    [at({ history: { ...beginningHistory(), totalSteps: 64 } }), /its history is of 64 steps/],
    [
      { ...stateOf(), vectors: { theta: Float64Array.of(1) } },
      /its vector "theta" has 1 numbers, and 3 belong/,
    ],
    [{ ...stateOf(), vectors: { theta: Float64Array.of(1, 2, 3) } }, /its vector "state" has no numbers/],
  ];
  for (const [state, wrong] of cases)
    assert.match(
      mistakeIn(() => {
        checkFits(state, extent);
      }),
      wrong,
    );
});
