import * as vscode from 'vscode';
import type { CostEstimate } from '../../shared/engine-protocol';
import { formatBytes, formatCount, formatSeconds } from '../../shared/format-number';
import type { AnyRequest } from '../store/report-store';
import { titleOf } from './identity';

/** Asks before a run that the estimate calls long. */
export async function confirmLongRun(request: AnyRequest, estimate: CostEstimate): Promise<boolean> {
  const run = vscode.l10n.t('Run');
  const detail = vscode.l10n.t(
    '{0} Hessian-vector products over {1} rows, {2} each, up to {3} of memory. Fewer rows ("samples") make it shorter.',
    formatCount(estimate.hvps),
    formatCount(estimate.rows),
    formatSeconds(estimate.hvpMilliseconds / 1000),
    formatBytes(estimate.peakMemoryBytes),
  );
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} will take about {1}.', titleOf(request), formatSeconds(estimate.seconds)),
    { modal: true, detail },
    run,
  );
  return choice === run;
}
