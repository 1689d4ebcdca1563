import * as vscode from 'vscode';
import { isReportJob, titleOfPaths } from '../../jobs/job';
import type { Services } from '../../services';
import { otherOf } from '../../store/report-store';
import { NOTHING, type Subject } from '../live-view';
import { afterAnalysis } from '../next-steps';
import { MEASURE_REST } from '../panel-state';
import {
  common,
  isAccepting,
  isChoosingData,
  isStep,
  noted,
  partAccepted,
  restOfStored,
  settingsAccepted,
  stale,
} from './common';

/** A copy of what lies elsewhere: what it is called, and the file on disk whose settings hold for it. */
export interface Copied {
  readonly title: string;
  readonly settingsOf: string;
}

/** The subject of the read-only editor of a checkpoint: its architecture, and the newest analysis of it. */
export function checkpointSubject(services: Services, checkpoint: string, copied?: Copied): Subject {
  const { store, queue, requests, summaries } = services;
  const settled = copied?.settingsOf ?? checkpoint;
  return {
    view: 'checkpoint',
    title: copied?.title ?? titleOfPaths(checkpoint, undefined),
    about: undefined,
    settable: copied === undefined,
    matches: (job) =>
      isReportJob(job) && job.asked.checkpoint === checkpoint && otherOf(job.asked) === undefined,
    async load() {
      const summary = await summaries.of(checkpoint);
      const stored = await store.latest(checkpoint);
      if (stored === undefined) return { ...NOTHING, summary };
      const whole = await requests.current(settled).catch(() => undefined);
      return {
        ...NOTHING,
        summary,
        stored: stored.report,
        stale: await stale(services, stored, checkpoint),
        rest: whole && restOfStored(stored, whole),
        next: copied ? [] : await afterAnalysis(services.checkpoints, checkpoint, stored.report),
      };
    },
    async handle(wish) {
      const accepted = settingsAccepted(wish);
      const choose = isChoosingData(wish);
      if (wish.type === 'analyze' || wish.type === 'rerun' || choose) {
        const request = await (choose ? requests.choose(settled) : requests.make(settled));
        if (request !== undefined) queue.add({ ...request, checkpoint });
      } else if (isAccepting(wish, MEASURE_REST) || isStep(wish) || accepted) {
        const request = await requests.make(settled);
        if (request === undefined) return;
        if (accepted) queue.add({ ...(await noted(services, request, accepted)), checkpoint });
        else {
          const own = { ...request, checkpoint };
          const instead = partAccepted(wish, own, await store.latest(checkpoint));
          queue.add(own, instead ? { instead } : { whole: true });
        }
      } else if (wish.type === 'compareWithHead')
        await vscode.commands.executeCommand('landscape.compareWithHead', { checkpoint: settled });
      else await common(services, wish.type === 'openSettings' ? settled : checkpoint, wish);
    },
  };
}

/** The subject of an editor of something that could not be read: why. */
export function unreadableSubject(title: string, problem: string): Subject {
  return {
    view: 'checkpoint',
    title,
    about: undefined,
    settable: false,
    matches: () => false,
    load: () => Promise.resolve({ ...NOTHING, problem }),
    handle: () => Promise.resolve(),
  };
}
