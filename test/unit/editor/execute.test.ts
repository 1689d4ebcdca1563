import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import {
  isQuickOf,
  quickForms,
  quickOf,
  type Rest,
  stepOf,
  stepsAfter,
} from '../../../src/editor/jobs/quick';
import { executeIn } from '../../../src/editor/jobs/execute';
import type { Job } from '../../../src/editor/jobs/job';
import { stampOf } from '../../../src/editor/store/file-records';
import { ReportStore, type AnyRequest } from '../../../src/editor/store/report-store';
import type { EngineClient } from '../../../src/engine/client';
import { analyzeRequest, interpolateRequest } from '../../../src/settings/merge';
import { CancelledError } from '../../../src/core/errors';
import { temporaryFolder } from '../settings/temporary-folder';
import { aReport } from './a-report';

/** An engine that answers at once, with a run of `seconds`. */
function house(seconds: number) {
  const folder = temporaryFolder();
  const file = (name: string) => {
    const whole = path.join(folder, name);
    writeFileSync(whole, name);
    return whole;
  };
  const asked: string[] = [];
  const { checkpoint, settings } = aReport();
  // The engine's hashes are the files' names here.
  const measured = aReport({
    checkpoint: { ...checkpoint, sha256: 'x.keras' },
    settings: { ...settings, data: { ...settings.data, sha256: 'd.npz' } },
  });
  const answers: Record<string, (params: { path: string }) => unknown> = {
    hash: async ({ path: of }) => ({ sha256: path.basename(of), files: [await stampOf(of)] }),
    estimate: () => ({ seconds, parameters: 1000 }),
    analyze: () => measured,
    interpolate: () => aReport({ kind: 'interpolation' }),
  };
  const request = (method: string, params: { path: string }, { signal }: { signal?: AbortSignal }) => {
    asked.push(method);
    if (method === 'analyze' || method === 'interpolate') requests.push(params as unknown as AnyRequest);
    return signal?.aborted
      ? Promise.reject(new CancelledError())
      : Promise.resolve(answers[method]?.(params));
  };
  const rests: Rest[] = [];
  const requests: AnyRequest[] = [];
  const execute = executeIn({
    engine: { request } as unknown as EngineClient,
    background: { request: assert.fail },
    store: new ReportStore(path.join(folder, 'store')),
    warn: assert.fail,
  });
  const abort = new AbortController();
  const run = (of: AnyRequest, reuse = false, whole = false, instead?: AnyRequest) =>
    execute({ asked: of, reuse, whole, instead } as Job, {
      ...{ signal: abort.signal, onProgress: () => undefined, onPartial: () => undefined },
      onRest: (rest) => void rests.push(rest),
    });
  const data = file('d.npz');
  const analysis = analyzeRequest(file('x.keras'), { data, budgetSeconds: 120 });
  const line = interpolateRequest(file('x.keras'), file('y.keras'), { data, budgetSeconds: 120 });
  return { run, asked, rests, requests, abort, measured, analysis, line };
}

test('what fits the budget is measured as it was asked for', async () => {
  const { run, rests, requests, analysis } = house(100);
  assert.equal((await run(analysis)).kind, 'analysis');
  assert.deepEqual(rests, []);
  assert.deepEqual(requests, [analysis]);
});

test('a long run gives first figures without a question, and says what is left', async () => {
  const { run, rests, requests, analysis, line } = house(121);
  const whole = {
    ...analysis,
    layers: 'full',
    bottom: 2,
    operators: true,
    measures: true,
    exact: true,
  } as const;
  await run(whole);
  assert.deepEqual(requests, [quickOf(whole, 1000)]);
  const { layers, bottom, operators, measures, exact, top } = requests[0];
  assert.deepEqual([layers, bottom, operators, measures, exact, top], ['trace', 0, false, false, false, 5]);
  assert.equal(requests[0]?.defaultRows, 512);
  const [before, after] = rests;
  assert.equal(
    before.text,
    'First figures on few rows. Not measured yet: the other rows, the smallest eigenvalues, eigenvalues per tensor, the other matrices, measures, every eigenvalue. All of it takes about 2 min 1 s.',
  );
  assert.deepEqual(before.steps, [{ id: 'layers' }, { id: 'parts' }]);
  assert.deepEqual(after, {
    ...before,
    steps: [
      { id: 'layers', seconds: 121 },
      { id: 'parts', seconds: 121 },
    ],
  });
  await run(line);
  assert.equal(requests[1]?.defaultRows, 512);
});

