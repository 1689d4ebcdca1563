import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpret, plainSentences } from '../../../../src/wording/interpretation/interpretation';
import type { Report, Spectrum } from '../../../../src/contract/report';
import { eigenvalue, estimate, lossPoint, sampleReport } from '../../../support/sample-report';

function withSpectrum(spectrum: Partial<Spectrum>, parts: Partial<Report> = {}): Report {
  const report = sampleReport(parts);
  return { ...report, spectrum: { ...report.spectrum, ...spectrum } };
}

const EXTREMES = /minimum|saddle/i;
const DOWNWARDS = /negative|downwards, as|Some directions/;

const promise = (value: number, end: 'settled' | 'open' | 'downwards' = 'settled') => ({
  gradientPromise: { value, end, products: 5 },
});

test('far from a stationary point that is the first thing said, with its figures', () => {
  const far = sampleReport({ ...promise(0.037), loss: { train: lossPoint(0.0741838) } });
  const [verdict] = interpret(far).findings;
  assert.equal(
    verdict,
    'Not at a stationary point: the gradient promises about 50 % of the loss (½ gᵀH⁺g = 0.037 of 0.0742).',
  );
  assert.doesNotMatch(plainSentences(far), EXTREMES);
});

test('the border lies at one per cent of the loss', () => {
  const above = sampleReport(promise(0.0101 * 0.5));
  const below = sampleReport(promise(0.0099 * 0.5));
  assert.match(interpret(above).findings[0], /^Not at a stationary point/);
  assert.match(interpret(below).findings[0], /^Close to a stationary point/);
});

test('what the steepest direction alone promises counts, and proves nothing where it is little', () => {
  const steep = sampleReport({ gradientNorm: estimate(5), ...promise(0, 'open') });
  assert.match(interpret(steep).findings[0], /^Not at a stationary point: .*at least 25 %/);
  // Flat directions may hold the whole loss while |g|²/2λ₁ is nothing.
  const unknown = sampleReport({ gradientNorm: estimate(1e-6), gradientPromise: undefined });
  assert.doesNotMatch(plainSentences(unknown), /stationary point|minimum|saddle/);
  const open = sampleReport({ gradientNorm: estimate(1e-6), ...promise(1e-9, 'open') });
  assert.match(interpret(open).findings[0], /^Whether this is a stationary point is open/);
  assert.doesNotMatch(plainSentences(open), EXTREMES);
});

test('a gradient that promises more than the loss itself is said so', () => {
  const report = sampleReport(promise(2));
  assert.match(interpret(report).findings[0], /more than the whole loss/);
});

test('a network trained with penalties is no saddle or minimum of what was trained', () => {
  for (const smallest of [eigenvalue(-2), eigenvalue(0.5)]) {
    const report = withSpectrum({ smallest: [smallest] });
    const settings = { ...report.settings, weightDecay: 'left out (the regularizers of dense)' };
    assert.match(
      plainSentences({ ...report, settings }),
      /(saddle|minimum) of the loss without the penalties/,
    );
    assert.doesNotMatch(plainSentences(report), /penalties/);
    const included = { ...report.settings, weightDecay: 'included (the regularizers of dense)' };
    assert.match(
      plainSentences({ ...report, settings: included }),
      /(saddle|minimum) of the loss with the penalties/,
    );
  }
});

test('away from a stationary point neither minimum nor saddle is spoken of, whatever the spectrum', () => {
  for (const smallest of [[eigenvalue(-2)], [eigenvalue(0.5)], [eigenvalue(0)], []]) {
    for (const lowestRitz of [undefined, -3, 3]) {
      const report = withSpectrum({ smallest, lowestRitz }, { gradientNorm: estimate(5) });
      assert.match(interpret(report).findings[0], /^Not at a stationary point/);
      assert.doesNotMatch(plainSentences(report), EXTREMES);
    }
  }
});

test('curvature is negative only when the smallest eigenvalue and its error bound lie below zero', () => {
  const clear = withSpectrum({ smallest: [eigenvalue(-0.02, { errorBound: 0.019 })] });
  const open = withSpectrum({ smallest: [eigenvalue(-0.02, { errorBound: 0.021 })] });
  assert.match(plainSentences(clear), /as at a saddle/);
  assert.doesNotMatch(plainSentences(open), DOWNWARDS);
  assert.match(plainSentences(open), /zero within its error/);
});

test('a minimum takes a stationary point and a smallest eigenvalue clear of zero', () => {
  assert.match(plainSentences(withSpectrum({ smallest: [eigenvalue(0.5)] })), /a minimum of this loss/);
  assert.doesNotMatch(plainSentences(withSpectrum({ smallest: [eigenvalue(0.0005)] })), EXTREMES);
  assert.doesNotMatch(plainSentences(withSpectrum({ smallest: [] })), EXTREMES);
});

test('without smallest eigenvalues the lowest Ritz value is a bound, and rounding is not negative curvature', () => {
  assert.match(plainSentences(withSpectrum({ smallest: [], lowestRitz: -1.1 })), /is at most −1.1/);
  const rounding = plainSentences(withSpectrum({ smallest: [], lowestRitz: -1e-3 }));
  assert.doesNotMatch(rounding, /at most −/);
  assert.match(rounding, /was not measured/);
});

