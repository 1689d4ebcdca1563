import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { executeIn } from '../../../src/editor/runs/execute';
import { stampOf } from '../../../src/editor/store/file-records';
import { ReportStore, type AnyRequest } from '../../../src/editor/store/report-store';
import type { EngineClient } from '../../../src/engine/client';
import { analyzeRequest, interpolateRequest } from '../../../src/settings/merge';
import { CancelledError } from '../../../src/shared/errors';
import { temporaryFolder } from '../settings/temporary-folder';
import { aReport } from './a-report';

/** An engine that answers at once, with a run of `seconds`, and a person who says `answer` when asked. */
function house(seconds: number, answer = true) {
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
    estimate: () => ({ seconds }),
    analyze: () => measured,
    interpolate: () => aReport({ kind: 'interpolation' }),
  };
  const request = (method: string, params: { path: string }, { signal }: { signal?: AbortSignal }) => {
    asked.push(method);
    return signal?.aborted
      ? Promise.reject(new CancelledError())
      : Promise.resolve(answers[method]?.(params));
  };
  const confirmed: AnyRequest[] = [];
  const execute = executeIn({
    engine: { request } as unknown as EngineClient,
    store: new ReportStore(path.join(folder, 'store')),
    confirm: (of) => Promise.resolve(confirmed.push(of) > 0 && answer),
    warn: assert.fail,
  });
  const abort = new AbortController();
  const run = (of: AnyRequest, reuse = false) =>
    execute(of, { reuse, signal: abort.signal, onProgress: () => undefined, onPartial: () => undefined });
  const data = file('d.npz');
  const analysis = analyzeRequest(file('x.keras'), { data, budgetSeconds: 120 });
  const line = interpolateRequest(file('x.keras'), file('y.keras'), { data, budgetSeconds: 120 });
  return { run, asked, confirmed, abort, measured, analysis, line };
}

test('a short run asks nothing', async () => {
  const { run, confirmed, analysis } = house(100);
  assert.equal((await run(analysis)).kind, 'analysis');
  assert.deepEqual(confirmed, []);
});

test('a long analysis and a long interpolation are asked about first', async () => {
  const { run, confirmed, analysis, line } = house(121);
  await run(analysis);
  await run(line);
  assert.deepEqual(confirmed, [analysis, line]);
  const refused = house(121, false);
  await assert.rejects(refused.run(refused.line), CancelledError);
  assert.deepEqual(refused.asked, ['estimate']);
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
