import * as vscode from 'vscode';
import { formatSeconds, subscript, withError } from '../../shared/format-number';
import type { Services } from '../services';
import type { RunElement } from '../commands/targets';
import { titleOf } from './identity';
import { isUnderWay, type Run } from './run-queue';

const ICONS: Readonly<Record<Run['status'], string>> = {
  queued: 'clock',
  running: 'sync~spin',
  finished: 'pass',
  failed: 'error',
  cancelled: 'circle-slash',
};

/** Functions, for the words may be translated, which is known only once the extension runs. */
const STATUS: Readonly<Record<Run['status'], () => string>> = {
  queued: () => vscode.l10n.t('queued'),
  running: () => vscode.l10n.t('running'),
  finished: () => vscode.l10n.t('finished'),
  failed: () => vscode.l10n.t('failed'),
  cancelled: () => vscode.l10n.t('cancelled'),
};

/** The tree of this window's runs: what waits, what runs, what is done; newest on top. */
export class RunsView implements vscode.TreeDataProvider<RunElement>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<RunElement | undefined>();
  private readonly elements = new Map<Run, RunElement>();
  private readonly stop: () => void;
  private readonly runs: () => readonly Run[];
  readonly onDidChangeTreeData = this.changed.event;

  constructor({ queue }: Services) {
    this.runs = () => queue.runs;
    // A run that the tree has not shown yet changes the list, any other only its own line.
    this.stop = queue.onChange((run) => this.changed.fire(this.elements.get(run)));
  }

  getChildren(element?: RunElement): RunElement[] {
    if (element !== undefined) return [];
    return [...this.runs()].reverse().map((run) => {
      const known = this.elements.get(run) ?? { run };
      this.elements.set(run, known);
      return known;
    });
  }

  getTreeItem(element: RunElement): vscode.TreeItem {
    const { run } = element;
    const item = new vscode.TreeItem(titleOf(run.request));
    item.id = String(run.id);
    item.description = describe(run);
    item.tooltip = run.error === undefined ? run.request.checkpoint : run.error.message;
    item.iconPath = new vscode.ThemeIcon(ICONS[run.status]);
    item.contextValue = isUnderWay(run) ? 'job' : 'report';
    item.accessibilityInformation = { label: `${titleOf(run.request)}, ${describe(run)}` };
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
  if (progress === undefined) return vscode.l10n.t('starting');
  const left = progress.remainingSeconds;
  const parts = [progress.stage, `${Math.floor(progress.fraction * 100)} %`];
  if (left !== undefined) parts.push(vscode.l10n.t('{0} left', formatSeconds(Math.ceil(left))));
  return parts.join(', ');
}
