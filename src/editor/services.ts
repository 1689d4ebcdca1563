import type * as vscode from 'vscode';
import type { Engine, EngineClient } from '../engine/client';
import type { KeptDocuments } from './documents/kept-documents';
import type { JobQueue } from './jobs/queue';
import type { About, AboutReport } from './panel/about';
import type { RequestBuilder } from './request-builder';
import type { ReportStore } from './store/report-store';
import type { Summaries } from './store/summaries';

/** The panels, as commands and jobs know them. */
export interface Panels {
  /** Shows a panel, beside the active editor when it is new; at the row of a tensor where one is named. */
  show(about: About, tensor?: string): void;
  /** Is the panel of this in sight? */
  isVisible(about: About): boolean;
  /** What the active panel of figures is about. */
  readonly active: AboutReport | undefined;
}

/** The checkpoints and weights of the workspace. */
export interface Checkpoints {
  all(): Promise<readonly string[]>;
  /** Those whose path ends in these parts. */
  endingIn(parts: readonly string[]): Promise<readonly string[]>;
  /** The checkpoints of each folder that holds any, without that which its settings name as the network of the others. */
  byFolder(): Promise<ReadonlyMap<string, readonly string[]>>;
}

/**
 * What the parts of the extension share. Made once by `start.ts`, which also disposes it. None of what it names here
 * needs it: panels and commands, which do, come in by a role alone.
 */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly engine: Engine & Pick<EngineClient, 'restart'>;
  readonly store: ReportStore;
  readonly queue: JobQueue;
  readonly requests: RequestBuilder;
  readonly panels: Panels;
  readonly checkpoints: Checkpoints;
  /** What checkpoints are, without data. */
  readonly summaries: Summaries;
  /** What jobs found in earlier windows, too. */
  readonly kept: KeptDocuments;
  /** Fires when files or settings that reports depend on may have changed. */
  readonly files: { readonly onDidChange: vscode.Event<void> };
}
