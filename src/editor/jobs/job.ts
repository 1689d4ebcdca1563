import { createHash } from 'node:crypto';
import path from 'node:path';
import type { PanelDocument } from '../../contract/panel-protocol';
import type { Progress } from '../../contract/progress';
import type { Report } from '../../contract/report';
import { settingsText } from '../../settings/fingerprint';
import { documentKey, type DocumentRequest } from '../documents/document-request';
import type { Rest } from './quick';
import { otherOf, type AnyRequest } from '../store/report-store';

/** A document that is asked for, and what it is called. */
export interface DocumentAsked {
  readonly request: DocumentRequest;
  readonly title: string;
  /** Where its tasks are done, as the terminal's `--on` has it; here if left out. */
  readonly on?: string;
}

/** What the engine is asked for: a report on one checkpoint or the line between two, or a document. */
export type Asked = AnyRequest | DocumentAsked;

export const isDocument = (asked: Asked): asked is DocumentAsked => 'request' in asked;

/** A job that is `idle` shows a document that an earlier window or another program made. */
export type JobStatus = 'idle' | 'queued' | 'running' | 'finished' | 'failed' | 'cancelled';

interface JobOf<A, Found> {
  readonly id: number;
  readonly asked: A;
  /** Equal for what asks for the same thing: one panel, one job at a time each. */
  readonly key: string;
  readonly status: JobStatus;
  readonly progress: Progress | undefined;
  /** What has been found so far; whole when finished. */
  readonly found: Found | undefined;
  readonly error: Error | undefined;
  /** Is a stored report of the same contents as good as a new one? */
  readonly reuse: boolean;
  /** Was all of it asked for, however long it takes? Else a long analysis ends with first figures. */
  readonly whole: boolean;
  /** What is measured in place of all of it, where a part was asked for. */
  readonly instead: AnyRequest | undefined;
  /** What first figures lack. */
  readonly rest: Rest | undefined;
}

/** An analysis or interpolation. */
export type ReportJob = JobOf<AnyRequest, Report>;
/** A run of training, a comparison, an experiment. */
export type DocumentJob = JobOf<DocumentAsked, PanelDocument>;
/** Something that was asked for in this window. */
export type Job = ReportJob | DocumentJob;

export const isDocumentJob = (job: Job): job is DocumentJob => isDocument(job.asked);
export const isReportJob = (job: Job): job is ReportJob => !isDocument(job.asked);

/** Waits for the checkpoints of a run, mostly. */
export const isWatch = (job: Job): job is DocumentJob =>
  isDocumentJob(job) && job.asked.request.method === 'watch';

export const isUnderWay = ({ status }: Job): boolean => status === 'queued' || status === 'running';

/** The same for what asks for the same thing of the same files. */
export function keyOf(asked: Asked): string {
  if (isDocument(asked)) return documentKey(asked.request);
  const parts = [asked.checkpoint, otherOf(asked) ?? '', asked.data, settingsText(asked)];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 24);
}

/** What is asked for, for titles: `epoch-020.keras — digits`, or `a.keras → b.keras — digits`. */
export const titleOf = (asked: Asked): string =>
  isDocument(asked) ? asked.title : titleOfPaths(asked.checkpoint, otherOf(asked));

/**
 * {@link titleOf} by paths. Checkpoints of many runs have one name (`model.keras`, `best.keras`), so their folder is
 * always told; two of different folders have it before their names.
 */
export function titleOfPaths(checkpoint: string, other: string | undefined): string {
  const folder = path.basename(path.dirname(checkpoint));
  const named = (name: string) => (folder === '' ? name : `${name} — ${folder}`);
  if (other === undefined) return named(path.basename(checkpoint));
  return path.dirname(checkpoint) === path.dirname(other)
    ? named(`${path.basename(checkpoint)} → ${path.basename(other)}`)
    : `${withFolder(checkpoint)} → ${withFolder(other)}`;
}

function withFolder(file: string): string {
  return path.join(path.basename(path.dirname(file)), path.basename(file));
}
