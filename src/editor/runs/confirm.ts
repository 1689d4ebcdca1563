import * as vscode from 'vscode';
import type { CostEstimate } from '../../shared/engine-protocol';
import { formatBytes, formatCount, formatSeconds } from '../../shared/format-number';
import type { AnyRequest } from '../store/report-store';
import { titleOf } from './identity';

/** Asks before a run that the estimate calls long. */
export async function confirmLongRun(request: AnyRequest, estimate: CostEstimate): Promise<boolean> {
  const run = vscode.l10n.t('Run');
  const { points, hvps, seconds } = estimate;
  const work =
    points === undefined
      ? vscode.l10n.t('{0} Hessian-vector products', formatCount(hvps))
      : vscode.l10n.t('{0} points of the line', formatCount(points));
  const detail = vscode.l10n.t(
    '{0} over {1} rows, {2} each, up to {3} of memory. Fewer rows ("samples") make it shorter.',
    work,
    formatCount(estimate.rows),
    formatSeconds(points === undefined ? estimate.hvpMilliseconds / 1000 : seconds / points),
    formatBytes(estimate.peakMemoryBytes),
  );
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} will take about {1}.', titleOf(request), formatSeconds(seconds)),
    { modal: true, detail },
    run,
  );
  return choice === run;
}
