import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Surface, SurfaceRequest } from '../../../src/contract/surface';
import type { Engine } from '../../../src/engine/client';
import type { DocumentAsked, Job } from '../../../src/editor/jobs/job';
import { makeDocument } from '../../../src/editor/jobs/make-document';
import { JobQueue } from '../../../src/editor/jobs/queue';
import { surface } from '../../../src/jobs/surface/surface';
import { surfaceRequest } from '../../../src/settings/surface-request';
import { corpus, temporaryFolder } from '../../support/corpus';
import { recordingContext } from '../../support/job-context';

type Options = Parameters<Engine['request']>[2];

/** The job of the engine, in this process. */
const engine = {
  request: (_method: string, params: SurfaceRequest, { signal, onPartial }: Options = {}) =>
    surface(params, {
      ...recordingContext<Surface>(signal),
      partial: (document) => onPartial?.(structuredClone(document)),
    }),
} as unknown as Engine;

const checkpoint = corpus('keras/mlp-tanh-moons.keras');
const data = corpus('data/moons.npz');

function asked(cache: string): DocumentAsked {
  const params = surfaceRequest([checkpoint], { data }, { plane: 'random', refinements: 1 }, { cache });
  return { request: { method: 'surface', params }, title: 'a picture' };
}

/** A queue that cancels its first job once what is found so far is enough. */
async function ended(queue: JobQueue, job: Job, isEnough: (found: Surface) => boolean): Promise<Surface> {
  const stop = queue.onChange(({ found, status }) => {
    if (status === 'running' && found?.kind === 'surface' && isEnough(found)) queue.cancel(job);
  });
  await new Promise<void>((done) => queue.onEnd(() => done()));
  stop();
  assert.equal(job.error, undefined);
  return job.found as Surface;
}

test('a picture that was cancelled stays as far as it was drawn, and goes on from its places', async () => {
  const queue = new JobQueue((job, hooks) =>
    makeDocument(engine, (job as { asked: DocumentAsked }).asked, hooks),
  );
  const folder = temporaryFolder();
  const job = queue.add(asked(folder));
  const cancelled = await ended(queue, job, ({ pictures }) => (pictures[0]?.measured.length ?? 0) >= 81);
  assert.deepEqual([job.status, cancelled.status], ['cancelled', 'cancelled']);
  assert.ok(cancelled.pictures[0].measured.length >= 81);

  const again = queue.add(asked(folder));
  assert.equal(again, job, 'the same panel goes on');
  const whole = await ended(queue, job, () => false);
  assert.deepEqual([job.status, whole.status], ['finished', 'complete']);
  const [{ measured, error, marks }] = whole.pictures;
  // Each mark is measured where it stands and at its foot on the plane.
  const all = measured.length + error.places + 2 * marks.length;
  assert.ok(whole.cost.evaluations <= all - 81, 'kept places are not measured again');
});
