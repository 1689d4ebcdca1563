import * as vscode from 'vscode';
import { isDocument } from '../jobs/job';
import type { Panels, Services } from '../services';
import { keyOfPanel, type About, type AboutReport } from './about';
import { livePanel } from './live-panel';
import type { LiveView } from './live-view';
import { subjectOf } from './subjects/subject-of';

/** Kinds of panels: their title bars differ. */
export const REPORT_PANEL = 'landscape.panel';
export const DOCUMENT_PANEL = 'landscape.document';

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly about: About;
  readonly view: LiveView;
}

/** One panel for each checkpoint and settings, and for each document, revealed if it is open. */
export class PanelManager implements Panels, vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly open = new Map<string, OpenPanel>();

  /** Panels need services, and services the panels. */
  constructor(private readonly services: () => Services) {}

  /** Shows a panel, beside the active editor when it is new; at the row of a tensor where one is named. */
  show(about: About, tensor?: string): void {
    const existing = this.open.get(keyOfPanel(about));
    existing?.panel.reveal(existing.panel.viewColumn, true);
    const { view } = existing ?? this.create(about);
    if (tensor !== undefined) view.reveal(tensor);
  }

  private create(about: About): OpenPanel {
    const type = isOfReport(about) ? REPORT_PANEL : DOCUMENT_PANEL;
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    return this.adopt(about, vscode.window.createWebviewPanel(type, '', place, { enableFindWidget: true }));
  }

  /** Is the panel of this in sight? */
  isVisible(about: About): boolean {
    return this.open.get(keyOfPanel(about))?.panel.visible ?? false;
  }

  /** What the active panel of figures is about. */
  get active(): AboutReport | undefined {
    const active = [...this.open.values()].find(({ panel }) => panel.active)?.about;
    return active !== undefined && isOfReport(active) ? active : undefined;
  }

  /**
   * After a reload of the window: figures are read again, of a document what had been found is shown. A panel whose
   * memory is lost is closed rather than left blank.
   */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { parseSaved } = await import('./restore');
    const saved = parseSaved(state);
    if (saved === undefined || this.open.has(keyOfPanel(saved.about))) {
      panel.dispose();
      return;
    }
    const { about, document } = saved;
    const { queue } = this.services();
    if (!isOfReport(about) && queue.latest(keyOfPanel(about)) === undefined) queue.open(about, document);
    this.adopt(about, panel);
  }

  dispose(): void {
    for (const { panel } of [...this.open.values()]) panel.dispose();
  }

  private adopt(about: About, panel: vscode.WebviewPanel): OpenPanel {
    const services = this.services();
    const subject = subjectOf(services, about);
    const view = livePanel(services, panel, subject);
    const key = keyOfPanel(about);
    const open = { panel, about, view };
    this.open.set(key, open);
    panel.title = subject.title;
    const { extensionUri } = services.context;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'landscape.svg');
    panel.onDidDispose(() => this.open.delete(key));
    return open;
  }
}

const isOfReport = (about: About): about is AboutReport => typeof about === 'string' || !isDocument(about);
