import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelState } from '../../../src/contract/panel-protocol';
import { atRest } from '../../../webview/at-rest';

test('what was kept while a job ran shows no bar that stands still until the host has said what is', () => {
  const state = (job: PanelState['job']): PanelState => ({
    view: 'report',
    title: 'x.keras',
    job,
    report: undefined,
    summary: undefined,
    stale: [],
  });
  const progress = { stage: 'trace', fraction: 0.4, remainingSeconds: 3 };
  assert.deepEqual(atRest(state({ status: 'running', progress })), state({ status: 'idle' }));
  assert.deepEqual(atRest(state({ status: 'queued', ahead: 1 })), state({ status: 'idle' }));
  const failed = state({ status: 'failed', message: 'no', ofRun: true });
  assert.equal(atRest(failed), failed);
});
