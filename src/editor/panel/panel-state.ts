import { messageOf } from '../../core/errors';
import type { CheckpointChange } from '../../contract/change';
import type { ShownFile } from '../../contract/contents';
import type { CheckpointSummary } from '../../contract/engine-protocol';
import type { Offer, PanelDocument, PanelState } from '../../contract/panel-protocol';
import type { Report } from '../../contract/report';
import type { Suggestion } from '../../contract/suggestions';
import { formatSeconds } from '../../wording/format-number';
import { isDocumentJob, isReportJob, isUnderWay, type Job } from '../jobs/job';
import type { Rest, StepId } from '../jobs/quick';
import { afterDocument, moreRows } from './next-steps';

/** What a panel knows at one moment. */
export interface PanelFacts {
  readonly view: PanelState['view'];
  readonly title: string;
  readonly job: Job | undefined;
  /** Reports that are made before this one, while it waits. */
  readonly ahead: number;
  /** The report on disk, shown until the job has one of its own. */
  readonly stored: Report | undefined;
  readonly stale: readonly string[];
  readonly summary: CheckpointSummary | undefined;
  /** What is in a file whose network may not be known. */
  readonly contents: ShownFile | undefined;
  /** What differs from the other side of a diff. */
  readonly change?: CheckpointChange | undefined;
  /** What can be done about what is on disk. */
  readonly next: readonly Offer[];
  /** Why there is nothing to show, where no job failed. */
  readonly problem: string | undefined;
  readonly restore: string | undefined;
  /** What a stored report lacks of what is asked for. */
  readonly rest: Rest | undefined;
  /** Can its settings be changed from here? */
  readonly settable: boolean;
}

/** The state that the webview draws. */
export function panelState(facts: PanelFacts): PanelState {
  const { view, title, job, summary, restore, change } = facts;
  const own = job && isReportJob(job) ? job.found : undefined;
  const document = job && isDocumentJob(job) ? job.found : undefined;
  return {
    view,
    // The other side says in its title what it is.
    title: change?.side === 'now' ? `${title} (now)` : title,
    job: jobOf(facts),
    report: own ?? facts.stored,
    summary,
    // A report of this very job cannot be out of date yet, unless a file has changed meanwhile: that is told later.
    stale: own === undefined || job?.status === 'finished' ? facts.stale : [],
    ...(restore === undefined ? {} : { restore }),
    ...(document === undefined ? {} : { document }),
    ...(facts.contents === undefined ? {} : { contents: facts.contents }),
    ...(change === undefined ? {} : { change }),
    offers: offersOf(facts, own ?? facts.stored, document),
  };
}

/** The ids of what can be accepted. */
export const MEASURE_REST = 'measure-rest';
const MEASURE_STEP = 'measure-';
export const SCALE_INPUTS = 'scale-inputs';
export const INCLUDE_PENALTIES = 'include-penalties';
export const CHECK_DATA = 'check-data';

const SUGGESTED: Readonly<Record<Suggestion['id'], string>> = {
  [SCALE_INPUTS]: 'Divide by 255',
  [INCLUDE_PENALTIES]: 'Include them',
  [CHECK_DATA]: 'Choose Data…',
};

function offersOf(
  { job, rest, settable, next }: PanelFacts,
  report: Report | undefined,
  document: PanelDocument | undefined,
): Offer[] {
  const suggested = (settable ? (report?.suggestions ?? []) : []).map(({ id, text }) => ({
    text,
    actions: [{ id, label: SUGGESTED[id] }],
  }));
  const lacking = job?.found === undefined ? rest : job.rest;
  const over = job === undefined || !isUnderWay(job);
  const rows = settable && over && report ? moreRows(report) : undefined;
  return [
    ...suggested,
    ...(rows ? [rows] : []),
    ...(lacking !== undefined && over ? [measureMore(lacking)] : []),
    ...(over ? [...next, ...afterDocument(document)] : []),
  ];
}

const STEP_LABELS: Readonly<Record<StepId, string>> = {
  layers: 'Layers',
  parts: 'Everything on few rows',
};

/** A button for each step to the whole, with how long it takes where that is known. */
function measureMore({ text, steps, seconds }: Rest): Offer {
  const labelled = (label: string, time: number | undefined) =>
    time === undefined ? label : `${label} · ${formatSeconds(Math.ceil(time))}`;
  return {
    text,
    actions: [
      ...steps.map((step) => ({
        id: `${MEASURE_STEP}${step.id}`,
        label: labelled(STEP_LABELS[step.id], step.seconds),
      })),
      { id: MEASURE_REST, label: labelled('All of it', seconds) },
    ],
  };
}

/** The step that an offer stands for; undefined for other offers. */
export const stepAccepted = (id: string): StepId | undefined =>
  (Object.keys(STEP_LABELS) as StepId[]).find((step) => id === `${MEASURE_STEP}${step}`);

function jobOf({ job, ahead, problem }: PanelFacts): PanelState['job'] {
  switch (job?.status) {
    case 'queued':
      return { status: 'queued', ahead };
    case 'running': {
      const progress = job.progress ?? { stage: 'starting', fraction: 0, remainingSeconds: undefined };
      return { status: 'running', progress };
    }
    case 'failed': {
      const begun = isDocumentJob(job) ? { begun: job.found !== undefined } : {};
      return { status: 'failed', message: messageOf(job.error), ofRun: true, ...begun };
    }
    case 'cancelled':
      return { status: 'cancelled' };
    default:
      return problem === undefined
        ? { status: 'idle' }
        : { status: 'failed', message: problem, ofRun: false };
  }
}