test('figures that are there are not lost where it is cancelled while the steps after them are timed', async () => {
  const { run, abort, asked, rests, analysis, measured } = house(121);
  const running = run({ ...analysis, layers: 'full' });
  while (!asked.includes('analyze')) await new Promise((resolve) => setImmediate(resolve));
  abort.abort();
  assert.equal(await running, measured);
  assert.deepEqual(rests.at(-1)?.steps, [{ id: 'layers' }]);
});

test('what was asked for as a whole is never less, and nothing is estimated', async () => {
  const { run, asked, rests, requests, analysis } = house(1e6);
  await run(analysis, false, true);
  assert.deepEqual(requests, [analysis]);
  assert.deepEqual(rests, []);
  assert.ok(!asked.includes('estimate'));
});

test('a step is measured in place of the whole, and says what is still left', async () => {
  const { run, asked, rests, requests, analysis } = house(1e6);
  const whole = { ...analysis, layers: 'full', measures: true } as const;
  const layers = stepOf(whole, 1000, 'layers');
  assert.deepEqual([layers.layers, layers.measures, layers.defaultRows], ['full', false, 512]);
  await run(whole, false, false, layers);
  assert.deepEqual(requests, [layers]);
  assert.ok(!asked.includes('estimate'));
  assert.deepEqual(rests[0]?.steps, [{ id: 'parts' }]);
  assert.match(rests[0]?.text ?? '', /Not measured yet: the other rows, measures\.$/);
  const parts = stepOf(whole, 1000, 'parts');
  assert.deepEqual([parts.layers, parts.measures, parts.defaultRows], ['full', true, 512]);
  assert.deepEqual(stepsAfter(parts, whole, 1000), []);
  // Nothing is asked for that first figures lack, but the rows.
  assert.deepEqual(stepsAfter(quickOf(analysis, 1000), analysis, 1000), []);
  assert.ok(isQuickOf(layers, whole) && isQuickOf(parts, whole));
  assert.deepEqual(quickForms(whole)[0], stepOf(whole, 1, 'parts'), 'the most complete is shown first');
});

test('first figures stand for their request alone, and are none of another', () => {
  const { analysis } = house(1);
  assert.ok(isQuickOf(quickOf(analysis, 10), analysis));
  assert.ok(isQuickOf(quickOf(analysis, 1e8), analysis));
  assert.ok(!isQuickOf(quickOf({ ...analysis, seed: 2 }, 10), analysis));
  const few = { ...analysis, samples: 100, layers: 'off' } as const;
  assert.equal(quickOf(few, 10).layers, 'off', 'nor more of anything');
  assert.equal(quickOf(few, 10).samples, 100, 'never more rows than were asked for');
  assert.ok(!isQuickOf(analysis, analysis));
});

test('a stored report is reused where that was asked for, else it is measured again', async () => {
  const { run, asked, measured, analysis } = house(1);
  await run(analysis, true);
  const first = ['hash', 'hash', 'estimate', 'analyze'];
  assert.deepEqual(asked, first);
  assert.deepEqual(await run(analysis, true), measured);
  assert.deepEqual(asked, first);
  await run(analysis);
  assert.deepEqual(asked.slice(first.length), ['estimate', 'analyze']);
});

test('cancelling while files are hashed ends the run', async () => {
  const { run, asked, abort, analysis } = house(1);
  abort.abort();
  await assert.rejects(run(analysis, true), CancelledError);
  assert.deepEqual(asked, ['hash']);
});
