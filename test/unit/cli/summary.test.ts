import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { summary } from '../../../src/cli/summary';
import { table, wrap, wrapPhrases } from '../../../src/cli/table';
import type { LayerCurvature, Report } from '../../../src/contract/report';
import { eigenvalue, estimate, lossPoint, sampleReport } from '../../support/sample-report';

/** The lines of the figures: those between the first and the second blank line after the title. */
const figuresOf = (report: Report) => summary(report).split('\n\n')[1].split('\n');

test('each kind of error has a column of its own', () => {
  const report = sampleReport({
    spectrum: {
      largest: [
        eigenvalue(2.891971, { errorBound: 1.2e-6, samplingReason: 'no bar: why' }),
        eigenvalue(1.5, { errorBound: 0.2, converged: false }),
      ],
      smallest: [],
      lowestRitz: -0.014461,
      trace: { value: 15.86, standardError: 0.12, probes: 12 },
    },
    gradientNorm: estimate(0.0923, 0.029),
  });
  assert.deepEqual(figuresOf(report), [
    '  Hessian                        numeric   over rows',
    '  largest eigenvalues  2.89197   ± 1×10⁻⁵             no bar: why',
    '                       1.50      ± 0.20               not converged',
    '  smallest eigenvalue  −0.01446                       or below',
    '  trace                15.86     ± 0.12               12 probes',
    '  gradient norm        0.0923              ± 0.029',
    '  train loss           0.5                 ± 0.05     accuracy 97 %',
    '  test loss            0.7                 ± 0.07     accuracy 94 %',
  ]);
});

test('tensors are ranked by their largest eigenvalue where those were asked for', () => {
  const layer = (i: number, more: Partial<LayerCurvature> = {}): LayerCurvature => ({
    name: `dense_${i}/kernel`,
    layer: `dense_${i}`,
    shape: [2, 2],
    parameters: 4,
    norm: 1,
    trace: { value: 10 + i, standardError: 0.1 },
    ...more,
  });
  const plain = [layer(1), layer(2)];
  assert.doesNotMatch(summary(sampleReport({ layers: plain })), /by tensor/);
  const many = Array.from({ length: 10 }, (_, i) => layer(i, { largest: eigenvalue(1 + ((3 * i) % 10)) }));
  const lines = summary(sampleReport({ layers: many })).split('\n');
  const head = lines.findIndex((line) => line.startsWith('  by tensor'));
  assert.match(lines[head + 1], /^ {2}dense_3\/kernel {2}10\.0000 {2}± 0\.0010 {2}13\.00 {2}± 0\.10$/);
  assert.match(lines[head + 9], /and 2 more in the report/);
});

test('other matrices stand beside the one measured, and a failed check is told', () => {
  const report = sampleReport({
    spectrum: {
      largest: [eigenvalue(4)],
      smallest: [],
      trace: { value: 20, standardError: 0.3, probes: 120 },
    },
    beside: [
      { operator: 'ggn', largest: [eigenvalue(3)], trace: { value: 16, standardError: 0.2, probes: 12 } },
      { operator: 'empirical-fisher', largest: [eigenvalue(2)] },
    ],
    checks: [
      { id: 'symmetry', label: 'symmetry of the product', found: 0.01, allowed: 1e-4, passed: false },
      { id: 'repeat', label: 'run to run', found: 0, allowed: 0, passed: true },
    ],
  });
  const text = summary(report);
  assert.match(
    text,
    /\n {2}Gauss-Newton {12}3\.0000 {2}± 0\.0010 {2}16\.00 {2}± 0\.20\n {2}empirical Fisher {8}2\.0000 {2}± 0\.0010\n {2}Hessian − Gauss-Newton {20}4\.0 {4}± 0\.4\n/,
  );
  assert.match(text, /\n {2}trace .* 120 probes, 1 % not reached\n/);
  assert.match(text, /\nFailed check: symmetry of the product: 0\.01, allowed 0\.0001\.\n/);
  assert.doesNotMatch(text, /run to run/);
});

test('a line shows both ends, its length and the barrier', () => {
  const report = sampleReport({
    kind: 'interpolation',
    other: { path: '/runs/large/epoch-100.keras', format: 'keras', sha256: 'ef', parameters: 2386 },
    otherLoss: { train: lossPoint(0.4, 0.98) },
    slices: [
      {
        kind: 'interpolation',
        label: 'small/epoch-020.keras to large/epoch-100.keras',
        coordinates: [0, 0.5, 1],
        loss: { train: [0.5, 0.9, 0.4], test: [] },
        unit: 12.97,
      },
    ],
  });
  const text = summary(report);
  assert.match(text, /^\nsmall\/epoch-020\.keras to large\/epoch-100\.keras\n/);
  const rows = figuresOf(report).map((line) => line.trim().replace(/ {2,}/g, ' | '));
  assert.deepEqual(rows, [
    'over rows',
    'train loss at 0 | 0.5 | ± 0.05 | accuracy 97 %',
    'test loss at 0 | 0.7 | ± 0.07 | accuracy 94 %',
    'train loss at 1 | 0.4 | ± 0.04 | accuracy 98 %',
    'distance | 12.97',
    'barrier (train) | 0.45 | at t = 0.5',
  ]);
});

test('a terminal of 80 columns is kept to, a narrow one gets 60, a wide one 100', () => {
  const note = 'word '.repeat(60).trim();
  const widest = (columns?: number) => {
    const lines = summary(sampleReport({ notes: [note] }), columns).split('\n');
    return Math.max(...lines.filter((line) => line.includes('word')).map((line) => line.length));
  };
  assert.ok(widest(80) <= 80 && widest(80) > 74);
  assert.ok(widest(20) <= 60 && widest(20) > 54);
  assert.equal(widest(300), widest());
  assert.ok(widest() <= 100 && widest() > 94);
});

test('lines are broken between words only, and never within a figure', () => {
  const word = fc.constantFrom('the', 'eigenvalue', '7.4 %', '1.2 ± 0.3', 't = 0.5', 'a', 'landscape');
  fc.assert(
    fc.property(fc.array(word, { minLength: 1 }), fc.integer({ min: 1, max: 60 }), (words, columns) => {
      const text = words.join(' ');
      const lines = wrap(text, columns);
      assert.equal(lines.join(' '), text);
      for (const line of lines) {
        assert.ok(line.length <= columns || words.some((each) => each === line), line);
        assert.doesNotMatch(line, /^[%±=]|[±=]$/);
      }
    }),
    { seed: 5 },
  );
});

test('phrases stay whole', () => {
  assert.deepEqual(wrapPhrases(['one two', 'three', 'four five'], 16), ['one two · three', 'four five']);
  assert.deepEqual(wrapPhrases(['much longer than that', 'x'], 5), ['much longer than that', 'x']);
});

test('columns are as wide as their widest cell, without blanks at the end', () => {
  assert.deepEqual(
    table(
      [
        ['a', '', 'b'],
        ['ccc', 'd', ''],
      ],
      '',
      ' ',
    ),
    ['a     b', 'ccc d'],
  );
});
