import path from 'node:path';
import * as vscode from 'vscode';
import type { HostMessage, PanelMessage, PanelState } from '../../contract/panel-protocol';
import { exportFile } from '../panel/export-file';
import type { Services } from '../services';
import { showError } from '../show-error';
import type { DocumentJob } from './document-job';
import { folderOf } from './document-request';
import { openMember } from './members';

/** Messages wait this long for newer ones: a fast job must not flood the channel. */
const INTERVAL = 150;

/** Keeps one webview up to date with its job. The webview says `ready` when shown and gets the whole. */
export class DocumentView implements vscode.Disposable {
  private ready = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly subscription: vscode.Disposable;

  constructor(
    private readonly services: Services,
    private readonly webview: vscode.Webview,
    private readonly job: DocumentJob,
  ) {
    this.subscription = webview.onDidReceiveMessage((message: PanelMessage) => void this.receive(message));
  }

  update(): void {
    if (this.ready) this.timer ??= setTimeout(() => this.post(), INTERVAL);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.ready = false;
    this.subscription.dispose();
  }

  private post(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const message: HostMessage = { type: 'state', state: stateOf(this.job) };
    void this.webview.postMessage(message);
  }

  private async receive(message: PanelMessage): Promise<void> {
    try {
      await this.handle(message);
    } catch (error) {
      showError(this.services.log, error);
    }
  }

  private async handle(message: PanelMessage): Promise<void> {
    const { job, services } = this;
    switch (message.type) {
      case 'ready':
        this.ready = true;
        return this.post();
      case 'error':
        return services.log.error(`Panel ${job.title}: ${message.message}`);
      case 'cancel':
        return job.cancel();
      case 'rerun':
        return job.start();
      case 'openMember':
        return openMember(services, job, message.index);
      case 'openFile':
        return void (await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(message.file)));
      case 'analyzeFile':
        return void (await vscode.commands.executeCommand('landscape.analyze', {
          // A history names its checkpoints from its own folder.
          checkpoint: path.resolve(folderOf(job.request), message.file),
        }));
      case 'export':
        return exportFile(message, folderOf(job.request), services.context.extensionPath);
      default:
        return;
    }
  }
}

/** The state that the webview draws. */
export function stateOf(job: DocumentJob): PanelState {
  const { status, progress, document, error } = job.state;
  return {
    view: 'document',
    title: job.title,
    job:
      status === 'running'
        ? {
            status: 'running',
            progress: progress ?? { stage: 'starting', fraction: 0, remainingSeconds: undefined },
          }
        : status === 'failed'
          ? { status: 'failed', message: error ?? '', ofRun: true, begun: document !== undefined }
          : status === 'cancelled'
            ? { status: 'cancelled' }
            : { status: 'idle' },
    report: undefined,
    summary: undefined,
    stale: [],
    restore: JSON.stringify(job.request),
    ...(document === undefined ? {} : { document }),
  };
}
