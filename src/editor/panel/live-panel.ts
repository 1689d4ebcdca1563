import type * as vscode from 'vscode';
import type { Services } from '../services';
import { LiveView, type Subject } from './live-view';
import { loadPage } from './webview-page';

/** A page that says nothing for so long is loaded anew; in milliseconds. */
const PATIENCE = 8000;

/** So often at most. */
const TIMES = 3;

/**
 * Puts the page of a subject into a panel and keeps it up to date until the panel is closed. After a reload of the
 * window VS Code in a browser now and then loses the request for a page's script, and leaves the panel blank for good
 * (its service worker is changing hands): a page in sight that does not come to life is loaded again.
 */
export function livePanel(
  services: Services,
  panel: vscode.WebviewPanel,
  subject: Subject,
  patience = PATIENCE,
): LiveView {
  const view = new LiveView(services, panel.webview, subject);
  const load = () => loadPage(panel.webview, services.context.extensionUri, subject.title);
  let times = 0;
  const timer = setInterval(() => {
    if (view.isAlive || times === TIMES) return clearInterval(timer);
    if (!panel.visible) return;
    times++;
    services.log.warn(`${subject.title}: its page has not come to life, and is loaded again.`);
    load();
  }, patience);
  // A panel keeps no process alive.
  timer.unref();
  // Files may have changed while it was hidden.
  panel.onDidChangeViewState(() => panel.visible && void view.reload());
  panel.onDidDispose(() => {
    clearInterval(timer);
    view.dispose();
  });
  load();
  return view;
}
