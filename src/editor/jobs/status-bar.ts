import * as vscode from 'vscode';
import type { Services } from '../services';
import { isDocumentJob, isReportJob, isWatch, titleOf, type Job } from './job';
import { progressText } from './jobs-view';

/** An item each for reports and for documents while any is made: what, how far, how many more. A click opens its panel. */
export function createStatusBar({ queue }: Services): vscode.Disposable {
  const reports = itemFor('landscape.status', 'Landscape', 'landscape.showPanel');
  const documents = itemFor('landscape.documents', 'Landscape runs', 'landscape.showDocument');
  let isBusy = false;
  const stop = queue.onChange(() => {
    const { underWay } = queue;
    if (underWay.length > 0 !== isBusy) {
      isBusy = !isBusy;
      void vscode.commands.executeCommand('setContext', 'landscape.running', isBusy);
    }
    show(reports, underWay.filter(isReportJob));
    show(documents, underWay.filter(isDocumentJob));
  });
  return vscode.Disposable.from({ dispose: stop }, reports, documents);
}

function itemFor(id: string, name: string, command: string): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left);
  const tooltip = new vscode.MarkdownString();
  tooltip.isTrusted = { enabledCommands: ['landscape.cancel'] };
  tooltip.appendText(vscode.l10n.t('Landscape: show the panel of this run'));
  tooltip.appendMarkdown(`\n\n[${vscode.l10n.t('Cancel')}](command:landscape.cancel)`);
  return Object.assign(item, { name, command, tooltip });
}

function show(item: vscode.StatusBarItem, [first, ...more]: readonly Job[]): void {
  if (first === undefined) return item.hide();
  const text = `${titleOf(first.asked)}: ${progressText(first)}${more.length > 0 ? ` (+${more.length})` : ''}`;
  item.text = `$(${isWatch(first) ? 'eye' : 'sync~spin'}) ${text}`;
  // Else the tooltip's source is read out, command link and all.
  item.accessibilityInformation = { label: `Landscape, ${text}`, role: 'button' };
  item.show();
}
