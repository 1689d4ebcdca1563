import type * as vscode from 'vscode';
import type { EngineClient } from '../engine/client';
import type { PanelDocument } from '../contract/panel-protocol';
import type { DocumentJob } from './documents/document-job';
import type { DocumentRequest } from './documents/document-request';
import type { KeptDocuments } from './documents/kept-documents';
import type { About } from './panel/about';
import type { RequestBuilder } from './request-builder';
import type { RunQueue } from './runs/run-queue';
import type { ReportStore } from './store/report-store';
import type { FileWatch } from './watch';

/** The panels of analyses and interpolations, as commands and views know them. */
export interface Panels {
  /** Shows a panel, beside the active editor when it is new. */
  show(about: About): void;
  /** Is the panel of this request in sight? */
  isVisible(about: About): boolean;
  /** What the active panel is about. */
  readonly active: About | undefined;
}

/** Jobs that end in documents (runs of training, comparisons, experiments) and their panels, as commands know them. */
export interface Documents {
  /** Starts a job, or goes on with it, and shows its panel. */
  run(request: DocumentRequest, title: string): DocumentJob;
  /** Shows what an earlier window or another program found. */
  open(request: DocumentRequest, title: string, document: PanelDocument | undefined): void;
  show(job: DocumentJob): void;
  /** Jobs of this window, newest last. */
  readonly all: readonly DocumentJob[];
  /** Those that run. */
  readonly running: readonly DocumentJob[];
  /** Calls `listener` at every change of a job, until the returned function is called. */
  onChange(listener: (job: DocumentJob) => void): () => void;
}

/** What the parts of the extension share. Made once by `activate`, which also disposes it. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly engine: EngineClient;
  readonly store: ReportStore;
  readonly queue: RunQueue;
  readonly requests: RequestBuilder;
  readonly panels: Panels;
  /** Runs of training, comparisons and experiments. */
  readonly documents: Documents;
  /** What jobs found in earlier windows, too. */
  readonly kept: KeptDocuments;
  /** Fires when files or settings that reports depend on may have changed. */
  readonly files: FileWatch;
}
