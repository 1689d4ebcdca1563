import path from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../core/errors';
import { isCheckpointName } from '../contract/checkpoint-names';
import type { CheckpointChange } from '../contract/change';
import { copyOf, type Copy } from './copy-of';
import { OpenStates } from './git/open-states';
import { stateName } from './git/state-name';
import { withChange } from './git/with-change';
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
  /** What a state from elsewhere is called. */
  readonly state?: string;
  readonly problem?: string;
}

/**
 * Read-only editor of a checkpoint: architecture, parameters, and the stored report or a button that makes one. It is
 * asked for either side of a diff, too, so what cannot be read is said on its page and never thrown.
 */
export class CheckpointEditor implements vscode.CustomReadonlyEditorProvider<CheckpointDocument> {
  private readonly states = new OpenStates();

  constructor(private readonly services: Services) {}

  async openCustomDocument(uri: vscode.Uri): Promise<CheckpointDocument> {
    if (uri.scheme === 'file') return { uri, dispose: () => undefined };
    try {
      const { size } = await vscode.workspace.fs.stat(uri);
      if (size > MOST_BYTES) throw new Error(vscode.l10n.t('it is too large to be copied'));
      const bytes = await vscode.workspace.fs.readFile(uri);
      const folder = path.join(this.services.context.globalStorageUri.fsPath, 'copies');
      const copy = await copyOf({ uri: uri.toString(), name: path.posix.basename(uri.path) }, bytes, folder);
      const state = await stateName(uri);
      return { uri, copy, state, dispose: () => void copy.remove().catch(() => undefined) };
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
    const { uri, copy, state: since } = document;
    const file = vscode.Uri.file(uri.path).fsPath;
    const view = livePanel(this.services, panel, this.subjectOf(document));
    // What git has stays; what it is held against does not.
    const watcher = ['file', 'git'].includes(uri.scheme) ? watchBeside(vscode.Uri.file(file)) : undefined;
    watcher?.onDidChange(() => panel.visible && void view.reload());
    watcher?.onDidCreate(() => panel.visible && void view.reload());
    const ended =
      uri.scheme === 'git' && copy && since
        ? this.states.add(file, { copy: copy.path, since })
        : this.states.onChange((changed) => changed === file && void view.reload());
    panel.onDidDispose(() => {
      watcher?.dispose();
      ended();
    });
  }

  private subjectOf({ uri, copy, state, problem }: CheckpointDocument): Subject {
    const file = vscode.Uri.file(uri.path).fsPath;
    if (uri.scheme === 'file') return withChange(this.subjectOfFile(file), () => this.changeOf(file, 'now'));
    const title = `${titleOfPaths(uri.path, undefined)} (${state ?? uri.scheme})`;
    if (copy === undefined) return unreadableSubject(title, problem ?? '');
    // Its data are those of the file of that path on disk.
    const subject = this.subjectOfFile(copy.path, { title, settingsOf: file });
    if (uri.scheme !== 'git') return subject;
    return withChange(subject, () => this.changeOf(file, 'before', { copy: copy.path, since: state ?? '' }));
  }

  /** What has changed of a file since the state that is open beside it, or since one of its own. */
  private async changeOf(
    file: string,
    side: CheckpointChange['side'],
    state = this.states.of(file),
  ): Promise<CheckpointChange | undefined> {
    if (state === undefined) return undefined;
    const { changeOf } = await import('./git/change-of');
    return changeOf(this.services, { committed: state.copy, file, since: state.since }, side);
  }

  /** A file that holds its network is told by that, others by what is in them. */
  private subjectOfFile(file: string, copied?: Copied): Subject {
    return (isCheckpointName(file) ? checkpointSubject : contentsSubject)(this.services, file, copied);
  }
}

/** The file may lie outside the workspace, where nobody else watches, and its weights beside it. */
const watchBeside = (uri: vscode.Uri) =>
  vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), '*'));
