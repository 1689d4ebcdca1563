import * as vscode from 'vscode';
import { CHECKPOINT_GLOB, PYTORCH_GLOB, WEIGHTS_GLOB } from './checkpoint-files';

/** A network in training writes often, an archive in pieces. */
const QUIET = 400;

/** Tells when something that a report depends on may have changed: checkpoints, data, settings, reports beside them. */
export class FileWatch implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  readonly onDidChange = this.changed.event;

  constructor() {
    const soon = () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.changed.fire(), QUIET);
    };
    const watchers = [
      CHECKPOINT_GLOB,
      PYTORCH_GLOB,
      WEIGHTS_GLOB,
      '**/*.{npz,npy,csv,tsv,parquet,jsonl}',
      '**/{landscape.json,*.landscape.json}',
    ].map((glob) => vscode.workspace.createFileSystemWatcher(glob));
    this.subscriptions = [
      this.changed,
      ...watchers,
      ...watchers.flatMap((each) => [each.onDidChange(soon), each.onDidCreate(soon), each.onDidDelete(soon)]),
      vscode.workspace.onDidChangeConfiguration((event) => event.affectsConfiguration('landscape') && soon()),
      vscode.workspace.onDidGrantWorkspaceTrust(soon),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
