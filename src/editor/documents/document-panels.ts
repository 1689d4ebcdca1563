import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import { messageOf } from '../../shared/errors';
import type { PanelDocument } from '../../shared/panel-protocol';
import { loadPage } from '../panel/webview-page';
import { statusTooltip } from '../runs/status-tooltip';
import type { Services } from '../services';
import { DocumentJob, type DocumentRequest } from './document-job';
import { DocumentView } from './document-view';
import { storeMembers } from './members';

export const DOCUMENT_PANEL = 'landscape.document';

interface Open {
  readonly panel: vscode.WebviewPanel;
  readonly view: DocumentView;
}

/**
 * The jobs of this window that end in documents, and their panels. A job goes on when its panel is closed, and the
 * panel opens again from the status bar's list or the command.
 */
export class DocumentPanels implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly jobs = new Map<string, DocumentJob>();
  private readonly open = new Map<string, Open>();
  private readonly status: vscode.StatusBarItem;
  private underWay = false;

  constructor(private readonly services: () => Services) {
    this.status = vscode.window.createStatusBarItem('landscape.documents', vscode.StatusBarAlignment.Left);
    this.status.name = 'Landscape runs';
    this.status.command = 'landscape.showDocument';
    this.status.tooltip = statusTooltip(vscode.l10n.t('Landscape: show the panel of this run'));
  }

  /** Starts a job, or goes on with it, and shows its panel. */
  run(request: DocumentRequest, title: string): DocumentJob {
    const key = keyOf(request);
    const known = this.jobs.get(key);
    const job = known ?? this.make(request, title, undefined);
    if (!job.isRunning) void this.start(job);
    this.show(job);
    return job;
  }

  /** Jobs that run, newest last. */
  get running(): readonly DocumentJob[] {
    return [...this.jobs.values()].filter((job) => job.isRunning);
  }

  get all(): readonly DocumentJob[] {
    return [...this.jobs.values()];
  }

  show(job: DocumentJob): void {
    const open = this.open.get(keyOf(job.request));
    if (open !== undefined) return open.panel.reveal(open.panel.viewColumn, true);
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.adopt(
      job,
      vscode.window.createWebviewPanel(DOCUMENT_PANEL, job.title, place, { enableFindWidget: true }),
    );
  }

  /** After a reload of the window: what had been found is shown, and "Go on" takes it up again. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const { parseSavedDocument } = await import('./parse-saved');
    const saved = parseSavedDocument(state);
    if (saved === undefined || this.open.has(keyOf(saved.request))) {
      panel.dispose();
      return;
    }
    const job = this.jobs.get(keyOf(saved.request)) ?? this.make(saved.request, saved.title, saved.document);
    this.adopt(job, panel);
  }

  dispose(): void {
    for (const job of this.jobs.values()) job.cancel();
    for (const { panel } of [...this.open.values()]) panel.dispose();
    this.status.dispose();
  }

  private make(request: DocumentRequest, title: string, document: PanelDocument | undefined): DocumentJob {
    const { engine } = this.services();
    const job = new DocumentJob(engine, request, title, document, (changed) => this.changed(changed));
    this.jobs.set(keyOf(request), job);
    return job;
  }

  private async start(job: DocumentJob): Promise<void> {
    await job.start();
    try {
      await storeMembers(this.services(), job);
    } catch (error) {
      this.services().log.warn(messageOf(error));
    }
  }

  private changed(job: DocumentJob): void {
    this.open.get(keyOf(job.request))?.view.update();
    const [running, ...more] = this.running;
    if ((running !== undefined) !== this.underWay) {
      this.underWay = running !== undefined;
      void vscode.commands.executeCommand('setContext', 'landscape.documentRunning', this.underWay);
    }
    if (running === undefined) return this.status.hide();
    const { progress } = running.state;
    const done = progress ? ` ${Math.floor(progress.fraction * 100)} %` : '';
    const text = `${running.title}${done}${more.length > 0 ? ` (+${more.length})` : ''}`;
    this.status.text = `$(sync~spin) ${text}`;
    // Else the tooltip's source is read out, command link and all.
    this.status.accessibilityInformation = { label: `Landscape, ${text}`, role: 'button' };
    this.status.show();
  }

  private adopt(job: DocumentJob, panel: vscode.WebviewPanel): void {
    const services = this.services();
    const { extensionUri } = services.context;
    const view = new DocumentView(services, panel.webview, job);
    const key = keyOf(job.request);
    this.open.set(key, { panel, view });
    panel.title = job.title;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'landscape.svg');
    panel.onDidDispose(() => {
      view.dispose();
      this.open.delete(key);
    });
    loadPage(panel.webview, extensionUri, job.title);
  }
}

/** The same for jobs that do the same with the same files. */
function keyOf(request: DocumentRequest): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 24);
}
