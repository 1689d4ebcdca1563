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
