import assert from 'node:assert/strict';
import { test } from 'node:test';
import { howMeasured } from '../../../src/wording/how-measured';
import { sampleReport } from '../../support/sample-report';

test('one line says how a report was measured', () => {
  assert.equal(
    howMeasured(sampleReport()).join(' · '),
    '2,386 parameters · mean categorical cross-entropy · first 512 of 1,437 training rows · ' +
      'batch norm in inference mode · no weight decay · seed 1 · onnxruntime · measured in 1.9 s',
  );
});

test('other settings keep their own words, and a running job has no time yet', () => {
  const report = sampleReport({ status: 'running' });
  const settings = {
    ...report.settings,
    loss: 'mean-squared-error',
    batchNorm: '',
    weightDecay: '0.0001 in the loss',
    samples: 'all 350 training rows',
  };
  assert.equal(
    howMeasured({ ...report, settings }).join(' · '),
    '2,386 parameters · mean squared error · all 350 training rows · weight decay: 0.0001 in the loss · seed 1 · onnxruntime',
  );
});

test('a graphics processor is named with its share of the work', () => {
  const { settings, ...rest } = sampleReport();
  const by = (nodes: number, onProcessor: number) =>
    howMeasured({
      ...rest,
      settings: { ...settings, backend: 'webgpu', device: { name: 'AMD 0x744c', nodes, onProcessor } },
    }).join();
  assert.match(by(1234, 0), /webgpu on AMD 0x744c, all 1,234 operators there/);
  assert.match(by(1000, 234), /webgpu on AMD 0x744c, 1,000 of 1,234 operators there/);
});
