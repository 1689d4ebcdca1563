import { isDocumentJob } from './job';
import { makeDocument } from './make-document';
import { measureReport, type MeasureOptions } from './measure-report';
import type { Execute } from './queue';

/** Carries out jobs in the engine. */
export const executeIn =
  (options: MeasureOptions): Execute =>
  (job, hooks) =>
    isDocumentJob(job) ? makeDocument(options.engine, job.asked, hooks) : measureReport(options, job, hooks);
