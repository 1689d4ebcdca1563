import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureLines } from '../../../src/cli/measure-lines';
import { measureLabel, measureName } from '../../../src/wording/measure-names';
import type { Measure } from '../../../src/contract/report';
import { MEASURES } from '../../../src/contract/measures';

const measure = (id: string, more: Partial<Measure> = {}): Measure => ({
  id,
  value: 1.5,
  standardError: 0.12,
  settings: { error: 'over rows' },
  invariant: false,
  ...more,
});

test('measures stand in two groups, each with its error and what that is over', () => {
  const lines = measureLines([
    measure('lambda-max'),
    measure('lambda-min', { value: -0.5, standardError: null, bound: 'not-converged' }),
    measure('pac-bayes', { value: 0.25, standardError: null, bound: 'saturated' }),
    measure('fisher-rao', {
      value: 3,
      standardError: 0.2,
      settings: { error: 'over draws' },
      invariant: true,
    }),
  ]);
  assert.deepEqual(lines, [
    '  measures that rescaling layers moves        error   over',
    '  λ₁                                    1.50  ± 0.12  rows',
    '  λ min                                 −0.5                 or below',
    '  PAC-Bayes                             0.25                 or below: saturated',
    '',
    '  measures that it does not move              error   over',
    '  Fisher-Rao norm                       3.00  ± 0.20  draws',
    '',
  ]);
  assert.deepEqual(measureLines([]), []);
  assert.equal(measureLines([measure('fisher-rao', { invariant: true })]).length, 3);
});

test('every measure has a label of its own, a meaning in one sentence and a source', () => {
  const labels = MEASURES.map(measureLabel);
  assert.equal(new Set(labels).size, MEASURES.length);
  for (const id of MEASURES) {
    const { meaning, source, label } = measureName(id)!;
    assert.match(meaning, /^[^a-z].*\.$/, id);
    assert.ok(source.length > 5 && label.length < 36, id);
  }
  assert.equal(measureLabel('some-other'), 'some other');
});
