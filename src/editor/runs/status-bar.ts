import * as vscode from 'vscode';
import type { Services } from '../services';
import { titleOf } from './identity';
import { isUnderWay } from './run-queue';
import { progressText } from './runs-view';
import { statusTooltip } from './status-tooltip';

/** One item while something runs: what, how far, how many wait. A click opens its panel. */
export function createStatusBar({ queue }: Services): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('landscape.status', vscode.StatusBarAlignment.Left);
  item.name = 'Landscape';
  item.command = 'landscape.showPanel';
  item.tooltip = statusTooltip(vscode.l10n.t('Landscape: show the panel of this run'));
  let underWay = false;
  const stop = queue.onChange(() => {
    const run = queue.running;
    const waiting = queue.runs.filter(({ status }) => status === 'queued').length;
    if (queue.runs.some(isUnderWay) !== underWay) {
      underWay = !underWay;
      void vscode.commands.executeCommand('setContext', 'landscape.running', underWay);
    }
    if (run === undefined) return item.hide();
    const text = `${titleOf(run.request)}: ${progressText(run)}${waiting > 0 ? ` (+${waiting})` : ''}`;
    item.text = `$(sync~spin) ${text}`;
    // Else the tooltip's source is read out, command link and all.
    item.accessibilityInformation = { label: `Landscape, ${text}`, role: 'button' };
    item.show();
  });
  return vscode.Disposable.from({ dispose: stop }, item);
}
