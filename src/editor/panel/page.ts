import { standaloneHtml } from '../../wording/panel-html';
import type { PanelState } from '../../contract/panel-protocol';

/**
 * A page that stands alone, of a panel's state as its webview sent it and the built webview code. The page shows a
 * report, so what the panel said of a run or of files of this machine stays behind.
 */
export function pageOf(state: string, script: string, style: string): string {
  const { title, report, summary } = JSON.parse(state) as PanelState;
  const kept: PanelState = { view: 'report', title, report, summary, job: { status: 'idle' }, stale: [] };
  return standaloneHtml({ script, style, state: kept, title: `${title} · Landscape` });
}
