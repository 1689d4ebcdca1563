import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eigenvalueErrors, figureLine, formatError, formatFigure } from '../../../src/wording/format-figure';
import { withMeasureLabels } from '../../../src/wording/measure-names';

test('the largest error decides the digits, and one far below it is left out', () => {
  const errors = [
    { size: 0.032, over: 'numeric' },
    { size: 34379, over: 'over rows' },
  ];
  assert.deepEqual(formatFigure(47600.8, errors), { value: '48000', errors: ['± 34000 over rows'] });
  assert.equal(
    figureLine(2.89197, [
      { size: 1e-6, over: 'numeric' },
      { size: 0.352, over: 'over rows' },
    ]),
    '2.89 ± 0.35 over rows',
  );
});

test('errors of like size are both told, the larger one first', () => {
  const errors = [
    { size: 3, over: 'numeric' },
    { size: 8, over: 'over rows' },
  ];
  assert.deepEqual(formatFigure(100, errors), { value: '100', errors: ['± 8 over rows', '± 3.0 numeric'] });
});

test('without a known error there is the value alone', () => {
  assert.deepEqual(formatFigure(100.5, eigenvalueErrors({ errorBound: 0 })), {
    value: '100.5',
    errors: [],
  });
});

test('an error that stands alone keeps the digits that mean something', () => {
  assert.deepEqual([34379, 0.352, 6.2, 1.3e-28].map(formatError), ['34000', '0.35', '6', '1.3×10⁻²⁸']);
});

test('measures stand in sentences by their labels', () => {
  assert.equal(
    withMeasureLabels(
      'The density was not measured, so negative-mass and lambda-max are left out of max-pooling.',
    ),
    'The density was not measured, so negative mass and λ₁ are left out of max-pooling.',
  );
});
