import { begin } from '../../commands/begin';
import { keyOf, titleOf } from '../../jobs/job';
import { quickForms } from '../../jobs/quick';
import type { Services } from '../../services';
import { hashIn } from '../../store/hash-in';
import {
  filesOf,
  otherOf,
  type AnyRequest,
  type ReportStore,
  type StoredReport,
} from '../../store/report-store';
import { withCurveOf } from '../../store/with-curve';
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

/** The subject of a panel of a request: its jobs and its stored report. */
export function requestSubject(services: Services, request: AnyRequest): Subject {
  const { store, queue, panels, requests } = services;
  const key = keyOf(request);
  return {
    view: 'report',
    title: titleOf(request),
    about: request,
    settable: true,
    matches: (job) => job.key === key,
    async load() {
      const stored = (await store.stored(request)) ?? (await firstFigures(store, request));
      if (stored === undefined) return NOTHING;
      await verify(services, request);
      return {
        ...NOTHING,
        stored: stored.report,
        stale: await stale(services, stored, request.checkpoint),
        rest: restOfStored(stored, request),
        next: await afterAnalysis(services.checkpoints, request.checkpoint, stored.report),
      };
    },
    async handle(wish) {
      const accepted = settingsAccepted(wish);
      if (wish.type === 'analyze') queue.add(request);
      else if (wish.type === 'rerun') {
        // Settings may have been changed since; a new measurement goes by the present ones.
        const now =
          withCurveOf(request, await requests.current(request.checkpoint, otherOf(request))) ?? request;
        queue.add(now);
        if (keyOf(now) !== key) panels.show(now);
      } else if (isChoosingData(wish)) {
        const chosen = withCurveOf(request, await requests.choose(request.checkpoint, otherOf(request)));
        if (chosen === undefined) return;
        queue.add(chosen);
        panels.show(chosen);
      } else if (isAccepting(wish, MEASURE_REST)) queue.add(request, { whole: true });
      else if (isStep(wish))
        queue.add(request, { instead: partAccepted(wish, request, await firstFigures(store, request)) });
      else if (accepted) {
        const now = await noted(services, request, accepted);
        queue.add(now);
        panels.show(now);
      } else if (wish.type === 'swap' && 'other' in request) {
        await begin(services, { ...request, checkpoint: request.other, other: request.checkpoint }, true);
      } else await common(services, request.checkpoint, wish);
    },
  };
}

/** First figures, where the whole of a request has not been measured. */
async function firstFigures(store: ReportStore, request: AnyRequest): Promise<StoredReport | undefined> {
  for (const quick of quickForms(request)) {
    const stored = await store.stored(quick);
    if (stored !== undefined) return stored;
  }
  return undefined;
}

/** A file under a new date may have the same content: hashing it tells, where we may read. */
async function verify(services: Services, request: AnyRequest): Promise<void> {
  for (const file of filesOf(request)) {
    await services.store.hashOf(request, file, hashIn(services)).catch(() => undefined);
  }
}
