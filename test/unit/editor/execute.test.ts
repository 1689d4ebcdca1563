import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { isQuickOf, quickOf } from '../../../src/editor/jobs/quick';
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
  const rests: string[] = [];
  const requests: AnyRequest[] = [];
  const execute = executeIn({
    engine: { request } as unknown as EngineClient,
    background: { request: assert.fail },
    store: new ReportStore(path.join(folder, 'store')),
    warn: assert.fail,
  });
  const abort = new AbortController();
  const run = (of: AnyRequest, reuse = false, whole = false) =>
    execute({ asked: of, reuse, whole } as Job, {
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
  assert.deepEqual(rests, [
    'First figures on few rows. Not measured yet: the other rows, the smallest eigenvalues, eigenvalues per tensor, the other matrices, measures, every eigenvalue. All of it takes about 2 min 1 s.',
  ]);
  await run(line);
  assert.equal(requests[1]?.defaultRows, 512);
});

test('what was asked for as a whole is never less, and nothing is estimated', async () => {
  const { run, asked, rests, requests, analysis } = house(1e6);
  await run(analysis, false, true);
  assert.deepEqual(requests, [analysis]);
  assert.deepEqual(rests, []);
  assert.ok(!asked.includes('estimate'));
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
