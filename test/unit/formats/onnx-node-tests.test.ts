import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Outcome, runNodeTests } from '../../support/onnx-node-tests';
import { corpus } from './corpus';

// The tests that ONNX has of its operators, a model of one node each. LANDSCAPE_ONNX_NODE_TESTS names the folder of all:
// `onnx/backend/test/data/node` of the Python package `onnx`, which 1.20.0 still has. A share of them is kept here.
const all = process.env.LANDSCAPE_ONNX_NODE_TESTS;

/** What differs on purpose. */
const INTENDED: readonly (readonly [RegExp, why: string])[] = [
  [/^test_cast(like)?_FLOAT_to_BFLOAT16/, 'numbers are never rounded to fewer digits'],
  [/^test_training_dropout/, 'a network is measured as it is used, without dropout'],
  [/^test_l2normalization_axis_0$/, 'a row of zeros stays one, as in ONNX Runtime'],
];

function judge(outcomes: readonly Outcome[]): string {
  const wrong = outcomes.filter(
    ({ status, name }) => status === 'failed' && !INTENDED.some(([pattern]) => pattern.test(name)),
  );
  assert.deepEqual(wrong, []);
  const count = (wanted: string) => outcomes.filter(({ status }) => status === wanted).length;
  return `${count('passed')} passed, ${count('refused')} refused by name, ${count('failed')} different on purpose`;
}

test("a share of ONNX's own tests of its operators pass", async () => {
  const outcomes = await runNodeTests(corpus('onnx/node'));
  judge(outcomes);
  assert.ok(outcomes.length > 50);
  assert.deepEqual(
    outcomes.filter(({ status }) => status !== 'passed'),
    [],
  );
});

test('all of them pass or are refused', { skip: !all }, async (t) => {
  t.diagnostic(judge(await runNodeTests(all!)));
});
