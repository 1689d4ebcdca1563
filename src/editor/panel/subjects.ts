import path from 'node:path';
import * as vscode from 'vscode';
import type { CheckpointSummary } from '../../contract/engine-protocol';
import type { PanelMessage } from '../../contract/panel-protocol';
import type { Report } from '../../contract/report';
import { begin } from '../commands/begin';
import { identityOf, titleOf, titleOfPaths } from '../runs/identity';
import { isQuickOf, quickForms, restText } from '../runs/quick';
import type { Services } from '../services';
import { changedSince } from '../store/file-records';
import { hashIn } from '../store/hash-in';
import {
  filesOf,
  otherOf,
  type AnyRequest,
  type ReportStore,
  type StoredReport,
} from '../store/report-store';
import { staleness } from '../store/staleness';
import { checkpointsOf, type About } from './about';
import { exportFile } from './export-file';
import type { StoredFacts, Subject } from './live-view';
import { INCLUDE_PENALTIES, MEASURE_REST, SCALE_INPUTS } from './panel-state';
import { openSource } from './open-source';
import { restoreText } from './restore';

type Wish = Exclude<PanelMessage, { type: 'ready' | 'cancel' | 'error' }>;

/** The subject of a panel: the runs and the stored report of a request, or a report file. */
export function subjectOf(services: Services, about: About): Subject {
  return typeof about === 'string' ? fileSubject(services, about) : requestSubject(services, about);
}

function requestSubject(services: Services, request: AnyRequest): Subject {
  const { store, queue, panels, requests } = services;
  const identity = identityOf(request);
  return {
    view: 'report',
    title: titleOf(request),
    restore: restoreText(request),
    settable: true,
    matches: (run) => run.identity === identity,
    async load() {
      const stored = (await store.stored(request)) ?? (await firstFigures(store, request));
      if (stored === undefined) return EMPTY;
      await verify(services, request);
      return {
        ...EMPTY,
        stored: stored.report,
        stale: await stale(services, stored, request.checkpoint),
        rest: restOf(stored, request),
      };
    },
    async handle(wish) {
      const accepted = settingsAccepted(wish);
      if (wish.type === 'analyze') queue.add(request);
      else if (wish.type === 'rerun') {
        // Settings may have been changed since; a new measurement goes by the present ones.
        const now = (await requests.current(request.checkpoint, otherOf(request))) ?? request;
        queue.add(now);
        if (identityOf(now) !== identity) panels.show(now);
      } else if (wish.type === 'chooseData') {
        const chosen = await requests.choose(request.checkpoint, otherOf(request));
        if (chosen === undefined) return;
        queue.add(chosen);
        panels.show(chosen);
      } else if (isAccepting(wish, MEASURE_REST)) queue.add(request, { whole: true });
      else if (accepted) {
        const now = await noted(services, request, accepted);
        queue.add(now);
        panels.show(now);
      } else if (wish.type === 'swap' && 'other' in request) {
        await begin(services, { ...request, checkpoint: request.other, other: request.checkpoint }, true);
      } else if (wish.type === 'rescale') await rescale(request.checkpoint);
      else await common(services, request.checkpoint, wish);
    },
  };
}

function fileSubject(services: Services, file: string): Subject {
  return {
    view: 'report',
    title: path.basename(file),
    restore: restoreText(file),
    settable: false,
    matches: () => false,
    load: async () => ({ ...EMPTY, stored: await reportIn(file) }),
    async handle(wish) {
      if (wish.type === 'analyze' || wish.type === 'rerun' || wish.type === 'swap') {
        const [checkpoint, other] = await checkpointsOf(file);
        const [first, second] = wish.type === 'swap' ? [other, checkpoint] : [checkpoint, other];
        if (first === undefined) return;
        const request = await services.requests.make(first, second);
        if (request === undefined) return;
        services.queue.add(request);
        services.panels.show(request);
      } else if (wish.type === 'rescale') {
        const [checkpoint] = await checkpointsOf(file);
        await rescale(checkpoint);
      } else await common(services, file, wish);
    },
  };
}

/** A copy of what lies elsewhere: what it is called, and the file on disk whose settings hold for it. */
interface Copied {
  readonly title: string;
  readonly settingsOf: string;
}

