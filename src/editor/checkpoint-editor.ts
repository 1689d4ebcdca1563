import path from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../core/errors';
import { isCheckpointName } from '../contract/checkpoint-names';
import { copyOf, type Copy } from './copy-of';
import { titleOfPaths } from './jobs/job';
import { livePanel } from './panel/live-panel';
import type { Subject } from './panel/live-view';
import { type Copied, checkpointSubject, unreadableSubject } from './panel/subjects/checkpoint';
import { contentsSubject } from './panel/subjects/contents';
import type { Services } from './services';

/** Larger files are not copied from elsewhere to be looked at. */
const MOST_BYTES = 2e9;

/** A checkpoint under a URI: on disk as it is, or a copy of what lies elsewhere, or why there is none. */
interface CheckpointDocument extends vscode.CustomDocument {
  readonly copy?: Copy;
  readonly problem?: string;
}

/**
 * Read-only editor of a checkpoint: architecture, parameters, and the stored report or a button that makes one. It is
 * asked for either side of a diff, too, so what cannot be read is said on its page and never thrown.
 */
export class CheckpointEditor implements vscode.CustomReadonlyEditorProvider<CheckpointDocument> {
  constructor(private readonly services: Services) {}

  async openCustomDocument(uri: vscode.Uri): Promise<CheckpointDocument> {
    if (uri.scheme === 'file') return { uri, dispose: () => undefined };
    try {
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size > MOST_BYTES) throw new Error(vscode.l10n.t('it is too large to be copied'));
      const bytes = await vscode.workspace.fs.readFile(uri);
      const folder = path.join(this.services.context.globalStorageUri.fsPath, 'copies');
      const copy = await copyOf({ uri: uri.toString(), name: path.posix.basename(uri.path) }, bytes, folder);
      return { uri, copy, dispose: () => void copy.remove().catch(() => undefined) };
    } catch (error) {
      const problem = vscode.l10n.t(
        '{0} could not be read from {1}: {2}',
        path.posix.basename(uri.path),
        uri.scheme,
        messageOf(error),
      );
      return { uri, problem, dispose: () => undefined };
    }
  }

  resolveCustomEditor(document: CheckpointDocument, panel: vscode.WebviewPanel): void {
    const view = livePanel(this.services, panel, this.subjectOf(document));
    const watcher = document.uri.scheme === 'file' ? watchBeside(document.uri) : undefined;
    watcher?.onDidChange(() => panel.visible && void view.reload());
    watcher?.onDidCreate(() => panel.visible && void view.reload());
    panel.onDidDispose(() => void watcher?.dispose());
  }

  private subjectOf({ uri, copy, problem }: CheckpointDocument): Subject {
    if (uri.scheme === 'file') return this.subjectOfFile(uri.fsPath);
    const title = `${titleOfPaths(uri.path, undefined)} (${uri.scheme})`;
    return copy === undefined
      ? unreadableSubject(title, problem ?? '')
      : // Its data are those of the file of that path on disk.
        this.subjectOfFile(copy.path, {
          title,
          settingsOf: vscode.Uri.file(uri.path).fsPath,
          scheme: uri.scheme,
        });
  }

  /** A file that holds its network is told by that, others by what is in them. */
  private subjectOfFile(file: string, copied?: Copied): Subject {
    return (isCheckpointName(file) ? checkpointSubject : contentsSubject)(this.services, file, copied);
  }
}

/** The file may lie outside the workspace, where nobody else watches, and its weights beside it. */
const watchBeside = (uri: vscode.Uri) =>
  vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*'));
