import path from 'node:path';
import * as vscode from 'vscode';
import type { DocumentJob } from '../documents/document-job';
import { formatSeconds, subscript, withError } from '../../wording/format-number';
import type { Services } from '../services';
import { earlierThings, type Earlier } from './earlier';
import { identityOf, titleOf } from './identity';
import { FAILED, rowColour } from './row-colours';
import { isUnderWay, type Run } from './run-queue';
import { keyOf } from '../documents/document-request';

/** A line of the view: an analysis or a job of this window, or something from before. */
export type RunsElement =
  { readonly run: Run } | { readonly job: DocumentJob } | { readonly earlier: Earlier };

const ICONS: Readonly<Record<Run['status'] | 'idle', string>> = {
  idle: 'history',
  queued: 'clock',
  running: 'sync~spin',
  finished: 'pass',
  failed: 'error',
  cancelled: 'circle-slash',
};

/** Functions, for the words may be translated, which is known only once the extension runs. */
const STATUS: Readonly<Record<Run['status'] | 'idle', () => string>> = {
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
export class RunsView implements vscode.TreeDataProvider<RunsElement>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<RunsElement | undefined>();
  private readonly elements = new Map<Run | DocumentJob, RunsElement>();
  private readonly stop: readonly (() => void)[];
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly services: Services) {
    const { queue, documents } = services;
    this.stop = [
      // A run that the tree has not shown yet changes the list, any other only its own line.
      queue.onChange((run) => this.changed.fire(this.elements.get(run))),
      documents.onChange((job) => this.changed.fire(this.elements.get(job))),
    ];
  }

  async getChildren(element?: RunsElement): Promise<RunsElement[]> {
    if (element !== undefined) return [];
    const { queue, documents, kept, context } = this.services;
    const jobs = documents.all.filter(({ state }) => state.status !== 'idle');
    const own = [
      ...[...jobs].reverse().map((job) => this.elementOf(job, { job })),
      ...[...queue.runs].reverse().map((run) => this.elementOf(run, { run })),
    ];
    const runs = new Set(queue.runs.map(({ identity }) => identity));
    const keys = new Set(jobs.map(({ request }) => keyOf(request)));
    const earlier = await earlierThings({
      storage: context.globalStorageUri.fsPath,
      kept,
      findFiles: historiesOfWorkspace,
      isOurs: (file) => vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) !== undefined,
    });
    const others = earlier.filter((each) =>
      each.kind === 'report'
        ? !runs.has(identityOf(each.entry.request))
        : !keys.has(each.kind === 'kept' ? each.entry.key : keyOf(each.opened.request)),
    );
    return [...own, ...others.map((each) => ({ earlier: each }))];
  }

  getTreeItem(element: RunsElement): vscode.TreeItem {
    const item =
      'run' in element
        ? itemOfRun(element.run)
        : 'job' in element
          ? itemOfJob(element.job)
          : itemOfEarlier(element.earlier);
    item.command = {
      command: 'landscape.showPanel',
      title: vscode.l10n.t('Show Panel'),
      arguments: [element],
    };
    return item;
  }

  dispose(): void {
    for (const stop of this.stop) stop();
    this.changed.dispose();
  }

  /** The tree knows its lines by identity. */
  private elementOf(of: Run | DocumentJob, made: RunsElement): RunsElement {
    const known = this.elements.get(of) ?? made;
    this.elements.set(of, known);
    return known;
  }
}

async function historiesOfWorkspace(): Promise<string[]> {
  const excluded = '**/{node_modules,.git,.venv,site-packages}/**';
  const found = await vscode.workspace.findFiles('**/{history,report}.json', excluded, 2000);
  return found.map((uri) => uri.fsPath);
}

function itemOfRun(run: Run): vscode.TreeItem {
  const item = row(titleOf(run.request), describe(run), run.status, `run/${run.id}`);
  item.tooltip = run.error === undefined ? run.request.checkpoint : run.error.message;
  item.contextValue = isUnderWay(run) ? 'job' : 'report';
  return item;
}

function itemOfJob(job: DocumentJob): vscode.TreeItem {
  const { status, error, progress } = job.state;
  const text =
    status === 'running' && progress
      ? progressWords(progress)
      : (error ?? (job.state.document?.status === 'diverged' ? vscode.l10n.t('diverged') : STATUS[status]()));
  const item = row(job.title, text, status, `job/${keyOf(job.request)}`);
  item.tooltip = error ?? job.title;
  item.contextValue = job.isRunning ? 'job' : 'document';
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

function row(
  title: string,
  description: string,
  status: Run['status'] | 'idle',
  id: string,
): vscode.TreeItem {
  const item = new vscode.TreeItem(title);
  item.id = id;
  item.description = description;
  const failed = status === 'failed';
  item.iconPath = new vscode.ThemeIcon(ICONS[status], failed ? new vscode.ThemeColor(FAILED) : undefined);
  if (failed) item.resourceUri = rowColour(id);
  item.accessibilityInformation = { label: `${title}, ${description}` };
  return item;
}

function describe(run: Run): string {
  if (run.status === 'running') return progressText(run);
  if (run.status === 'failed') return run.error?.message ?? STATUS.failed();
  if (run.status !== 'finished') return STATUS[run.status]();
  const largest = run.report?.kind === 'analysis' ? run.report.spectrum.largest[0] : undefined;
  return largest === undefined
    ? STATUS.finished()
    : `λ${subscript(1)} = ${withError(largest.value, largest.errorBound)}`;
}

/** Where a run stands, in a few words: `trace, 43 %, 12 s left`. */
export function progressText({ progress }: Run): string {
  return progress === undefined ? vscode.l10n.t('starting') : progressWords(progress);
}

function progressWords({ stage, fraction, remainingSeconds }: NonNullable<Run['progress']>): string {
  const parts = [stage, `${Math.floor(fraction * 100)} %`];
  if (remainingSeconds !== undefined)
    parts.push(vscode.l10n.t('{0} left', formatSeconds(Math.ceil(remainingSeconds))));
  return parts.join(', ');
}
