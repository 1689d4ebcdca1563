import * as vscode from 'vscode';
import { isMeasuredName } from '../../contract/checkpoint-names';
import { loadLabel } from '../loads/load-label';
import { stale } from '../panel/subjects/common';
import type { Services } from '../services';
import { whenMeasured } from '../store/when-measured';

/** A mark at files of checkpoints that have been measured, in a colour of warnings where their figures are out of date. */
export class MeasuredFiles implements vscode.FileDecorationProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri | vscode.Uri[] | undefined>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onDidChangeFileDecorations = this.changed.event;

  constructor(private readonly services: Services) {
    this.subscriptions = [...whenMeasured(services, () => this.changed.fire(undefined)), this.changed];
  }

  async provideFileDecoration(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined> {
    if (uri.scheme !== 'file' || !isMeasuredName(uri.path)) return undefined;
    const stored = await this.services.store.latest(uri.fsPath);
    if (stored === undefined) return undefined;
    const changes = await stale(this.services, stored, uri.fsPath);
    const isStale = changes.length > 0;
    return {
      badge: 'λ',
      tooltip: loadLabel(stored.report, isStale),
      ...(isStale ? { color: new vscode.ThemeColor('list.warningForeground') } : {}),
    };
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
