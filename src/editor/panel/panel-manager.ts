import * as vscode from 'vscode';
import { identityOf } from '../runs/identity';
import type { Panels, Services } from '../services';
import type { About } from './about';
import { LiveView } from './live-view';
import { subjectOf } from './subjects';
import { loadPage } from './webview-page';

export const PANEL_TYPE = 'landscape.panel';

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly view: LiveView;
  readonly about: About;
}

/** One panel for each checkpoint and settings, revealed if it is open. */
export class PanelManager implements Panels, vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly open = new Map<string, OpenPanel>();
  private services: Services | undefined;

  /** Panels need services, and services the panels. */
  attach(services: Services): void {
    this.services = services;
  }

  /** Shows a panel, beside the active editor when it is new. */
  show(about: About): void {
    const existing = this.open.get(keyOf(about));
    if (existing !== undefined) return existing.panel.reveal(existing.panel.viewColumn, true);
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.adopt(about, vscode.window.createWebviewPanel(PANEL_TYPE, '', place, { enableFindWidget: true }));
  }

  /** Is the panel of this request in sight? */
  isVisible(about: About): boolean {
    return this.open.get(keyOf(about))?.panel.visible ?? false;
  }

  /** What the active panel is about. */
  get active(): About | undefined {
    return [...this.open.values()].find(({ panel }) => panel.active)?.about;
  }

  /** After a reload of the window. A panel whose memory is lost is closed rather than left blank. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { parseRestore } = await import('./parse-restore');
    const about = parseRestore(state);
    if (about === undefined || this.open.has(keyOf(about))) panel.dispose();
    else this.adopt(about, panel);
  }

  dispose(): void {
    for (const { panel } of [...this.open.values()]) panel.dispose();
  }

  private adopt(about: About, panel: vscode.WebviewPanel): void {
    if (this.services === undefined)
      throw new Error('A panel was asked for before the panels were attached.');
    const { extensionUri } = this.services.context;
    const subject = subjectOf(this.services, about);
    const view = new LiveView(this.services, panel.webview, subject);
    this.open.set(keyOf(about), { panel, view, about });
    panel.title = subject.title;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'landscape.svg');
    panel.onDidDispose(() => {
      view.dispose();
      this.open.delete(keyOf(about));
    });
    // Files may have changed while it was hidden.
    panel.onDidChangeViewState(() => panel.visible && void view.reload());
    loadPage(panel.webview, extensionUri, subject.title);
  }
}

function keyOf(about: About): string {
  return typeof about === 'string' ? about : identityOf(about);
}