test('no verdict while a value has not converged', () => {
  const spectra: Partial<Spectrum>[] = [
    { largest: [eigenvalue(100, { converged: false })] },
    { largest: [eigenvalue(100), eigenvalue(40, { converged: false })] },
    { smallest: [eigenvalue(-2, { converged: false })] },
  ];
  for (const spectrum of spectra) {
    const { findings } = interpret(withSpectrum(spectrum, { gradientNorm: estimate(5) }));
    assert.equal(findings.length, 1);
    assert.match(findings[0], /^No verdict: .*has not converged\.$/);
  }
  assert.match(
    interpret(withSpectrum(spectra[1], { status: 'running' })).findings[0],
    /^No verdict yet: .*λ₂/,
  );
});

test('nothing is found before the first eigenvalue', () => {
  assert.deepEqual(interpret(withSpectrum({ largest: [], smallest: [] })).findings, []);
});

test('2/λ₁ is where plain gradient descent diverges, and no promise of stability below it', () => {
  const text = plainSentences(sampleReport());
  assert.match(text, /plain gradient descent diverges for steps above 0\.02 \(2\/λ₁\); momentum/);
  assert.doesNotMatch(text, /stable/);
});

test('a largest eigenvalue that may be zero gives no step and no verdict on the point', () => {
  const { findings } = interpret(withSpectrum({ largest: [eigenvalue(0.0005)], smallest: [] }));
  assert.deepEqual(findings, [
    'No direction clearly curves upwards: the largest eigenvalue is 0.0005 ± 0.0010.',
  ]);
});

test('the line on rescaling is always there', () => {
  const reports = [
    sampleReport(),
    withSpectrum({ largest: [] }),
    withSpectrum({ largest: [eigenvalue(1, { converged: false })] }),
    sampleReport({ gradientNorm: estimate(5) }),
    sampleReport({ kind: 'interpolation' }),
  ];
  for (const report of reports) assert.match(interpret(report).caveats.join(' '), /Dinh et al\. 2017/);
});

test('an eigenvalue has no error over rows, and the reason is said', () => {
  const report = withSpectrum({
    largest: [eigenvalue(100, { heldFixed: 8.1, samplingReason: 'no bar: why' })],
  });
  assert.match(interpret(report).caveats.join(' '), /λ₁ has no error over rows: .* biased upwards/);
});

test('few directions are spoken of only when they are seen to hold half of all curvature', () => {
  const trace = { value: 228.7, standardError: 3.1, probes: 12 };
  assert.match(
    plainSentences(withSpectrum({ trace })),
    /Few of .*the 2 largest eigenvalues are at least 60 %/,
  );
  assert.doesNotMatch(plainSentences(withSpectrum({ trace: { ...trace, standardError: 150 } })), /Few of/);
  // One of 2 and 199 of 0.06: the trace is 7 λ₁, and 86 % of it lies in equal ones.
  const flat = {
    largest: [eigenvalue(2), eigenvalue(0.06)],
    trace: { ...trace, value: 13.94, standardError: 0 },
  };
  assert.doesNotMatch(plainSentences(withSpectrum(flat)), /Few of/);
  const all = [...new Array<number>(1999).fill(0.06), 2];
  const exact = {
    exact: { eigenvalues: all, asymmetry: 0, errorBound: 0 },
    trace: { ...trace, value: 121.94 },
  };
  assert.doesNotMatch(plainSentences(withSpectrum(exact)), /Few of/);
  // Negative curvature cancels in a trace, not in the sum of sizes.
  const cancelling = [...new Array<number>(1000).fill(-0.1), ...new Array<number>(1000).fill(0.1), 10];
  const both = {
    exact: { eigenvalues: cancelling, asymmetry: 0, errorBound: 0 },
    trace: { ...trace, value: 10 },
  };
  assert.doesNotMatch(plainSentences(withSpectrum(both)), /Few of/);
});

test('another matrix is not taken for the Hessian: nothing on minima, saddles, descent or negative curvature', () => {
  const report = withSpectrum({ smallest: [eigenvalue(-0.02, { errorBound: 0.001 })] });
  const text = plainSentences({ ...report, settings: { ...report.settings, operator: 'ggn' } });
  assert.match(text, /figures of the Gauss-Newton matrix, not of the Hessian/);
  assert.doesNotMatch(text, EXTREMES);
  assert.doesNotMatch(text, /curvature is negative|gradient descent/);
});

test('a gradient that is mostly what few rows add to it says nothing of a stationary point', () => {
  const gradientNorm = {
    ...estimate(2.727797),
    reason: 'of these rows; over all rows like them 0 ± 0.4, zero within its error',
    overRows: { value: 0, standardError: 0.4 },
  };
  const open = sampleReport({ gradientNorm, loss: { train: lossPoint(0.0741838) } });
  assert.match(interpret(open).findings[0], /cannot be told from so few rows: .* mostly .*0 ± 0\.4/);
  const measured = { ...gradientNorm, overRows: { value: 2.5, standardError: 1.2 } };
  const [said] = interpret(sampleReport({ gradientNorm: measured, loss: open.loss })).findings;
  assert.match(said, /cannot be told from so few rows: what the gradient promises may be little/);
});
