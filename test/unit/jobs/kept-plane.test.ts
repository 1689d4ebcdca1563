import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { surfaceChoicesSchema } from '../../../src/contract/surface';
import { openProblem } from '../../../src/jobs/preparation/open-problem';
import { keptPlaneOf } from '../../../src/jobs/surface/kept-plane';
import { base64Of, float64Of } from '../../../src/jobs/surface/vector-text';
import { corpus, quickRequest, temporaryFolder } from '../../support/corpus';

const signal = new AbortController().signal;

test('a plane that was found is read to the last bit, and found anew where its file is damaged', async () => {
  const checkpoint = corpus('keras/mlp-digits.keras');
  const request = quickRequest(checkpoint, corpus('data/digits.npz'), { samples: 'first:50' });
  const folder = temporaryFolder();
  const problem = await openProblem(request, signal);
  const planeFor = (choices: object) =>
    keptPlaneOf(
      { problem, request, choices: surfaceChoicesSchema.parse(choices), placed: [], signal },
      folder,
    );
  let found;
  try {
    found = await planeFor({});
    const [name] = readdirSync(folder);
    const [file] = [join(folder, name)];
    writeFileSync(file, 'damaged');
    assert.deepEqual(await planeFor({}), found);
    rmSync(file);
    assert.deepEqual(await planeFor({}), found);
  } finally {
    problem.objective.dispose();
  }
  // Nothing computes any more.
  assert.deepEqual(await planeFor({}), found);
  await assert.rejects(planeFor({ radius: 1 }));
  await assert.rejects(planeFor({ plane: 'gradient' }));
});

test('numbers are the same bits after they were text', () => {
  const numbers = Float64Array.of(0, -0, 1 / 3, 5e-324, -1.7976931348623157e308, Infinity);
  assert.deepEqual(float64Of(base64Of(numbers)), numbers);
  assert.equal(base64Of(Float64Array.of(1)), 'AAAAAAAA8D8=');
});
