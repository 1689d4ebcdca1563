import assert from 'node:assert/strict';
import { test } from 'node:test';
import './fake-vscode';
import { figuresOf, provenanceOf } from '../../../src/editor/hover/figures';
import { unknownHover } from '../../../src/editor/hover/hover-markdown';
import { dataUri, spectrumSvg } from '../../../src/editor/hover/spectrum-svg';
import { aReport } from './a-report';

test('the figures carry their errors', () => {
  const figures = Object.fromEntries(figuresOf(aReport()).map(({ label, value }) => [label, value]));
  assert.equal(figures['Largest eigenvalue'], '2.88700 ± 0.00020 numeric');
  assert.equal(figures['Trace'], '20.50 ± 0.30 probes');
  assert.equal(figures['Gradient norm'], '0.004');
  assert.equal(figures['Loss, train · test'], '0.0123 · 0.110 ± 0.010 rows');
  assert.equal(figures['Accuracy, train · test'], '99.7 · 96.0 ± 1.0 % rows');
});

test('what was not measured is left out, what has not converged says so', () => {
  const report = aReport({ loss: undefined, gradientNorm: undefined });
  const first = { value: 3, residual: 1, errorBound: 1, converged: false, samplingReason: 'no bar: why' };
  const figures = figuresOf({ ...report, spectrum: { largest: [first], smallest: [] } });
  assert.deepEqual(figures, [{ label: 'Largest eigenvalue', value: '3.0 ± 1.0 numeric, not converged' }]);
  const known = figuresOf({
    ...report,
    spectrum: { largest: [{ ...first, converged: true }], smallest: [] },
  });
  assert.equal(known[0].value, '3.0 ± 1.0 numeric, no bar: why');
});

test('when and how', () => {
  const report = aReport({ createdAt: '2026-01-02T03:04:05.000Z' });
  const after = (minutes: number) =>
    provenanceOf(report, new Date(Date.parse(report.createdAt) + minutes * 60e3));
  assert.equal(after(5), 'Measured 5 min ago · categorical crossentropy · all 1,437 rows');
  assert.match(after(0), /^Measured just now/);
  assert.match(after(200), /^Measured 3 h ago/);
  assert.match(after(5000), /^Measured on 2026-01-0[123]/);
});

test('the picture has a stem for each eigenvalue, and colours of its theme', () => {
  const { spectrum } = aReport();
  const dark = spectrumSvg(spectrum, 'dark') ?? '';
  assert.equal(dark.match(/<circle/g)?.length, 2);
  assert.equal(dark.match(/<polygon/g)?.length, 2, 'one for each side of zero');
  assert.match(dark, /λ₁ 2\.89</);
  assert.doesNotMatch(dark, /NaN|Infinity|undefined|currentColor/);
  assert.notEqual(dark, spectrumSvg(spectrum, 'light'));
  assert.match(dataUri(dark), /^data:image\/svg\+xml;base64,[A-Za-z0-9+/]+=*$/);
});

test('there is no picture of nothing', () => {
  assert.equal(spectrumSvg({ largest: [], smallest: [] }, 'dark'), undefined);
  const zero = { value: 0, residual: 0, errorBound: 0, converged: true };
  assert.equal(spectrumSvg({ largest: [zero], smallest: [] }, 'dark'), undefined);
});

test('weights without their network have a way to it, and a kind of file has its name', () => {
  const summary = { format: 'torch-weights', layers: [], parameters: [], refusal: 'a long sentence' };
  const text = unknownHover('/w/a.pth', summary as never).value;
  assert.match(text, /PyTorch weights · 0 parameters/);
  assert.match(text, /\[How to add it\]\(command:landscape\.analyzePytorch\?/);
  assert.doesNotMatch(text, /torch-weights|long sentence/);
  assert.match(unknownHover('/w/a.pth').value, /\[Analyze curvature\]\(command:landscape\.analyzePytorch\?/);
  assert.match(unknownHover('/w/a.keras').value, /\[Analyze curvature\]\(command:landscape\.analyze\?/);
  const refused = unknownHover('/w/a.keras', { ...summary, format: 'keras' } as never).value;
  assert.match(refused, /Keras · 0 parameters[^]*a long sentence/);
});
