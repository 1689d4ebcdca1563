import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { identityOf } from '../../core/identity';
import type { EngineRequests } from '../../contract/engine-protocol';
import { filePattern, isPattern } from '../../files/pattern';

/** The jobs that end in a document instead of a report on one checkpoint. */
export type DocumentMethod = 'train' | 'compare' | 'rescale' | 'experiment' | 'surface' | 'watch';

/** A job to do and what it takes. */
export type JobRequest = {
  readonly [M in DocumentMethod]: { readonly method: M; readonly params: EngineRequests[M]['request'] };
}[DocumentMethod];

/** What a document's panel is about: a job, or a document that somebody opened. */
export type DocumentRequest =
  JobRequest | { readonly method: 'file'; readonly params: { readonly path: string } };

/** The same for jobs that do the same with the same files; runs, experiments and watches are what is in their folder. */
export function documentKey({ method, params }: DocumentRequest): string {
  const what =
    method === 'train' || method === 'experiment'
      ? params.out
      : method === 'watch'
        ? params.where
        : identityOf(params);
  return createHash('sha256').update(`${method}\n${what}`).digest('hex').slice(0, 24);
}

/** The folder that files of a watch are named from; a folder may have a name that reads as a pattern. */
const watchedFolder = (where: string): string =>
  isPattern(where) && !existsSync(where) ? filePattern(where).folder : where;

/** Where a document belongs: beside what its job is about. */
export function folderOf(request: DocumentRequest): string {
  switch (request.method) {
    case 'train':
    case 'experiment':
      return request.params.out;
    case 'watch':
      return watchedFolder(request.params.where);
    case 'compare':
    case 'surface':
      return path.dirname(request.params.checkpoints[0]);
    case 'rescale':
      return path.dirname(request.params.checkpoint);
    case 'file':
      return path.dirname(request.params.path);
  }
}
