import * as vscode from 'vscode';
import { messageOf } from '../../core/errors';
import type { PanelDocument } from '../../contract/panel-protocol';
import { loadPage } from '../panel/webview-page';
import { statusTooltip } from '../runs/status-tooltip';
import type { Documents, Services } from '../services';
import { tell } from '../show-error';
import { DocumentJob } from './document-job';
import { keyOf, type DocumentRequest } from './document-request';
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
export class DocumentPanels implements Documents, vscode.Disposable, vscode.WebviewPanelSerializer {
  private readonly jobs = new Map<string, DocumentJob>();
  private readonly panels = new Map<string, Open>();
  private readonly status: vscode.StatusBarItem;
  private readonly listeners = new Set<(job: DocumentJob) => void>();
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
    const job = this.jobs.get(key) ?? this.make(request, title, undefined);
    job.take(request);
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

  /** Shows what an earlier window or another program found; a job of this window that is the same goes before it. */
  open(request: DocumentRequest, title: string, document: PanelDocument | undefined): void {
    const job = this.jobs.get(keyOf(request)) ?? this.make(request, title, document);
    job.take(request, document);
    this.show(job);
  }

  show(job: DocumentJob): void {
    const open = this.panels.get(keyOf(job.request));
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
    if (saved === undefined || this.panels.has(keyOf(saved.request))) {
      panel.dispose();
      return;
    }
    const job = this.jobs.get(keyOf(saved.request)) ?? this.make(saved.request, saved.title, saved.document);
    this.adopt(job, panel);
  }

  dispose(): void {
    for (const job of this.jobs.values()) job.cancel();
    for (const { panel } of [...this.panels.values()]) panel.dispose();
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
    const { log, kept } = this.services();
    this.tellEnd(job);
    try {
      if (job.state.document) await kept.save(job.request, job.title, job.state.document);
      await storeMembers(this.services(), job);
    } catch (error) {
      log.warn(messageOf(error));
    }
    for (const listener of this.listeners) listener(job);
  }

  /** A job that ends out of sight says so. */
  private tellEnd(job: DocumentJob): void {
    const { status, error } = job.state;
    if (status === 'cancelled' || this.panels.get(keyOf(job.request))?.panel.visible) return;
    const show = { label: vscode.l10n.t('Show'), run: () => this.show(job) };
    if (status === 'failed') {
      void tell(this.services().log, 'error', `${job.title}: ${error ?? ''}`, [show]);
      return;
    }
    void vscode.window
      .showInformationMessage(`${job.title}: ${endOf(job)}.`, show.label)
      .then((choice) => choice && show.run());
  }

  /** Calls `listener` at every change of a job, until the returned function is called. */
  onChange(listener: (job: DocumentJob) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private changed(job: DocumentJob): void {
    this.panels.get(keyOf(job.request))?.view.update();
    for (const listener of this.listeners) listener(job);
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
    this.panels.set(key, { panel, view });
    panel.title = job.title;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icons', 'landscape.svg');
    panel.onDidDispose(() => {
      view.dispose();
      this.panels.delete(key);
    });
    loadPage(panel.webview, extensionUri, job.title);
  }
}

/** A run that diverged has ended, and is not complete. */
const endOf = ({ state }: DocumentJob): string =>
  state.document?.status === 'diverged' ? vscode.l10n.t('diverged') : vscode.l10n.t('finished');
