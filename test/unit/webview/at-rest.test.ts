import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PanelState } from '../../../src/contract/panel-protocol';
import { atRest, lightly } from '../../../webview/at-rest';
import { sampleSurface } from './sample-surface';

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

test('what a page keeps of pictures is without their directions', () => {
  const surface = sampleSurface();
  const span = { tensors: [], directions: ['', ''] as [string, string] };
  const pictures = surface.pictures.map((picture) => ({ ...picture, span }));
  const state = { view: 'document', document: { ...surface, pictures } } as unknown as PanelState;
  const kept = lightly(state).document;
  assert.ok(kept?.kind === 'surface' && kept.pictures.every((picture) => picture.span === undefined));
  assert.equal(pictures[0].span, span);
  const report = { view: 'report' } as PanelState;
  assert.equal(lightly(report), report);
});
