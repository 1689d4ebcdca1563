import type { Engine } from '../../engine/client';
import { isDocumentJob } from './job';
import { makeDocument } from './make-document';
import { measureReport, type MeasureOptions } from './measure-report';
import type { Execute } from './queue';

/** Where jobs are carried out. */
export interface ExecuteOptions extends MeasureOptions {
  /** An engine that gives way to all else, for what goes on for hours beside a training. */
  readonly background: Engine;
}

/** Carries out jobs in the engine. */
export const executeIn =
  (options: ExecuteOptions): Execute =>
  (job, hooks) => {
    if (!isDocumentJob(job)) return measureReport(options, job, hooks);
    const isBackground = job.asked.request.method === 'watch';
    return makeDocument(isBackground ? options.background : options.engine, job.asked, hooks);
  };
