import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { DocumentRequest } from '../../../src/editor/documents/document-request';
import { makeDocument } from '../../../src/editor/jobs/make-document';
import { EngineClient, EngineCrash } from '../../../src/engine/client';
import { temporaryFolder } from '../../support/corpus';

const enginePath = fileURLToPath(new URL('../engine/fakes/engine.mjs', import.meta.url));

const nothing = () => undefined;

/** What is said of a job whose engine is killed under it. */
async function crashOf(method: 'train' | 'experiment' | 'compare', params: object): Promise<string> {
  const engine = new EngineClient({ enginePath });
  // The fake does what its checkpoint says.
  const request = { method, params: { ...params, checkpoint: 'crash' } } as unknown as DocumentRequest;
  const hooks = {
    signal: new AbortController().signal,
    onRest: nothing,
    onProgress: nothing,
    onPartial: nothing,
  };
  try {
    await makeDocument(engine, { request, title: 'the job' }, hooks);
    assert.fail('The engine lives.');
  } catch (error) {
    assert.ok(error instanceof EngineCrash);
    return error.message;
  } finally {
    engine.dispose();
  }
}

test('an engine that dies under a job says what is left of it, and how to go on', async () => {
  const out = temporaryFolder();
  const crash = 'The engine stopped unexpectedly (SIGKILL) while the job. ';
  assert.equal(
    await crashOf('train', { out }),
    `${crash}The run had written no state yet, and begins anew when it is started again.`,
  );
  writeFileSync(join(out, 'state.bin'), '');
  assert.equal(
    await crashOf('train', { out }),
    `${crash}The run can go on from its last state: press Go on.`,
  );
  const kept = `${crash}What is finished is kept: press Go on.`;
  assert.equal(await crashOf('experiment', { out }), kept);
  assert.equal(await crashOf('compare', { cache: out }), kept);
  assert.match(await crashOf('compare', {}), /That run is lost/);
});
