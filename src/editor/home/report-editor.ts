import * as vscode from 'vscode';
import { messageOf, UserError } from '../../core/errors';
import { livePanel } from '../panel/live-panel';
import type { Subject } from '../panel/live-view';
import { unreadableSubject } from '../panel/subjects/checkpoint';
import { subjectOf } from '../panel/subjects/subject-of';
import type { Services } from '../services';

export const REPORT_EDITOR = 'landscape.report';

/** Read-only editor of a file that holds a report, a history of training, a comparison or an experiment. */
export class ReportEditor implements vscode.CustomReadonlyEditorProvider {
  constructor(private readonly services: Services) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    livePanel(this.services, panel, await this.subjectOf(uri));
  }

  /** A page that says why takes the place of what cannot be read. */
  private async subjectOf(uri: vscode.Uri): Promise<Subject> {
    try {
      if (uri.scheme !== 'file')
        throw new UserError(vscode.l10n.t('{0} is not a file of this machine.', uri.toString()));
      const { readDocument } = await import('../documents/read-document');
      const opened = await readDocument(uri.fsPath);
      if (opened === undefined) return subjectOf(this.services, uri.fsPath);
      const { document, ...asked } = opened;
      this.services.queue.open(asked, document);
      return subjectOf(this.services, asked);
    } catch (error) {
      return unreadableSubject(vscode.workspace.asRelativePath(uri), messageOf(error));
    }
  }
}