/** The subject of the read-only editor of a checkpoint: its architecture, and the newest analysis of it. */
export function checkpointSubject(services: Services, checkpoint: string, copied?: Copied): Subject {
  const { store, queue, requests } = services;
  const describe = describer(services, checkpoint);
  const settled = copied?.settingsOf ?? checkpoint;
  return {
    view: 'checkpoint',
    title: copied?.title ?? titleOfPaths(checkpoint, undefined),
    restore: undefined,
    settable: copied === undefined,
    matches: (run) => run.request.checkpoint === checkpoint && otherOf(run.request) === undefined,
    async load() {
      const summary = await describe();
      const stored = await store.latest(checkpoint);
      if (stored === undefined) return { ...EMPTY, summary };
      const whole = await requests.current(settled).catch(() => undefined);
      return {
        ...EMPTY,
        summary,
        stored: stored.report,
        stale: await stale(services, stored, checkpoint),
        rest: whole && restOf(stored, whole),
      };
    },
    async handle(wish) {
      const accepted = settingsAccepted(wish);
      if (wish.type === 'analyze' || wish.type === 'rerun' || wish.type === 'chooseData') {
        const choose = wish.type === 'chooseData';
        const request = await (choose ? requests.choose(settled) : requests.make(settled));
        if (request !== undefined) queue.add({ ...request, checkpoint });
      } else if (isAccepting(wish, MEASURE_REST) || accepted) {
        const request = await requests.make(settled);
        if (request === undefined) return;
        if (accepted) queue.add({ ...(await noted(services, request, accepted)), checkpoint });
        else queue.add({ ...request, checkpoint }, { whole: true });
      } else if (wish.type === 'rescale') await rescale(checkpoint);
      else await common(services, checkpoint, wish);
    },
  };
}

/** The subject of an editor of something that could not be read: why. */
export function unreadableSubject(title: string, problem: string): Subject {
  return {
    view: 'checkpoint',
    title,
    restore: undefined,
    settable: false,
    matches: () => false,
    load: () => Promise.resolve({ ...EMPTY, problem }),
    handle: () => Promise.resolve(),
  };
}

/** Shows beside which measures a rescaling of its layers moves. */
async function rescale(checkpoint: string): Promise<void> {
  await vscode.commands.executeCommand('landscape.rescale', { checkpoint });
}

/** Describes a checkpoint once for each state of its files: a view comes and goes more often than that changes. */
function describer({ engine }: Services, checkpoint: string): () => Promise<CheckpointSummary> {
  let last: CheckpointSummary | undefined;
  return async () => {
    if (last !== undefined && (await changedSince(last.files)) === undefined) return last;
    const what = `reading ${path.basename(checkpoint)}`;
    return (last = await engine.request('describe', { checkpoint }, { what }));
  };
}

async function reportIn(file: string): Promise<Report> {
  const { readReport } = await import('../store/read-report');
  return readReport(file);
}

const EMPTY: StoredFacts = {
  ...{ stored: undefined, stale: [], summary: undefined, problem: undefined, rest: undefined },
};

const isAccepting = (wish: Wish, id: string): boolean => wish.type === 'accept' && wish.id === id;

/** The settings that a suggestion stands for, by their dotted keys, where one is accepted. */
const settingsAccepted = (wish: Wish): Readonly<Record<string, string>> | undefined =>
  isAccepting(wish, SCALE_INPUTS)
    ? { 'input.scale': '1/255' }
    : isAccepting(wish, INCLUDE_PENALTIES)
      ? { penalties: 'included' }
      : undefined;

/** Notes these settings, and the request that holds then. */
async function noted(
  { requests }: Services,
  request: AnyRequest,
  settings: Readonly<Record<string, string>>,
): Promise<AnyRequest> {
  const { noteSettings } = await import('../first-use/note-settings');
  await noteSettings(request.checkpoint, request.data, settings);
  return (await requests.current(request.checkpoint, otherOf(request))) ?? request;
}

/** First figures, where the whole of a request has not been measured. */
async function firstFigures(store: ReportStore, request: AnyRequest): Promise<StoredReport | undefined> {
  for (const quick of quickForms(request)) {
    const stored = await store.stored(quick);
    if (stored !== undefined) return stored;
  }
  return undefined;
}

const restOf = ({ request }: StoredReport, whole: AnyRequest): string | undefined =>
  request !== undefined && isQuickOf(request, whole) ? restText(whole) : undefined;

/** Wishes that any view may have; exports are offered beside `file`. */
async function common({ context }: Services, file: string, wish: Wish): Promise<void> {
  if (wish.type === 'export') await exportFile(wish, path.dirname(file), context.extensionPath);
  else if (wish.type === 'openSource') await openSource(wish.file, wish.line);
}

/** {@link staleness} against what holds now. A mistake in `landscape.json` is told when something is run. */
async function stale(services: Services, stored: StoredReport, checkpoint: string): Promise<string[]> {
  const { requests, store } = services;
  const other = stored.request && otherOf(stored.request);
  const standing = await requests.standing(checkpoint, other).catch(() => undefined);
  return staleness(stored, checkpoint, store.records, standing);
}

/** A file under a new date may have the same content: hashing it tells, where we may read. */
async function verify(services: Services, request: AnyRequest): Promise<void> {
  for (const file of filesOf(request)) {
    await services.store.hashOf(request, file, hashIn(services)).catch(() => undefined);
  }
}
