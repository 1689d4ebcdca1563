import * as vscode from 'vscode';
import { UserError } from '../shared/errors';
import { LiveView } from './panel/live-view';
import { checkpointSubject } from './panel/subjects';
import { loadPage } from './panel/webview-page';
import type { Services } from './services';

/** Read-only editor of a checkpoint: architecture, parameters, and the stored report or a button that makes one. */
export class CheckpointEditor implements vscode.CustomReadonlyEditorProvider {
  constructor(private readonly services: Services) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    if (uri.scheme !== 'file') {
      throw new UserError(
        vscode.l10n.t('{0} is not on disk ({1}:), where Landscape reads checkpoints.', uri.path, uri.scheme),
      );
    }
    return { uri, dispose: () => undefined };
  }

  resolveCustomEditor(document: vscode.CustomDocument, panel: vscode.WebviewPanel): void {
    const { uri } = document;
    const subject = checkpointSubject(this.services, uri.fsPath);
    const view = new LiveView(this.services, panel.webview, subject);
    // The file may lie outside the workspace, where nobody else watches, and its weights beside it.
    const beside = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*');
    const watcher = vscode.workspace.createFileSystemWatcher(beside);
    watcher.onDidChange(() => panel.visible && void view.reload());
    watcher.onDidCreate(() => panel.visible && void view.reload());
    panel.onDidChangeViewState(() => panel.visible && void view.reload());
    panel.onDidDispose(() => {
      watcher.dispose();
      view.dispose();
    });
    loadPage(panel.webview, this.services.context.extensionUri, subject.title);
  }
}
