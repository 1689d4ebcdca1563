import path from 'node:path';
import * as vscode from 'vscode';
import { formatSeconds, subscript, withError } from '../../wording/format-number';
import { documentKey } from '../documents/document-request';
import { taskRow } from '../elsewhere/task-row';
import type { Services } from '../services';
import { earlierThings, type Earlier } from './earlier';
import {
  isDocumentJob,
  isReportJob,
  isUnderWay,
  isWatch,
  keyOf,
  titleOf,
  type Job,
  type JobStatus,
} from './job';
import { quickForms } from './quick';
import { FAILED, rowColour } from './row-colours';

/** A line of the view: a job of this window, one of its tasks elsewhere by its place, or something from before. */
export type JobsElement = { readonly job: Job; readonly task?: number } | { readonly earlier: Earlier };

const ICONS: Readonly<Record<JobStatus, string>> = {
  idle: 'history',
  queued: 'clock',
  running: 'sync~spin',
  finished: 'pass',
  failed: 'error',
  cancelled: 'circle-slash',
};

/** Functions, for the words may be translated, which is known only once the extension runs. */
const STATUS: Readonly<Record<JobStatus, () => string>> = {
  idle: () => '',
  queued: () => vscode.l10n.t('queued'),
  running: () => vscode.l10n.t('running'),
  finished: () => vscode.l10n.t('finished'),
  failed: () => vscode.l10n.t('failed'),
  cancelled: () => vscode.l10n.t('cancelled'),
};

/**
 * The tree of what was asked for in this window, newest on top, and below it of what was measured, compared and trained
 * before: a reload loses nothing.
 */
export class JobsView implements vscode.TreeDataProvider<JobsElement>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<JobsElement | undefined>();
  /** The tree knows its lines by identity. */
  private readonly elements = new WeakMap<Job, JobsElement>();
  private readonly stop: () => void;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly services: Services) {
    // A job that the tree has not shown yet changes the list, any other only its own line.
    this.stop = services.queue.onChange((job) => this.changed.fire(this.elements.get(job)));
  }

  async getChildren(element?: JobsElement): Promise<JobsElement[]> {
    if (element !== undefined) return tasksOf(element);
    const { queue, kept, context } = this.services;
    const jobs = queue.all.filter(({ status }) => status !== 'idle');
    const keys = new Set(jobs.flatMap(keysOf));
    const earlier = await earlierThings({
      storage: context.globalStorageUri.fsPath,
      kept,
      findFiles: historiesOfWorkspace,
      isOurs: (file) => vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) !== undefined,
    });
    const others = earlier.filter((each) => !keys.has(keyOfEarlier(each)));
    return [
      ...jobs.reverse().map((job) => this.elementOf(job)),
      ...others.map((each) => ({ earlier: each })),
    ];
  }

  getTreeItem(element: JobsElement): vscode.TreeItem {
    const item = itemOf(element);
    item.command = {
      command: 'landscape.showPanel',
      title: vscode.l10n.t('Show Panel'),
      arguments: [element],
    };
    return item;
  }

  dispose(): void {
    this.stop();
    this.changed.dispose();
  }

  private elementOf(job: Job): JobsElement {
    const element = this.elements.get(job) ?? { job };
    this.elements.set(job, element);
    return element;
  }
}

/** The tasks of a job that others do; what becomes of those of a cancelled one is not followed. */
const tasksOf = (element: JobsElement): JobsElement[] =>
  'job' in element && element.task === undefined && element.job.status !== 'cancelled'
    ? (element.job.progress?.elsewhere?.tasks ?? []).map((_, task) => ({ job: element.job, task }))
    : [];

function itemOf(element: JobsElement): vscode.TreeItem {
  if (!('job' in element)) return itemOfEarlier(element.earlier);
  const { job, task } = element;
  const state = task === undefined ? undefined : job.progress?.elsewhere?.tasks[task];
  return state ? taskRow(state, `job/${job.id}/${task}`) : itemOfJob(job);
}

/** What a job has stored under: its own key, or that of the first figures that stand for it. */
const keysOf = (job: Job): string[] => [
  job.key,
  ...(isReportJob(job) ? quickForms(job.asked).map(keyOf) : []),
];

