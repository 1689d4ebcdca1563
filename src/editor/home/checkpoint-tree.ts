import path from 'node:path';
import * as vscode from 'vscode';
import { loadLabel } from '../loads/load-label';
import { stale } from '../panel/subjects/common';
import type { Services } from '../services';
import { whenMeasured } from '../store/when-measured';
import type { StoredReport } from '../store/report-store';

/** A line of the tree: a folder that holds checkpoints, or one of them. Commands know either by its field. */
export type HomeElement = { readonly folder: string } | { readonly checkpoint: string };

/** A folder's checkpoints that are listed; the newest ones of a run have the highest numbers. */
const MOST = 500;
/** Many jobs and files may change at once. */
const QUIET = 300;

/**
 * The checkpoints of the workspace by their folders, each with its newest figures and whether they are out of date. All of
 * it is on disk, so that a reload loses nothing; no checkpoint is read.
 */
export class CheckpointTree implements vscode.TreeDataProvider<HomeElement>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly services: Services) {
    const soon = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.changed.fire(), QUIET);
    };
    this.subscriptions = [...whenMeasured(services, soon), this.changed];
  }

  async getChildren(element?: HomeElement): Promise<HomeElement[]> {
    if (element !== undefined && 'checkpoint' in element) return [];
    const folders = await this.services.checkpoints.byFolder();
    if (element === undefined) return [...folders.keys()].map((folder) => ({ folder }));
    const files = folders.get(element.folder) ?? [];
    return files.slice(-MOST).map((checkpoint) => ({ checkpoint }));
  }

  async getTreeItem(element: HomeElement): Promise<vscode.TreeItem> {
    if ('folder' in element) {
      const files = (await this.services.checkpoints.byFolder()).get(element.folder) ?? [];
      return itemOfFolder(element.folder, files.length);
    }
    const { checkpoint } = element;
    const stored = await this.services.store.latest(checkpoint);
    const changes = stored === undefined ? [] : await stale(this.services, stored, checkpoint);
    return itemOf(checkpoint, stored, changes);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

function itemOfFolder(folder: string, count: number): vscode.TreeItem {
  const item = new vscode.TreeItem(
    vscode.workspace.asRelativePath(folder),
    vscode.TreeItemCollapsibleState.Collapsed,
  );
  item.id = folder;
  item.description = String(count);
  item.iconPath = vscode.ThemeIcon.Folder;
  item.tooltip = folder;
  item.contextValue = count > 1 ? 'run' : 'folder';
  return item;
}

function itemOf(
  checkpoint: string,
  stored: StoredReport | undefined,
  changes: readonly string[],
): vscode.TreeItem {
  const item = new vscode.TreeItem(path.basename(checkpoint));
  item.id = checkpoint;
  item.description = stored === undefined ? '' : loadLabel(stored.report, changes.length > 0);
  const icon = stored === undefined ? 'circle-outline' : changes.length > 0 ? 'warning' : 'graph-scatter';
  item.iconPath = new vscode.ThemeIcon(icon);
  item.tooltip = [
    checkpoint,
    ...(stored === undefined ? [vscode.l10n.t('Not analyzed yet.')] : changes),
  ].join('\n');
  item.contextValue = stored === undefined ? 'checkpoint' : 'measured';
  item.command =
    stored === undefined
      ? {
          command: 'vscode.open',
          title: vscode.l10n.t('Open'),
          arguments: [vscode.Uri.file(checkpoint)],
        }
      : { command: 'landscape.showPanel', title: vscode.l10n.t('Show Panel'), arguments: [{ checkpoint }] };
  return item;
}
