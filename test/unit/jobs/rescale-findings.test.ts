import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rescaleFindings } from '../../../src/jobs/rescale/rescale-findings';
import { sampleReport } from '../../support/sample-report';

test('a change within what is known of an error without a bar is not said to exceed it', () => {
  const at = (value: number) =>
    sampleReport({
      spectrum: { largest: [], smallest: [] },
      measures: [
        {
          id: 'adaptive-worst-case',
          value,
          standardError: null,
          reason: 'no bar: why',
          invariant: true,
          settings: { error: 'none', heldFixed: 0.1 },
        },
      ],
    });
  assert.match(rescaleFindings(at(1), at(1.1)).join(' '), /^Moved by less than twice their errors/);
  assert.match(rescaleFindings(at(1), at(2)).join(' '), /Called invariant, and yet moved/);
});

test('over the same rows an eigenvalue without a bar moved by more than its numeric bound, whatever other rows would give', () => {
  const at = (value: number) =>
    sampleReport({
      spectrum: {
        largest: [
          { value, residual: 1e-4, errorBound: 1e-4, converged: true, heldFixed: 5, samplingReason: 'why' },
        ],
        smallest: [],
      },
      measures: [],
    });
  assert.match(
    rescaleFindings(at(1.94), at(11.6)).join(' '),
    /^Moved, though the function is the same: λ₁ from 1.94 to 11.6/,
  );
  assert.match(rescaleFindings(at(1.94), at(1.9401)).join(' '), /^Moved by less than twice their errors/);
});
