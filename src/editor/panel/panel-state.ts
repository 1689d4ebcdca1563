import { messageOf } from '../../core/errors';
import type { CheckpointSummary } from '../../contract/engine-protocol';
import type { Offer, PanelState } from '../../contract/panel-protocol';
import type { Report } from '../../contract/report';
import type { Suggestion } from '../../contract/suggestions';
import { isUnderWay, type Run } from '../runs/run-queue';

/** What a panel knows at one moment. */
export interface PanelFacts {
  readonly view: PanelState['view'];
  readonly title: string;
  readonly run: Run | undefined;
  /** Runs before this one, while it waits. */
  readonly ahead: number;
  /** The report on disk, shown until the run has one of its own. */
  readonly stored: Report | undefined;
  readonly stale: readonly string[];
  readonly summary: CheckpointSummary | undefined;
  /** Why there is nothing to show, where no run failed. */
  readonly problem: string | undefined;
  readonly restore: string | undefined;
  /** What a stored report lacks of what is asked for, in a sentence. */
  readonly rest: string | undefined;
  /** Can its settings be changed from here? */
  readonly settable: boolean;
}

/** The state that the webview draws. */
export function panelState(facts: PanelFacts): PanelState {
  const { view, title, run, summary, restore } = facts;
  const own = run?.status === 'cancelled' ? cancelled(run.report) : run?.report;
  return {
    view,
    title,
    job: jobOf(facts),
    report: own ?? facts.stored,
    summary,
    // A report of this very run cannot be out of date yet, unless a file has changed meanwhile: that is told later.
    stale: own === undefined || run?.status === 'finished' ? facts.stale : [],
    ...(restore === undefined ? {} : { restore }),
    offers: offersOf(facts, own ?? facts.stored),
  };
}

/** The ids of what can be accepted. */
export const MEASURE_REST = 'measure-rest';
export const SCALE_INPUTS = 'scale-inputs';
export const INCLUDE_PENALTIES = 'include-penalties';

const SUGGESTED: Readonly<Record<Suggestion['id'], string>> = {
  [SCALE_INPUTS]: 'Divide by 255',
  [INCLUDE_PENALTIES]: 'Include them',
};

function offersOf({ run, rest, settable }: PanelFacts, report: Report | undefined): Offer[] {
  const suggested = (settable ? (report?.suggestions ?? []) : []).map(({ id, text }) => ({
    text,
    actions: [{ id, label: SUGGESTED[id] }],
  }));
  const lacking = run?.report === undefined ? rest : run.rest;
  const over = run === undefined || !isUnderWay(run);
  return [
    ...suggested,
    ...(lacking !== undefined && over
      ? [{ text: lacking, actions: [{ id: MEASURE_REST, label: 'Measure now' }] }]
      : []),
  ];
}

function jobOf({ run, ahead, problem }: PanelFacts): PanelState['job'] {
  if (run?.status === 'queued') return { status: 'queued', ahead };
  if (run?.status === 'running') {
    const progress = run.progress ?? { stage: 'starting', fraction: 0, remainingSeconds: undefined };
    return { status: 'running', progress };
  }
  if (run?.status === 'failed') return { status: 'failed', message: messageOf(run.error), ofRun: true };
  if (run?.status === 'cancelled') return { status: 'cancelled' };
  return problem === undefined ? { status: 'idle' } : { status: 'failed', message: problem, ofRun: false };
}

/** What a stopped run had found says itself that it is not whole. */
function cancelled(report: Report | undefined): Report | undefined {
  return report === undefined ? undefined : { ...report, status: 'cancelled' };
}