function keyOfEarlier(earlier: Earlier): string {
  if (earlier.kind === 'report') return keyOf(earlier.entry.request);
  return earlier.kind === 'kept' ? earlier.entry.key : documentKey(earlier.opened.request);
}

async function historiesOfWorkspace(): Promise<string[]> {
  const excluded = '**/{node_modules,.git,.venv,site-packages}/**';
  const found = await vscode.workspace.findFiles('**/{history,report}.json', excluded, 2000);
  return found.map((uri) => uri.fsPath);
}

function itemOfJob(job: Job): vscode.TreeItem {
  const item = row(titleOf(job.asked), describe(job), job.status, `job/${job.id}`);
  // What waits for hours does not turn.
  if (isWatch(job) && job.status === 'running') item.iconPath = new vscode.ThemeIcon('eye');
  item.tooltip = job.error?.message ?? (isReportJob(job) ? job.asked.checkpoint : job.asked.title);
  // From its first line on: one that has none below it at first stays folded.
  if (isDocumentJob(job) && job.asked.on !== undefined && !['finished', 'cancelled'].includes(job.status))
    item.collapsibleState = vscode.TreeItemCollapsibleState.Expanded;
  item.contextValue = isUnderWay(job) ? 'job' : isReportJob(job) ? 'report' : 'document';
  return item;
}

function itemOfEarlier(earlier: Earlier): vscode.TreeItem {
  const [title, place, status] =
    earlier.kind === 'report'
      ? [titleOf(earlier.entry.request), earlier.entry.request.checkpoint, 'complete']
      : earlier.kind === 'kept'
        ? [earlier.entry.title, '', earlier.entry.status]
        : [earlier.opened.title, earlier.file, earlier.opened.document.status];
  const when = new Date(earlier.when).toLocaleString();
  const words =
    status === 'complete' ? when : `${status === 'running' ? vscode.l10n.t('incomplete') : status}, ${when}`;
  const item = row(title, words, 'idle', `earlier/${earlier.kind}/${place}/${earlier.when}`);
  item.iconPath = new vscode.ThemeIcon(earlier.kind === 'report' ? 'graph-scatter' : 'history');
  item.tooltip = place === '' ? title : path.normalize(place);
  item.contextValue = earlier.kind === 'report' ? 'report' : 'document';
  return item;
}

function row(title: string, description: string, status: JobStatus, id: string): vscode.TreeItem {
  const item = new vscode.TreeItem(title);
  item.id = id;
  item.description = description;
  const failed = status === 'failed';
  item.iconPath = new vscode.ThemeIcon(ICONS[status], failed ? new vscode.ThemeColor(FAILED) : undefined);
  if (failed) item.resourceUri = rowColour(id);
  item.accessibilityInformation = { label: `${title}, ${description}` };
  return item;
}

function describe(job: Job): string {
  if (job.status === 'running') return progressText(job);
  if (job.status === 'failed') return job.error?.message ?? STATUS.failed();
  if (isDocumentJob(job) && job.found?.status === 'diverged') return vscode.l10n.t('diverged');
  if (job.status === 'finished' && job.found?.status === 'incomplete') return vscode.l10n.t('incomplete');
  const largest = job.found?.kind === 'analysis' ? job.found.spectrum.largest[0] : undefined;
  return job.status !== 'finished' || largest === undefined
    ? STATUS[job.status]()
    : `λ${subscript(1)} = ${withError(largest.value, largest.errorBound)}`;
}

/** Where a job stands, in a few words: `trace, 43 %, 12 s left`. */
export function progressText(job: Job): string {
  const { progress } = job;
  if (progress === undefined) return vscode.l10n.t('starting');
  const { stage, fraction, remainingSeconds } = progress;
  if (isWatch(job) && fraction === 0) return stage;
  const parts = [stage, `${Math.floor(fraction * 100)} %`];
  if (remainingSeconds !== undefined)
    parts.push(vscode.l10n.t('{0} left', formatSeconds(Math.ceil(remainingSeconds))));
  return parts.join(', ');
}
