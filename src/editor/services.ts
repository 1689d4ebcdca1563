import type * as vscode from 'vscode';
import type { EngineClient } from '../engine/client';
import type { DocumentPanels } from './documents/document-panels';
import type { KeptDocuments } from './documents/kept-documents';
import type { PanelManager } from './panel/panel-manager';
import type { RequestBuilder } from './request-builder';
import type { RunQueue } from './runs/run-queue';
import type { ReportStore } from './store/report-store';
import type { FileWatch } from './watch';

/** What the parts of the extension share. Made once by `activate`, which also disposes it. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly engine: EngineClient;
  readonly store: ReportStore;
  readonly queue: RunQueue;
  readonly requests: RequestBuilder;
  readonly panels: PanelManager;
  /** Runs of training, comparisons and experiments. */
  readonly documents: DocumentPanels;
  /** What jobs found in earlier windows, too. */
  readonly kept: KeptDocuments;
  /** Fires when files or settings that reports depend on may have changed. */
  readonly files: FileWatch;
}
