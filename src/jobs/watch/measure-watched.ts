import { stat } from 'node:fs/promises';
import type { Dataset } from '../../formats/datasets/dataset';
import type { Report } from '../../contract/report';
import type { AnalyzeRequest } from '../../contract/settings';
import type { Watched, WatchRequest } from '../../contract/watch';
import { CancelledError, isOfFiles, messageOf } from '../../core/errors';
import { reportKey } from '../../settings/result-key';
import { formatCount } from '../../wording/format-number';
import { analyze } from '../analyze/analyze';
import type { JobContext } from '../context/context';
import { onceMore } from '../context/once-more';
import { type ReportCache, keyOfReport } from '../context/report-cache';
import { subJob } from '../context/sub-job';
import { NotFiniteError } from '../preparation/measure-point';
import type { Seen } from './listing';
import type { Complete } from './open-complete';
import { smallRequest } from './small-request';
import { watchedFigures } from './watched-figures';

/** A checkpoint that was found complete, and is to be measured. */
export interface Found {
  readonly seen: Seen;
  readonly complete: Complete;
}

/** What is needed to measure any of them. */
export interface Bench {
  readonly settings: WatchRequest['settings'];
  readonly cache: ReportCache;
  readonly context: Pick<JobContext, 'signal' | 'log' | 'progress'>;
  /** Of which only what a row looks like, and the hash. */
  dataset(checkpoint: string): Promise<Dataset>;
}

/** What measuring has changed of a checkpoint, and the report. */
export interface Measured {
  readonly change: Partial<Watched> & Pick<Watched, 'status'>;
  readonly report?: Report;
}

/**
 * Measures one checkpoint, or takes its report from the cache. What its own file or process cannot give is told in its
 * place: a run goes on, and so does whoever watches it.
 * @throws CancelledError; UserError where the data cannot be read.
 */
export async function measureWatched({ seen, complete }: Found, bench: Bench): Promise<Measured> {
  const lost = await changedSince(seen);
  if (lost) return { change: { status: 'gone', reason: lost } };
  const data = await bench.dataset(seen.path);
  try {
    const { parameters, broken } = complete.network(data);
    if (broken > 0) return { change: { status: 'not-a-number', reason: notNumbers(seen.file, broken) } };
    const request = smallRequest(bench.settings, seen.path, parameters);
    const key = reportKey({ checkpoint: complete.sha256, data: data.sha256 }, request);
    const known = await bench.cache.find(key, request);
    const report = known ?? (await analyzed(request, seen, bench));
    if (report.checkpoint.sha256 !== complete.sha256)
      return { change: { status: 'gone', reason: WRITTEN_OVER } };
    if (!known) await keep(bench, report, request);
    const figures = watchedFigures(report);
    return figures
      ? { change: { status: 'measured', figures }, report }
      : { change: { status: 'failed', reason: `${seen.file} has no curvature that could be measured.` } };
  } catch (error) {
    if (error instanceof CancelledError || bench.context.signal.aborted) throw error;
    if (error instanceof NotFiniteError)
      return { change: { status: 'not-a-number', reason: messageOf(error) } };
    if (!isOfFiles(error)) bench.context.log('error', `${seen.file}: ${messageOf(error)}`);
    return {
      change: (await changedSince(seen))
        ? { status: 'gone', reason: WRITTEN_OVER }
        : { status: 'failed', reason: messageOf(error) },
    };
  }
}

const WRITTEN_OVER = 'It was written over or deleted while it was being measured.';

/** A sentence where a file is not what it was when it was found complete. */
async function changedSince({ path, size, mtimeMs }: Seen): Promise<string | undefined> {
  const now = await stat(path).catch(() => undefined);
  if (!now) return 'It was deleted before it could be measured.';
  return now.size === size && now.mtimeMs === mtimeMs
    ? undefined
    : 'It was written over before it could be measured.';
}

const notNumbers = (file: string, count: number): string =>
  `${file}: ${formatCount(count)} of its weights ${count === 1 ? 'is' : 'are'} not a number.`;

const analyzed = (request: AnalyzeRequest, { file }: Seen, { context }: Bench): Promise<Report> =>
  onceMore(file, context, ({ frugal }) =>
    analyze(
      request,
      subJob({ ...context, frugal }, ({ stage, fraction, remainingSeconds }) =>
        context.progress({ stage: `${file}: ${stage}`, fraction, remainingSeconds }),
      ),
    ),
  );

/** A cache that cannot be written to costs time later, not the figures now. */
async function keep({ cache, context }: Bench, report: Report, request: AnalyzeRequest): Promise<void> {
  await cache.keep(keyOfReport(report, request), report).catch((error: unknown) => {
    context.log('warn', `A finished report is not kept: ${messageOf(error)}`);
  });
}
