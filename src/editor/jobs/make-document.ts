import { existsSync } from 'node:fs';
import path from 'node:path';
import { EngineCrash, type Engine } from '../../engine/client';
import { CancelledError, UserError, messageOf } from '../../core/errors';
import type { DoneElsewhere } from '../../contract/elsewhere';
import type { PanelDocument } from '../../contract/panel-protocol';
import type { DocumentRequest } from '../documents/document-request';
import type { DocumentAsked } from './job';
import type { JobHooks } from './queue';

/**
 * Trains, compares, rescales or experiments in the engine: begins, or goes on where it stopped, for what is done is never
 * done twice.
 * @throws UserError for a document that was opened from a file; what the job throws, with what is left of it.
 */
export async function makeDocument(
  engine: Engine,
  { request, title, on }: DocumentAsked,
  { signal, onProgress, onPartial }: JobHooks,
): Promise<PanelDocument> {
  if (request.method === 'file')
    throw new UserError(
      'This document was opened from a file: to go on, give the command that made it again (Compare Checkpoints, Run Experiment, Draw the Landscape).',
    );
  const remains = () => remainsOf(request);
  const options = { signal, what: title, remains, onProgress, onPartial };
  try {
    const done = await elsewhere(engine, request, on, { signal, what: title, remains, onProgress });
    if (done.surface) return done.surface;
    const { failures } = done;
    switch (request.method) {
      case 'train':
        return await engine.request('train', request.params, options);
      case 'compare':
        return await engine.request('compare', { ...request.params, failures }, options);
      case 'rescale':
        return await engine.request('rescale', request.params, options);
      case 'surface':
        return await engine.request('surface', request.params, options);
      case 'watch':
        return await engine.request('watch', request.params, options);
      case 'experiment':
        return await engine.request('experiment', { ...request.params, failures }, options);
    }
  } catch (error) {
    const isTold = [CancelledError, UserError, EngineCrash].some((kind) => error instanceof kind);
    // Where a lane of a run died its last state is left, as when the engine did, which says so itself.
    if (isTold || request.method !== 'train') throw error;
    throw new Error(`${messageOf(error)} ${remains()}`, { cause: error });
  }
}

/** What others have done of a job, where it is asked for that. */
async function elsewhere(
  engine: Engine,
  request: DocumentRequest,
  on: string | undefined,
  options: Pick<JobHooks, 'signal' | 'onProgress'> & { readonly what: string; remains(): string | undefined },
): Promise<Partial<DoneElsewhere>> {
  if (on === undefined) return {};
  if (request.method !== 'compare' && request.method !== 'experiment' && request.method !== 'surface')
    return {};
  return engine.request('elsewhere', { on, job: request }, options);
}

/** What is left of a job that no mistake of its user ended. */
function remainsOf({ method, params }: DocumentRequest): string | undefined {
  if (method === 'train')
    return existsSync(path.join(params.out, 'state.bin'))
      ? 'The run can go on from its last state: press Go on.'
      : 'The run had written no state yet, and begins anew when it is started again.';
  const isKept =
    method === 'experiment' ||
    method === 'watch' ||
    ((method === 'compare' || method === 'surface') && params.cache !== undefined);
  return isKept ? 'What is finished is kept: press Go on.' : undefined;
}
